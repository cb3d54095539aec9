/**
 * Tasks across nodes: a request for a task that this node does not hold finds the node that does, one that no node
 * holds is taken over at one place, and a node that leaves hands over what its tasks have come to.
 *
 * <p>Fed by {@code mcp} with what it does not hold; asks the desks of other nodes. Start reading at
 * {@link io.trunkline.node.tasks.cluster.TaskRoutes}.
 */
@NullMarked
package io.trunkline.node.tasks.cluster;

import org.jspecify.annotations.NullMarked;
