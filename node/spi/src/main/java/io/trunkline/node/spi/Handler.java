package io.trunkline.node.spi;

import java.util.concurrent.CompletionStage;

/**
 * What runs when a client reads a resource, gets a prompt or wants a completion; like {@link ToolHandler} for tools.
 * Instances are shared by all sessions and must be thread-safe.
 *
 * <p>A failure that the client may read is a {@link ToolException}: {@link NotFoundException} and {@link
 * InvalidArgumentsException} have error codes of their own. Of anything else the client only learns that it happened.
 *
 * @param <C> what the client asks
 * @param <R> what it is answered
 */
public sealed interface Handler<C extends Call, R> {

    /** A handler that may block: it gets a thread of its own, which is interrupted when the call is cancelled. */
    @FunctionalInterface
    non-sealed interface Blocking<C extends Call, R> extends Handler<C, R> {
        R handle(C call) throws Exception;
    }

    /** A handler that never blocks: it is called on the session's own thread and must return at once. */
    @FunctionalInterface
    non-sealed interface Async<C extends Call, R> extends Handler<C, R> {
        CompletionStage<R> handle(C call) throws Exception;
    }
}
