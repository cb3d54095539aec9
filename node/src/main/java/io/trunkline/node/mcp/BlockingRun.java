package io.trunkline.node.mcp;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One call of a handler on a thread of {@link BlockingThreads}, which it can be interrupted on. An asynchronous one gives the
 * thread back when it has returned, whatever its result still waits for.
 */
final class BlockingRun<R> implements Runnable {

    private final Run<R> call;
    private @Nullable Thread thread;
    private @Nullable CompletionStage<R> pending;
    private boolean stopped;

    /**
     * @param call told the result or the failure, on this run's thread; not told when it was stopped before it began
     */
    BlockingRun(Run<R> call) {
        this.call = call;
    }

    @Override
    public void run() {
        if (!begin()) {
            return;
        }
        R result = null;
        Throwable failure = null;
        try {
            if (call.blocks()) {
                result = call.callBlocking();
            } else {
                begun(call.callAsync());
            }
        } catch (Throwable e) {
            failure = e;
        } finally {
            leave();
        }
        CompletionStage<R> stage = pending();
        if (stage != null && failure == null) {
            await(stage);
        } else {
            call.finishLater(result, failure);
        }
    }

    private void await(CompletionStage<R> stage) {
        try {
            stage.whenComplete(call::finishLater);
        } catch (RuntimeException e) {
            call.finishLater(null, e);
        }
    }

    private synchronized @Nullable CompletionStage<R> pending() {
        return pending;
    }

    /** An asynchronous handler has returned; stopped in the meantime, its result is of no use. */
    private synchronized void begun(CompletionStage<R> stage) {
        pending = stage;
        if (stopped) {
            cancel(stage);
        }
    }

    private static void cancel(@Nullable CompletionStage<?> stage) {
        if (stage instanceof CompletableFuture<?> future) {
            future.cancel(true);
        }
    }

    private synchronized boolean begin() {
        if (!stopped) {
            thread = Thread.currentThread();
        }
        return !stopped;
    }

    /** From here on nobody interrupts the thread on this run's behalf, and the next task on it finds no trace. */
    @SuppressWarnings("ThreadInterruptedCheck")
    private synchronized void leave() {
        thread = null;
        boolean ignored = Thread.interrupted();
    }

    /** Interrupts the handler, or keeps it from beginning. */
    synchronized void stop() {
        stopped = true;
        cancel(pending);
        if (thread != null) {
            thread.interrupt();
        }
    }
}
