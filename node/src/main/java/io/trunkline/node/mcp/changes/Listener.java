package io.trunkline.node.mcp.changes;

/** Who is told when lists, resources or tasks change. */
@FunctionalInterface
public interface Listener {
    /**
     * Something has changed. From any thread.
     *
     * @param what the method of the notification for a list, the URI for a resource, the id for a task
     * @param message the notification as a session is told of it; empty for a task, as sessions have none
     */
    void announce(String what, byte[] message);
}
