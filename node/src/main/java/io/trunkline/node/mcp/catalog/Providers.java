package io.trunkline.node.mcp.catalog;

import io.trunkline.node.modules.LeftOut;
import io.trunkline.node.spi.PromptProvider;
import io.trunkline.node.spi.ResourceProvider;
import io.trunkline.node.spi.ToolProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The modules that a node offers to its clients.
 *
 * @param leftOut modules that cannot be used
 */
public record Providers(
        List<ToolProvider> tools,
        List<ResourceProvider> resources,
        List<PromptProvider> prompts,
        List<LeftOut> leftOut) {

    /** As errors of loading name it. */
    private static final Pattern CLASS = Pattern.compile(
            "(?<=: Provider |in class file )[\\w./$]+|[\\w.$]+(?= not a subtype)|^[\\w/$]+(?= has been|$)");

    /** More lines than that in the files that name providers, and the rest is not read. */
    private static final int MOST = 10_000;

    public Providers {
        tools = List.copyOf(tools);
        resources = List.copyOf(resources);
        prompts = List.copyOf(prompts);
        leftOut = List.copyOf(leftOut);
    }

    /** The same, all of which can be used. */
    public Providers(List<ToolProvider> tools, List<ResourceProvider> resources, List<PromptProvider> prompts) {
        this(tools, resources, prompts, List.of());
    }

    /** Those on the class path. A class that is named for several kinds is made once, or left out when it cannot be. */
    public static Providers installed() {
        return installed(Thread.currentThread().getContextClassLoader());
    }

    public static Providers installed(ClassLoader classes) {
        Map<Class<?>, Object> made = new HashMap<>();
        Map<String, LeftOut> broken = new LinkedHashMap<>();
        List<ToolProvider> tools = load(ToolProvider.class, classes, made, broken);
        List<ResourceProvider> resources = load(ResourceProvider.class, classes, made, broken);
        List<PromptProvider> prompts = load(PromptProvider.class, classes, made, broken);
        return new Providers(tools, resources, prompts, List.copyOf(broken.values()));
    }

    private static <P> List<P> load(
            Class<P> kind, ClassLoader classes, Map<Class<?>, Object> made, Map<String, LeftOut> broken) {
        List<P> providers = new ArrayList<>();
        Iterator<ServiceLoader.Provider<P>> found =
                ServiceLoader.load(kind, classes).stream().iterator();
        for (int i = 0; i < MOST; i++) {
            String name = "number " + i + " of " + kind.getSimpleName();
            try {
                if (!found.hasNext()) {
                    break;
                }
                ServiceLoader.Provider<P> provider = found.next();
                name = provider.type().getName();
                if (!broken.containsKey(name)) {
                    providers.add(kind.cast(made.computeIfAbsent(provider.type(), type -> provider.get())));
                }
            } catch (ServiceConfigurationError | LinkageError e) {
                // The next one may be all right, and the loader goes on to it.
                Throwable cause = e.getCause();
                String problem = cause == null ? e.toString() : cause.toString();
                leaveOut(broken, named(e, name), kind.getName(), problem);
            }
        }
        return providers;
    }

    /** A class that cannot be loaded is known from the error alone. */
    private static String named(Error error, String known) {
        Matcher name = CLASS.matcher(String.valueOf(error.getMessage()));
        return name.find() ? name.group().replace('/', '.') : known;
    }

    private static void leaveOut(Map<String, LeftOut> broken, String name, String provider, String problem) {
        broken.putIfAbsent(name, new LeftOut("module", name, provider, problem));
    }
}
