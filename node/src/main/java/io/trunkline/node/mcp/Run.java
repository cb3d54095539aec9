package io.trunkline.node.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.guard.Watchdog;
import io.trunkline.node.mcp.kit.HeldBytes;
import io.trunkline.node.mcp.wire.Answers;
import io.trunkline.node.mcp.wire.Meta;
import io.trunkline.node.mcp.wire.MissingCapabilityException;
import io.trunkline.node.mcp.wire.RequestKey;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.spi.RpcException;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.spi.UrlElicitationRequiredException;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One call of a module's handler from its start to the end of its request, which is one of: its result, its failure, the
 * end of its time, the client's cancellation, the end of the session.
 *
 * <p>An asynchronous handler that has its result at once ends within {@link #start()}, without another thread and
 * without counting as in flight. Everything here happens on the conversation's thread, except the methods of {@link
 * OpenCall}.
 *
 * @param <R> what the handler returns
 */
abstract class Run<R> extends OpenCall {

    /** Characters of an error's message that the client gets. */
    private static final int MAX_ERROR = 4096;

    private final Conversation conversation;
    private final Request request;
    private final long heapBytes;
    private long heldBytes;
    private String key = "";
    private boolean ended;
    private @Nullable Future<?> timeout;
    private @Nullable Runnable interrupt;

    /**
     * @param heapBytes about what the parameters keep
     */
    Run(Conversation conversation, Request request, Meta meta, long heapBytes) {
        super(conversation, request, meta);
        this.conversation = conversation;
        this.request = request;
        this.heapBytes = heapBytes;
    }

    // ---- what is different for a tool, a resource, a prompt and a completion

    /** Whether {@link #callBlocking} is to be called instead of {@link #callAsync}. */
    abstract boolean blocks();

    abstract CompletionStage<R> callAsync() throws Exception;

    abstract R callBlocking() throws Exception;

    /** The longest time that it may take. */
    abstract Duration limit();

    /** The answer for a result. Usable from any thread. */
    abstract byte[] answer(R result) throws Exception;

    /** The answer for a failure that the client may read. Usable from any thread. */
    abstract byte[] failure(ToolException meant);

    /** The answer for a failure whose details are not for the client. Usable from any thread. */
    abstract byte[] unexpected(Throwable cause);

    /** The answer when the time is over. */
    abstract byte[] timeout();

    /** The handler has ended, and the node lives. On the conversation's thread. */
    void survived() {}

    @Override
    Asking newAsking(@Nullable Answers given) throws RpcFault {
        return new Rounds(this, given);
    }

    // ---- from start to end

    /** What the session finds this run by while it is in flight. */
    String key() {
        return key;
    }

    @Override
    boolean ended() {
        return ended;
    }

    void start() throws RpcFault {
        takeAnswers();
        if (heapBytes >= HeldBytes.SMALL && !hold()) {
            request.answerError(ErrorCode.OVERLOADED, "The node holds too many arguments of calls: try again later");
        } else if (blocks() || runsAside()) {
            startBlocking();
        } else {
            startAsync();
        }
    }

    /** Whether an asynchronous handler runs where it can hold nobody up: it has held event loops, or perhaps lost a node. */
    private boolean runsAside() {
        return request.afterLoss() || conversation.server().guard().watchdog().moved(name());
    }

    private boolean hold() {
        if (conversation.server().held().take(heapBytes)) {
            heldBytes = heapBytes;
        }
        return heldBytes > 0;
    }

    private void startAsync() {
        Watchdog watchdog = conversation.server().guard().watchdog();
        CompletionStage<R> stage;
        watchdog.enter(name());
        try {
            stage = callAsync();
        } catch (Throwable e) {
            finish(answer(null, e));
            return;
        } finally {
            watchdog.leave();
        }
        if (stage instanceof CompletableFuture<R> future && future.isDone()) {
            finish(answer(future));
            return;
        }
        goOn(() -> {
            if (stage instanceof CompletableFuture<R> future) {
                future.cancel(true);
            }
        });
        try {
            stage.whenComplete(this::finishLater);
        } catch (RuntimeException e) {
            finish(answer(null, e));
        }
    }

    private void startBlocking() {
        BlockingRun<R> run = new BlockingRun<>(this);
        goOn(run::stop);
        try {
            conversation.server().blockingThreads().execute(run);
        } catch (RejectedExecutionException e) {
            conversation.server().events().toolRefused(name());
            end(() -> request.answerError(
                    ErrorCode.OVERLOADED, "The node runs too many calls of blocking tools: try again later"));
        }
    }

