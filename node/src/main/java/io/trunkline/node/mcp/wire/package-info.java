/**
 * The forms of MCP messages: parameters that are read, results, errors, notifications and questions that are written,
 * each in the form of its protocol version.
 *
 * <p>Used by everything that answers. Start reading at {@link io.trunkline.node.mcp.wire.Params} for what comes in and
 * {@link io.trunkline.node.mcp.wire.ServerMessages} for what goes out.
 */
@NullMarked
package io.trunkline.node.mcp.wire;

import org.jspecify.annotations.NullMarked;
