package io.trunkline.node.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.spi.LogLevel;
import io.trunkline.node.spi.ToolCall;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.spi.ToolHandler;
import io.trunkline.node.spi.ToolResult;
import io.trunkline.node.spi.ToolSession;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One call of a tool from its start to the end of its request, which is one of: its result, its failure, the end of its
 * time, the client's cancellation, the end of the session.
 *
 * <p>An asynchronous tool that has its result at once ends within {@link #start()}, without another thread and without
 * counting as in flight. Everything here happens on the conversation's thread, except the methods of {@link ToolCall}.
 */
final class ToolRun implements ToolCall {

    private final Conversation conversation;
    private final Request request;
    private final RegisteredTool registered;
    private final ObjectNode arguments;
    private final ToolNotices notices;
    private final long heldBytes;
    private String key = "";
    private boolean ended;
    private @Nullable Future<?> timeout;
    private @Nullable Runnable interrupt;
    private @Nullable List<Runnable> cancelActions;
    private volatile boolean cancelled;

    ToolRun(Conversation conversation, Request request, PreparedCall call) {
        this.conversation = conversation;
        this.request = request;
        this.registered = call.tool();
        this.arguments = call.params().arguments();
        this.notices = new ToolNotices(conversation, call.params().progressToken());
        this.heldBytes =
                call.params().heapBytes() < HeldBytes.SMALL ? 0 : call.params().heapBytes();
    }

    /** What the session finds this run by while it is in flight. */
    String key() {
        return key;
    }

    void start() {
        if (heldBytes > 0 && !conversation.server().held().take(heldBytes)) {
            request.answerError(ErrorCode.OVERLOADED, "The node holds too many arguments of calls: try again later");
            return;
        }
        ToolHandler handler = registered.tool().handler();
        if (handler instanceof ToolHandler.Async async) {
            startAsync(async);
        } else if (handler instanceof ToolHandler.Blocking blocking) {
            startBlocking(blocking);
        }
    }

    private void startAsync(ToolHandler.Async handler) {
        CompletionStage<ToolResult> stage;
        try {
            stage = handler.call(this);
        } catch (Throwable e) {
            finish(answer(null, e));
            return;
        }
        if (stage instanceof CompletableFuture<ToolResult> future && future.isDone()) {
            finish(answer(future));
            return;
        }
        goOn(() -> {
            if (stage instanceof CompletableFuture<ToolResult> future) {
                future.cancel(true);
            }
        });
        try {
            stage.whenComplete(this::finishLater);
        } catch (RuntimeException e) {
            finish(answer(null, e));
        }
    }

    private void startBlocking(ToolHandler.Blocking handler) {
        BlockingRun run = new BlockingRun(handler, this, this::finishLater);
        goOn(run::stop);
        try {
            conversation.server().blockingThreads().execute(run);
        } catch (RejectedExecutionException e) {
            conversation.server().events().toolRefused(tool());
            end(() -> request.answerError(
                    ErrorCode.OVERLOADED, "The node runs too many calls of blocking tools: try again later"));
        }
    }

    /** From now on the run is in flight. */
    private void goOn(Runnable howToInterrupt) {
        interrupt = howToInterrupt;
        key = RequestKey.of(request.envelope(), conversation.server().json());
        request.keepIdOnly();
        conversation.requests().started(this);
        timeout = conversation
                .server()
                .timer()
                .schedule(() -> conversation.post(this::timeOut), limit().toNanos(), TimeUnit.NANOSECONDS);
    }

    private Duration limit() {
        Duration own = registered.tool().timeout();
        return own == null ? conversation.server().settings().tools().timeout() : own;
    }

    /** On the thread that completes the call, where writing a large result does not hold up other sessions. */
    private void finishLater(@Nullable ToolResult result, @Nullable Throwable failure) {
        if (!cancelled) {
            byte[] answer = answer(result, failure);
            conversation.post(() -> finish(answer));
        }
    }

    private void finish(byte[] answer) {
        if (!ended) {
            end(() -> request.answer(answer));
        }
    }

    private byte[] answer(CompletableFuture<ToolResult> done) {
        ToolResult result;
        try {
            result = done.join();
        } catch (CompletionException | CancellationException e) {
            return answer(null, e);
        }
        return answer(result, null);
    }

    /** The answer to the request. Usable from any thread; never throws. */
    private byte[] answer(@Nullable ToolResult result, @Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        ToolAnswers answers = conversation.server().toolAnswers();
        if (cause instanceof ToolException meant) {
            return answers.failure(request.envelope(), meant);
        }
        if (cause != null || result == null) {
            Throwable known = cause == null ? new NullPointerException("the handler returned null") : cause;
            return answers.unexpected(request.envelope(), tool(), known);
        }
        try {
            return answers.result(request.envelope(), registered, result, conversation.state());
        } catch (Throwable e) {
            return answers.unexpected(request.envelope(), tool(), e);
        }
    }

    /** The client cancels: no answer. */
    void cancel() {
        if (!ended) {
            end(request::none);
            interrupt();
        }
    }

    private void timeOut() {
        if (!ended) {
            conversation.server().events().toolTimedOut(tool(), limit());
            byte[] answer = conversation.server().toolAnswers().timeout(request.envelope(), tool(), limit());
            end(() -> request.answer(answer));
            interrupt();
        }
    }

    /** The session has ended: nobody is told anything. */
    void stop() {
        if (!ended) {
            ended = true;
            quiet();
            interrupt();
        }
    }

    private void end(Runnable last) {
        ended = true;
        quiet();
        conversation.ended(this, last);
    }

    private void quiet() {
        notices.stop();
        if (heldBytes > 0) {
            conversation.server().held().give(heldBytes);
        }
        if (timeout != null) {
            timeout.cancel(false);
        }
    }

    private void interrupt() {
        List<Runnable> actions;
        synchronized (this) {
            cancelled = true;
            actions = cancelActions == null ? List.of() : cancelActions;
            cancelActions = null;
        }
        actions.forEach(this::runCancelAction);
        if (interrupt != null) {
            interrupt.run();
        }
    }

    private void runCancelAction(Runnable action) {
        try {
            action.run();
        } catch (Throwable e) {
            conversation.server().toolFailed(tool(), e);
        }
    }

    // ---- ToolCall: any thread

    @Override
    public String tool() {
        return registered.tool().name();
    }

    @Override
    public ObjectNode arguments() {
        return arguments;
    }

    @Override
    public ToolSession session() {
        return conversation.values();
    }

    @Override
    public void progress(double progress, double total, @Nullable String message) {
        notices.progress(progress, total, message);
    }

    @Override
    public void log(LogLevel level, @Nullable String logger, JsonNode data) {
        notices.log(level, logger, data);
    }

    @Override
    public boolean cancelled() {
        return cancelled;
    }

    @Override
    public void onCancel(Runnable action) {
        synchronized (this) {
            if (!cancelled) {
                List<Runnable> actions = cancelActions == null ? new ArrayList<>(2) : cancelActions;
                actions.add(action);
                cancelActions = actions;
                return;
            }
        }
        runCancelAction(action);
    }
}
