package io.trunkline.protocol.trunk;

import io.trunkline.protocol.frame.Frame;

/**
 * What the listening side says of itself when a trunk is opened.
 *
 * @param member the member's name
 * @param incarnation the uid of the member's unique address in the cluster
 * @param secret what both sides must know
 * @param welcome what an edge is told once it is let in
 */
public record TrunkIdentity(String member, long incarnation, ClusterSecret secret, Frame.Welcome welcome) {}
