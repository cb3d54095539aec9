/**
 * Calls of handlers: what is called, where it runs, and how its request ends.
 *
 * <p>Fed by the methods; hands on to the handlers of {@code spi}. Start reading at
 * {@link io.trunkline.node.mcp.call.CallLife}.
 */
@NullMarked
package io.trunkline.node.mcp.call;

import org.jspecify.annotations.NullMarked;
