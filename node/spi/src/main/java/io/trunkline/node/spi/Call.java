package io.trunkline.node.spi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One request of a client that a module answers, from its arguments to its end. Every method may be called from any
 * thread, also after the end, when it has no effect any more.
 */
public interface Call {

    /** The session that the call belongs to. */
    ToolSession session();

    /**
     * What the client sent as {@code _meta} beside its progress token; an empty object for nothing. Do not change it.
     * Source: MCP 2025-11-25, basic, general fields.
     */
    ObjectNode meta();

    /**
     * What the client's progress messages of this call are marked with, a text or a number; null when it wants none.
     * The engine marks them; this is for those who pass it on. Source: MCP 2025-11-25, basic/utilities/progress.
     */
    @Nullable
    JsonNode progressToken();

    /** The program that asks, and what it can be asked. */
    Client client();

    /** On whose behalf the client asks; {@link Principal#NOBODY} when the balancers ask nobody who he is. */
    Principal principal();

    /**
     * Tells the client how far the work is, if it asked to be told; otherwise nothing happens.
     *
     * <p>Values that are not greater than the last one are left out, as MCP demands; when values come faster than the
     * session sends them, only the latest counts.
     *
     * @param progress grows from call to call, in any unit
     * @param total the value at the end; 0 or less when unknown
     * @param message what is being done, for people; null for nothing
     */
    void progress(double progress, double total, @Nullable String message);

    /** The same without a message. */
    default void progress(double progress, double total) {
        progress(progress, total, null);
    }

    /**
     * Sends a log message to the client if it wants messages of that level; beyond a bound on messages that wait to be
     * sent, they are dropped. Not for secrets or personal data.
     *
     * @param logger a name for the part that speaks; null for none
     * @param data any JSON value
     */
    void log(LogLevel level, @Nullable String logger, JsonNode data);

    /** The same with a text. */
    default void log(LogLevel level, @Nullable String logger, String text) {
        log(level, logger, TextNode.valueOf(text));
    }

    /**
     * Asks the user, through the client, to fill in a form. Not for secrets: those are for {@link
     * #elicit(UrlElicitation)}. Source: MCP 2025-11-25, client/elicitation.
     *
     * <p>Like the other questions below, it may take as long as {@code client-requests.timeout} and as the call itself,
     * and a session has only so many open ({@code client-requests.outstanding}). The stage fails with a {@link
     * ToolException} when the client cannot do this, refuses, gives no answer in time, or one that does not fit; with a
     * {@link java.util.concurrent.CancellationException} when the call ends before. It is completed on the session's
     * thread, so what follows must not block; a blocking handler waits for it with {@code
     * toCompletableFuture().get()}, whose failure it may pass on as it is.
     *
     * <p>Without a session the call does not wait: the request is answered with what was asked, the call is cancelled,
     * and when the client sends the request again with its answers, the handler runs from its start and is given them
     * at once. So ask first and act afterwards. Source: MCP 2026-07-28, basic/patterns/mrtr.
     */
    CompletionStage<ElicitResult> elicit(Elicitation form);

    /**
     * Asks the user, through the client, to visit a URL. The answer tells only whether the user agreed; what happens
     * there is told by {@link ToolSession#elicitationCompleted}.
     */
    CompletionStage<ElicitResult> elicit(UrlElicitation visit);

    /** Asks the client's model to say something. Source: MCP 2025-11-25, client/sampling. */
    CompletionStage<SamplingResult> sample(SamplingRequest request);

    /**
     * Asks the client for a sign of life, and tells how long it took. Source: MCP 2025-11-25, basic/utilities/ping.
     */
    CompletionStage<Duration> ping();

    /** Asks the client which directories it works on. Source: MCP 2025-11-25, client/roots. */
    CompletionStage<List<Root>> listRoots();

    /**
     * Lets go of the client's connection while the work goes on: over HTTP the event stream of this call ends, and the
     * client comes back for the answer, and for what is told meanwhile. For work that takes longer than connections
     * last. Nothing happens over other transports, without a session, or when the client is older than 2025-11-25 and
     * would not come back. Source: MCP 2025-11-25, basic, transports, SSE polling (SEP-1699).
     *
     * @param retry how long the client is asked to wait before it comes back, up to an hour
     */
    void closeStream(Duration retry);

    /**
     * Whether the result is of no use: the client has cancelled the call, its time is over, or its session has ended.
     */
    boolean cancelled();

    /**
     * Runs an action once when the call is cancelled, at once if it is already. The action runs on the session's thread
     * and must not block.
     */
    void onCancel(Runnable action);
}
