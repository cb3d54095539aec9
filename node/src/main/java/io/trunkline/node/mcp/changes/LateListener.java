package io.trunkline.node.mcp.changes;

import java.util.Set;

/** A listener that may have missed changes, because its session was at no node for a while. */
public interface LateListener extends Listener {
    /**
     * Tells the client, now, of everything that it watches. On the conversation's thread.
     *
     * @param told what it was told of since
     */
    void tellMissed(Set<String> told);
}
