package io.trunkline.node.sdk;

import io.trunkline.node.spi.ListChangeSource;
import io.trunkline.node.spi.ModuleLoader;
import io.trunkline.node.spi.Prompt;
import io.trunkline.node.spi.PromptProvider;
import io.trunkline.node.spi.Resource;
import io.trunkline.node.spi.ResourceProvider;
import io.trunkline.node.spi.ResourceTemplate;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolProvider;
import io.trunkline.node.spi.UpdateSource;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/** What the node sees of all modules that were written for the SDK. */
public final class SdkProvider
        implements ToolProvider, ResourceProvider, PromptProvider, ListChangeSource, UpdateSource, ModuleLoader {

    /** More lines than that in the files that name modules, and the rest is not read. */
    private static final int MOST = 10_000;

    private final Offered offered = new Offered();
    private final Map<String, String> broken = new LinkedHashMap<>();

    /** All modules on the class path. For {@link ServiceLoader}. */
    public SdkProvider() {
        this(ServiceLoader.load(SdkModule.class));
    }

    /** These modules, without those that cannot be used. */
    public SdkProvider(Iterable<? extends SdkModule> modules) {
        SdkServer server = new SdkServer(offered);
        Iterator<? extends SdkModule> each = modules.iterator();
        for (int i = 0; i < MOST; i++) {
            String name = "number " + i + " of SdkModule";
            Runnable takeBack = offered.mark();
            try {
                if (!each.hasNext()) {
                    break;
                }
                SdkModule module = each.next();
                name = module.getClass().getName();
                module.register(server);
            } catch (RuntimeException | ServiceConfigurationError | LinkageError e) {
                // The next one may be all right, and the loader of services goes on to it.
                takeBack.run();
                broken.put(name, e.getCause() == null ? e.toString() : e.getMessage() + ": " + e.getCause());
            }
        }
        broken.putAll(offered.run());
    }

    @Override
    public Map<String, String> brokenModules() {
        return Collections.unmodifiableMap(broken);
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
