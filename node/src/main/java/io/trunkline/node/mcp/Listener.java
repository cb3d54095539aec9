package io.trunkline.node.mcp;

/** Who is told when lists or resources change. */
interface Listener {
    /**
     * Something has changed. From any thread.
     *
     * @param what the method of the notification for a list, the URI for a resource
     * @param message the notification as a session is told of it
     */
    void announce(String what, byte[] message);
}
