package io.trunkline.node.mcp.call;

import io.trunkline.node.guard.Watchdog;
import io.trunkline.node.mcp.kit.HeldBytes;
import io.trunkline.node.mcp.wire.RequestKey;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One piece of work from its start to the end of its request, which is one of: its result, its failure, the end of its
 * time, the client's cancellation, the end of the session.
 *
 * <p>What has its result at once ends within {@link #start()}, without another thread and without counting as in
 * flight. Everything here happens on the session's thread, except {@link #finishLater}.
 *
 * @param <R> what the work returns
 */
public final class CallLife<R> implements InFlight.Running, OpenCall.Life {

    private final CallPlace place;
    private final CallEnvironment environment;
    private final Request request;
    private final Work<R> work;
    private final @Nullable OpenCall call;
    private long heapBytes;
    private long heldBytes;
    private String key = "";
    private boolean ended;
    private volatile boolean givenUp;
    private @Nullable Future<?> timeout;
    private @Nullable Runnable interrupt;

    /**
     * A life that has not begun.
     *
     * @param call the work as its handler sees it; null when there is no handler
     * @param heapBytes about what the parameters keep
     */
    public CallLife(CallPlace place, Request request, Work<R> work, @Nullable OpenCall call, long heapBytes) {
        this.place = place;
        this.environment = place.environment();
        this.request = request;
        this.work = work;
        this.call = call;
        this.heapBytes = heapBytes;
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public int number() {
        return request.number();
    }

    @Override
    public boolean ended() {
        return ended;
    }

    public void start() throws RpcFault {
        if (call != null) {
            heapBytes += call.begin(this);
        }
        if (heapBytes >= HeldBytes.SMALL && !hold()) {
            request.answerError(ErrorCode.OVERLOADED, "The node holds too many arguments of calls: try again later");
        } else if (work.blocks() || runsAside()) {
            startBlocking();
        } else {
            startAsync();
        }
    }

    /** Whether asynchronous work runs off the event loop: it has held event loops, or perhaps lost a node. */
    private boolean runsAside() {
        return request.afterLoss() || environment.guard().watchdog().moved(work.name());
    }

    private boolean hold() {
        if (environment.held().take(heapBytes)) {
            heldBytes = heapBytes;
        }
        return heldBytes > 0;
    }

    private void startAsync() {
        Watchdog watchdog = environment.guard().watchdog();
        CompletionStage<R> stage;
        watchdog.enter(work.name());
        try {
            stage = work.call();
        } catch (Throwable e) {
            finish(work.answer(null, e));
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
            finish(work.answer(null, e));
        }
    }

    private void startBlocking() {
        BlockingRun<R> run = new BlockingRun<>(work, this::finishLater);
        goOn(run::stop);
        try {
            environment.threads().execute(run);
        } catch (RejectedExecutionException e) {
            environment.events().toolRefused(work.name());
            end(() -> request.answerError(
                    ErrorCode.OVERLOADED, "The node runs too many calls of blocking tools: try again later"));
        }
    }

    /** From now on the work is in flight. */
    private void goOn(Runnable howToInterrupt) {
        interrupt = howToInterrupt;
        if (heldBytes == 0 && heapBytes > 0) {
            heldBytes = heapBytes;
            environment.held().add(heapBytes);
        }
        key = RequestKey.of(request.envelope(), environment.json().factory());
        request.keepIdOnly();
        place.inFlight().started(this);
        timeout = environment
                .timer()
                .schedule(
                        () -> place.speaker().post(this::timeOut), work.limit().toNanos(), TimeUnit.NANOSECONDS);
    }

    /** On the thread that completes the work, where writing a large result does not hold up other sessions. */
    private void finishLater(@Nullable R result, @Nullable Throwable failure) {
        if (!givenUp) {
            byte[] answer = work.answer(result, failure);
            place.speaker().post(() -> finish(answer));
        }
    }

    private void finish(byte[] answer) {
        if (!ended) {
            work.survived();
            end(() -> request.answer(answer));
        }
    }

    private byte[] answer(CompletableFuture<R> done) {
        R result;
        try {
            result = done.join();
        } catch (CompletionException | CancellationException e) {
            return work.answer(null, e);
        }
        return work.answer(result, null);
    }

    @Override
    public void cancel() {
        giveUp(request::none);
    }

    private void timeOut() {
        if (!ended) {
            environment.events().toolTimedOut(work.name(), work.limit());
            suspend(work.timeout());
        }
    }

    @Override
    public void suspend(byte[] answer) {
        giveUp(() -> request.answer(answer));
    }

    private void giveUp(Runnable last) {
        if (!ended) {
            giveUp();
            end(last);
            interrupt();
        }
    }

    @Override
    public void stop() {
        if (!ended) {
            ended = true;
            giveUp();
            quiet();
            interrupt();
        }
    }

    private void giveUp() {
        givenUp = true;
        if (call != null) {
            call.giveUp();
        }
    }

    private void end(Runnable last) {
        // Before the end: the client is told which questions are abandoned while their request is still open.
        quiet();
        ended = true;
        place.inFlight().ended(this, last);
    }

    private void quiet() {
        if (call != null) {
            call.end();
        }
        if (heldBytes > 0) {
            environment.held().give(heldBytes);
            heldBytes = 0;
        }
        if (timeout != null) {
            timeout.cancel(false);
        }
    }

    private void interrupt() {
        environment.guard().watchdog().watch(work.name(), () -> {
            if (call != null) {
                call.runCancelActions();
            }
            if (interrupt != null) {
                interrupt.run();
            }
        });
    }
}
