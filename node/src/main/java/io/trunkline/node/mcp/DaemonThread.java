package io.trunkline.node.mcp;

/** A thread of the engine that does not keep the process alive. */
final class DaemonThread {

    private DaemonThread() {}

    static Thread of(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
