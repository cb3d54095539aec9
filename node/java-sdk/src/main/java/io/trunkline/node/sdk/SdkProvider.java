package io.trunkline.node.sdk;

import io.trunkline.node.spi.ListChangeSource;
import io.trunkline.node.spi.Prompt;
import io.trunkline.node.spi.PromptProvider;
import io.trunkline.node.spi.Resource;
import io.trunkline.node.spi.ResourceProvider;
import io.trunkline.node.spi.ResourceTemplate;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolProvider;
import io.trunkline.node.spi.UpdateSource;
import java.util.Collection;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/** What the node sees of all modules that were written for the SDK. */
public final class SdkProvider
        implements ToolProvider, ResourceProvider, PromptProvider, ListChangeSource, UpdateSource {

    private final Offered offered = new Offered();

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
        SdkServer server = new SdkServer(offered);
        modules.forEach(module -> module.register(server));
        offered.run();
    }

    @Override
    public Collection<Tool> tools() {
        return offered.madeTools();
    }

    @Override
    public Collection<Resource> resources() {
        return offered.madeResources();
    }

    @Override
    public Collection<ResourceTemplate> resourceTemplates() {
        return offered.madeTemplates();
    }

    @Override
    public Collection<Prompt> prompts() {
        return offered.madePrompts();
    }

    @Override
    public boolean mayChange(Class<?> kind) {
        return offered.changes().mayChange(kind);
    }

    @Override
    public boolean mayUpdate() {
        return offered.changes().mayUpdate();
    }

    @Override
    public void onListChange(Class<?> kind, Runnable changed) {
        offered.changes().listen(kind, changed);
    }

    /** Each list tells for itself. */
    @Override
    public void onListChange(Runnable changed) {}

    @Override
    public void onUpdate(Consumer<String> updated) {
        offered.changes().listen(updated);
    }
}
