/**
 * The node process: wiring, settings and events.
 *
 * <p>Start reading at {@link io.trunkline.node.Node}, then follow a message: {@code trunk}, {@code session},
 * {@code mcp}.
 */
@NullMarked
package io.trunkline.node;

import org.jspecify.annotations.NullMarked;
