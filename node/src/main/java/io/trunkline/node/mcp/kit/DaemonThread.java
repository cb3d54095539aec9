package io.trunkline.node.mcp.kit;

/** A thread of the engine that does not keep the process alive. */
public final class DaemonThread {

    private DaemonThread() {}

    public static Thread of(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
