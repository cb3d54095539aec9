/**
 * What balancers say to each other: requests for sessions that the other one holds. One balancer dials, in the part of
 * an edge, with the trunks of {@link io.trunkline.balancer.trunk.Trunks}; the other one listens here, in the part of a
 * node.
 *
 * <p>Fed by {@code trunk} of other balancers; hands on requests to what holds the sessions ({@code roam}). Start
 * reading at {@link io.trunkline.balancer.peer.PeerListener}.
 */
@NullMarked
package io.trunkline.balancer.peer;

import org.jspecify.annotations.NullMarked;
