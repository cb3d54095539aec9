/**
 * Calls that run as tasks (SEP-2663): they belong to the node, not to the connection that they came by.
 *
 * <p>What a node holds and what it knows of the tasks of others; {@code tasks.cluster} finds these. Start reading at
 * {@link io.trunkline.node.tasks.Tasks}.
 */
@NullMarked
package io.trunkline.node.tasks;

import org.jspecify.annotations.NullMarked;
