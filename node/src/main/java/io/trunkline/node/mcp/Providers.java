package io.trunkline.node.mcp;

import io.trunkline.node.spi.PromptProvider;
import io.trunkline.node.spi.ResourceProvider;
import io.trunkline.node.spi.ToolProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** The modules that a node offers to its clients. */
public record Providers(List<ToolProvider> tools, List<ResourceProvider> resources, List<PromptProvider> prompts) {

    public Providers {
        tools = List.copyOf(tools);
        resources = List.copyOf(resources);
        prompts = List.copyOf(prompts);
    }

    /**
     * Those on the class path. A class that is named for several kinds is made once.
     *
     * @throws java.util.ServiceConfigurationError when one of them cannot be made
     */
    public static Providers installed() {
        Map<Class<?>, Object> made = new HashMap<>();
        return new Providers(
                load(ToolProvider.class, made), load(ResourceProvider.class, made), load(PromptProvider.class, made));
    }

    private static <P> List<P> load(Class<P> kind, Map<Class<?>, Object> made) {
        List<P> providers = new ArrayList<>();
        ServiceLoader.load(kind).stream()
                .map(found -> made.computeIfAbsent(found.type(), type -> found.get()))
                .map(kind::cast)
                .forEach(providers::add);
        return providers;
    }
}
