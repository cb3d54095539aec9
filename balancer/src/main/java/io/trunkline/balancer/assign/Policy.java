package io.trunkline.balancer.assign;

import org.jspecify.annotations.Nullable;

/**
 * Chooses a node and a slot for a new client. Implementations are called by all event loops at once and must not block.
 */
public interface Policy {
    /**
     * The assignment of a client that has none yet.
     *
     * @return null when no node of the view may take the client now
     */
    @Nullable
    Assignment assign(ClientKey client, NodeView view);
}
