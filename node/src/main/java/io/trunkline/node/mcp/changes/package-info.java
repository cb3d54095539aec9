/**
 * Changes of lists, resources and tasks on their way to those who want to hear of them.
 *
 * <p>Start reading at {@link io.trunkline.node.mcp.changes.Changes}.
 */
@NullMarked
package io.trunkline.node.mcp.changes;

import org.jspecify.annotations.NullMarked;
