package io.trunkline.node.spi;

/**
 * Where a session is and how its client reaches it.
 *
 * @param id the session's id; a client that knows it can use the session, so keep it out of answers to others and of
 *     logs
 * @param node name of the member that runs the session now
 * @param slot the shard that the session belongs to for its whole life
 * @param epoch how often the session was bound to a node, this time included
 * @param transport {@code tcp}, {@code ws}, {@code http} or {@code sse}
 * @param remoteAddress the client as the edge sees it, host and port; empty when unknown
 */
public record SessionInfo(String id, String node, int slot, long epoch, String transport, String remoteAddress) {}
