/**
 * The node's place in the cluster: which slots it hosts, how slots spread over the nodes, and what balancers ask about.
 *
 * <p>Fed by cluster sharding and membership; hands on the hosted slots to {@code trunk}. Start reading at
 * {@link io.trunkline.node.cluster.HostedSlots}.
 */
@NullMarked
package io.trunkline.node.cluster;

import org.jspecify.annotations.NullMarked;
