package io.trunkline.node.mcp.call;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link CallLife} runs, and how what it comes to becomes the answer of its request.
 *
 * @param <R> what it returns
 */
public interface Work<R> {

    /** What runs, for the operator. */
    String name();

    /** Whether {@link #call} may hold its thread. */
    boolean blocks();

    CompletionStage<R> call() throws Exception;

    /** The longest time that it may take. */
    Duration limit();

    /**
     * The answer to the request. Usable from any thread; never throws.
     *
     * @param failure null when there is a result
     */
    byte[] answer(@Nullable R result, @Nullable Throwable failure);

    /** The answer when the time is over. */
    byte[] timeout();

    /** It has ended by itself, and the node lives. On the session's thread. */
    default void survived() {}
}