    /** From now on the run is in flight. */
    private void goOn(Runnable howToInterrupt) {
        interrupt = howToInterrupt;
        if (heldBytes == 0 && heapBytes > 0) {
            heldBytes = heapBytes;
            conversation.server().held().add(heapBytes);
        }
        key = RequestKey.of(request.envelope(), conversation.server().json().factory());
        request.keepIdOnly();
        conversation.requests().started(this);
        timeout = conversation
                .server()
                .timer()
                .schedule(() -> conversation.post(this::timeOut), limit().toNanos(), TimeUnit.NANOSECONDS);
    }

    /** On the thread that completes the call, where writing a large result does not hold up other sessions. */
    void finishLater(@Nullable R result, @Nullable Throwable failure) {
        if (!cancelled()) {
            byte[] answer = answer(result, failure);
            conversation.post(() -> finish(answer));
        }
    }

    private void finish(byte[] answer) {
        if (!ended) {
            survived();
            end(() -> request.answer(answer));
        }
    }

    private byte[] answer(CompletableFuture<R> done) {
        R result;
        try {
            result = done.join();
        } catch (CompletionException | CancellationException e) {
            return answer(null, e);
        }
        return answer(result, null);
    }

    /** The answer to the request. Usable from any thread; never throws. */
    private byte[] answer(@Nullable R result, @Nullable Throwable failure) {
        Throwable cause = unwrapped(failure);
        if (cause instanceof UrlElicitationRequiredException required
                && features().urls()) {
            return visits(required);
        }
        Throwable behind = cause instanceof RpcException ? cause.getCause() : cause;
        if (behind instanceof MissingCapabilityException missing && request.stateless()) {
            return request.error(RpcFault.missingCapability(missing));
        }
        if (cause instanceof RpcException meant) {
            return error(meant);
        }
        if (cause instanceof ToolException meant) {
            return failure(meant);
        }
        if (cause != null || result == null) {
            return unexpected(cause == null ? new NullPointerException("the handler returned null") : cause);
        }
        try {
            return answer(result);
        } catch (Throwable e) {
            return unexpected(e);
        }
    }

    private byte[] visits(UrlElicitationRequiredException required) {
        try {
            return request.stateless() && asking() instanceof Rounds rounds
                    ? rounds.visits(required.elicitations())
                    : request.error(RpcFault.urlElicitationRequired(required));
        } catch (RpcFault fault) {
            return request.error(fault);
        }
    }

    /** The error that a handler wants its request to end with. What is behind it is for the operator. */
    private byte[] error(RpcException meant) {
        if (meant.getCause() != null && !(meant.getCause() instanceof ToolException)) {
            conversation.server().failures().toolFailed(name(), meant.getCause());
        }
        String message = meant.getMessage();
        String text = message == null ? name() + " failed" : message;
        JsonNode data = meant.data();
        int most = conversation.server().settings().limits().answerBytes();
        return request.error(new RpcFault(
                meant.code(),
                text.length() <= MAX_ERROR ? text : text.substring(0, MAX_ERROR) + "...",
                data == null || data.toString().length() > most ? null : data));
    }

    /** What failed, without the wrapping of futures. */
    private static @Nullable Throwable unwrapped(@Nullable Throwable failure) {
        Throwable cause = failure;
        // A few at most: a handler may pass on what another stage told it.
        for (int i = 0; i < 4 && cause != null; i++) {
            if (!(cause instanceof CompletionException || cause instanceof ExecutionException)) {
                return cause;
            }
            cause = cause.getCause() == null ? cause : cause.getCause();
        }
        return cause;
    }

    /** The client cancels: no answer. */
    void cancel() {
        if (!ended) {
            giveUp();
            end(request::none);
            interrupt();
        }
    }

    private void timeOut() {
        if (!ended) {
            conversation.server().events().toolTimedOut(name(), limit());
            byte[] answer = timeout();
            giveUp();
            end(() -> request.answer(answer));
            interrupt();
        }
    }

    /** The client is asked something by the answer of its request; the run is of no use any more. */
    void suspend(byte[] answer) {
        if (!ended) {
            giveUp();
            end(() -> request.answer(answer));
            interrupt();
        }
    }

    /** The session has ended: nobody is told anything. */
    void stop() {
        if (!ended) {
            ended = true;
            giveUp();
            quiet();
            interrupt();
        }
    }

    private void end(Runnable last) {
        // Before the end: the client is told of questions that nobody waits for while their request is still open.
        quiet();
        ended = true;
        conversation.ended(this, last);
    }

    private void quiet() {
        hush();
        if (heldBytes > 0) {
            conversation.server().held().give(heldBytes);
            heldBytes = 0;
        }
        if (timeout != null) {
            timeout.cancel(false);
        }
        endQuestions();
    }

    private void interrupt() {
        runCancelActions();
        if (interrupt != null) {
            interrupt.run();
        }
    }
}
