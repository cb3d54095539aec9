package io.trunkline.node.sdk;

import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.trunkline.node.spi.PromptProvider;
import io.trunkline.node.spi.ResourceProvider;
import io.trunkline.node.spi.ToolProvider;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What may change while the node runs, and who is told of it. Lists are known by the kind of their provider.
 * Thread-safe: its lock is held while the node asks for the lists again.
 */
final class Changes {

    private final Set<Class<?>> mayChange = new HashSet<>();
    private final Map<Class<?>, Runnable> listeners = new HashMap<>();
    private final Set<Class<?>> untold = new HashSet<>();
    private Consumer<String> updated = uri -> {};
    private boolean mayUpdate;
    private boolean running;

    /** Adds what a module wants to be able to change. */
    synchronized void allow(ServerCapabilities capabilities) {
        if (running) {
            throw new IllegalStateException("capabilities: too late (expected: while the module registers)");
        }
        if (capabilities.tools() != null) {
            allow(ToolProvider.class, capabilities.tools().listChanged());
        }
        if (capabilities.prompts() != null) {
            allow(PromptProvider.class, capabilities.prompts().listChanged());
        }
        if (capabilities.resources() != null) {
            allow(ResourceProvider.class, capabilities.resources().listChanged());
            mayUpdate |= Boolean.TRUE.equals(capabilities.resources().subscribe());
        }
    }

    private void allow(Class<?> list, Boolean listChanged) {
        if (Boolean.TRUE.equals(listChanged)) {
            mayChange.add(list);
        }
    }

    /** All modules have registered: from now on something changes. */
    synchronized void run() {
        running = true;
    }

    synchronized boolean running() {
        return running;
    }

    synchronized boolean mayChange(Class<?> list) {
        return mayChange.contains(list);
    }

    synchronized boolean mayUpdate() {
        return mayUpdate;
    }

    /** Adds a listener, which is told of what has changed already, too. */
    synchronized void listen(Class<?> list, Runnable changed) {
        listeners.put(list, changed);
        if (untold.remove(list)) {
            changed.run();
        }
    }

    synchronized void listen(Consumer<String> to) {
        updated = to;
    }

    /**
     * A list has changed. Nothing happens while modules register.
     *
     * @throws IllegalStateException when it may not change
     * @throws IllegalArgumentException when the node cannot use it; the change has to be taken back
     */
    synchronized void tell(Class<?> list) {
        if (!running) {
            return;
        }
        if (!mayChange.contains(list)) {
            throw new IllegalStateException(name(list)
                    + ": fixed (expected: listChanged in SdkServer.capabilities while the module registers)");
        }
        Runnable listener = listeners.get(list);
        if (listener == null) {
            untold.add(list);
        } else {
            listener.run();
        }
    }

    private static String name(Class<?> list) {
        return list == ToolProvider.class ? "tools" : list == PromptProvider.class ? "prompts" : "resources";
    }

    /** A resource reads differently now. */
    void updated(String uri) {
        Consumer<String> told;
        synchronized (this) {
            told = updated;
        }
        told.accept(uri);
    }
}
