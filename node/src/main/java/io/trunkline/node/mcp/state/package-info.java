/**
 * What must survive the node that a client talks to: the state of a session with its checkpoint, and the sealed state
 * of a request that is asked in several rounds.
 *
 * <p>Start reading at {@link io.trunkline.node.mcp.state.Checkpoint}.
 */
@NullMarked
package io.trunkline.node.mcp.state;

import org.jspecify.annotations.NullMarked;
