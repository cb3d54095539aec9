package io.trunkline.node.mcp.call;

import io.trunkline.node.mcp.catalog.RegisteredTool;
import io.trunkline.node.mcp.wire.CallParams;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of {@code tools/call}, read and checked.
 *
 * @param tool which is called
 * @param params what the client sent
 * @param problem how the arguments break the tool's schema; null when they do not
 */
public record PreparedCall(
        RegisteredTool tool, CallParams params, @Nullable String problem) {}
