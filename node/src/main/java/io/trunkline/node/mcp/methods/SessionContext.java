package io.trunkline.node.mcp.methods;

import io.trunkline.node.mcp.call.CallPlace;
import io.trunkline.node.mcp.changes.Listens;
import io.trunkline.node.mcp.changes.SessionListener;
import io.trunkline.node.mcp.state.SessionBook;
import org.jspecify.annotations.Nullable;

/**
 * What the methods may use of the session that asks.
 *
 * @param book its state
 * @param calls where its calls run
 * @param listens its requests that stay open
 * @param listener the session as it is told of changes; null when there is nothing to be told of
 */
public record SessionContext(
        SessionBook book,
        CallPlace calls,
        Listens listens,
        @Nullable SessionListener listener) {}
