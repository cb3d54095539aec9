package io.trunkline.node.mcp.call;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Work on a thread of {@link BlockingThreads}, which it can be interrupted on. Asynchronous work gives the thread back
 * when it has returned, even when its result is still to come.
 */
final class BlockingRun<R> implements Runnable {

    /** Takes what the work has come to: a result or a failure. */
    @FunctionalInterface
    interface End<R> {
        void accept(@Nullable R result, @Nullable Throwable failure);
    }

    private final Work<R> work;
    private final End<R> end;
    private @Nullable Thread thread;
    private @Nullable CompletionStage<R> pending;
    private boolean stopped;

    /**
     * @param end told the result or the failure, on this run's thread; not told when it was stopped before it began
     */
    BlockingRun(Work<R> work, End<R> end) {
        this.work = work;
        this.end = end;
    }

    @Override
    public void run() {
        if (!begin()) {
            return;
        }
        Throwable failure = null;
        try {
            begun(work.call());
        } catch (Throwable e) {
            failure = e;
        } finally {
            leave();
        }
        CompletionStage<R> stage = pending();
        if (stage != null && failure == null) {
            await(stage);
        } else {
            end.accept(null, failure);
        }
    }

    private void await(CompletionStage<R> stage) {
        try {
            stage.whenComplete(end::accept);
        } catch (RuntimeException e) {
            end.accept(null, e);
        }
    }

    private synchronized @Nullable CompletionStage<R> pending() {
        return pending;
    }

    /** The work has returned; stopped in the meantime, its result is of no use. */
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

    /** From here on this run no longer interrupts the thread, and the next task on it finds no trace. */
    @SuppressWarnings("ThreadInterruptedCheck")
    private synchronized void leave() {
        thread = null;
        boolean ignored = Thread.interrupted();
    }

    /** Interrupts the work, or keeps it from beginning. */
    synchronized void stop() {
        stopped = true;
        cancel(pending);
        if (thread != null) {
            thread.interrupt();
        }
    }
}
