package io.trunkline.node.spi;

import java.util.concurrent.CompletionStage;

/** What runs when a tool is called. Instances are shared by all sessions and must be thread-safe. */
public sealed interface ToolHandler {

    /**
     * A handler that may block: it gets a thread of its own, a virtual one where the JVM has them (21 and later).
     *
     * <p>When the call is cancelled or takes too long, that thread is interrupted, and what the handler still returns
     * is thrown away.
     */
    @FunctionalInterface
    non-sealed interface Blocking extends ToolHandler {

        /**
         * Does the work.
         *
         * @throws ToolException with a message that the client may read
         * @throws Exception anything else; the client only learns that the tool failed, the node's log has the rest
         */
        ToolResult call(ToolCall call) throws Exception;
    }

    /**
     * A handler that never blocks: it is called on the session's own thread and must return at once, with the result or
     * with a stage that another thread completes later.
     *
     * <p>When the call is cancelled or takes too long, the stage is cancelled if it is a {@link
     * java.util.concurrent.CompletableFuture}; use {@link ToolCall#onCancel} to stop what is behind it. A stage may
     * fail with a {@link ToolException}.
     */
    @FunctionalInterface
    non-sealed interface Async extends ToolHandler {

        /** Starts the work. */
        CompletionStage<ToolResult> call(ToolCall call) throws Exception;
    }
}
