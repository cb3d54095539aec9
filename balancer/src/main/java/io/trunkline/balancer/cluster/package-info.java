/**
 * The cluster as the balancer sees it: nodes and slots as immutable snapshots.
 *
 * <p>Fed by cluster membership and by the nodes' desks; hands on {@link io.trunkline.balancer.cluster.NodeInfo}s to the
 * event loops' trunks. Start reading at {@link io.trunkline.balancer.cluster.Membership}.
 */
@NullMarked
package io.trunkline.balancer.cluster;

import org.jspecify.annotations.NullMarked;
