package io.trunkline.node.sdk;

import io.trunkline.node.spi.Prompt;
import io.trunkline.node.spi.PromptProvider;
import io.trunkline.node.spi.Resource;
import io.trunkline.node.spi.ResourceProvider;
import io.trunkline.node.spi.ResourceTemplate;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolProvider;
import java.util.Collection;
import java.util.ServiceLoader;

/** What the node sees of all modules that were written for the SDK. */
public final class SdkProvider implements ToolProvider, ResourceProvider, PromptProvider {

    private final SdkServer server = new SdkServer();

    /** All modules on the class path. For {@link ServiceLoader}. */
    public SdkProvider() {
        this(ServiceLoader.load(SdkModule.class));
    }

    /**
     * These modules.
     *
     * @throws IllegalArgumentException when a specification cannot be used, with the offending and the expected value
     */
    public SdkProvider(Iterable<? extends SdkModule> modules) {
        modules.forEach(module -> module.register(server));
        server.check();
    }

    @Override
    public Collection<Tool> tools() {
        return server.tools();
    }

    @Override
    public Collection<Resource> resources() {
        return server.resources();
    }

    @Override
    public Collection<ResourceTemplate> resourceTemplates() {
        return server.resourceTemplates();
    }

    @Override
    public Collection<Prompt> prompts() {
        return server.prompts();
    }
}
