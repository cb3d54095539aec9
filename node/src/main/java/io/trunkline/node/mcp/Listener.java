package io.trunkline.node.mcp;

import java.util.Set;

/** Who is told when lists, resources or tasks change. */
interface Listener {
    /**
     * Something has changed. From any thread.
     *
     * @param what the method of the notification for a list, the URI for a resource, the id for a task
     * @param message the notification as a session is told of it; empty for a task, as sessions have none
     */
    void announce(String what, byte[] message);

    /**
     * Tells the client, now, of everything that it watches, for it may have missed changes. On the conversation's thread.
     *
     * @param told what it was told of since
     */
    void tellMissed(Set<String> told);
}
