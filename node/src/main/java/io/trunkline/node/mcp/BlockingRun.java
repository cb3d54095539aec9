package io.trunkline.node.mcp;

import org.jspecify.annotations.Nullable;

/** One call of a blocking handler on a thread of {@link BlockingThreads}, which it can be interrupted on. */
final class BlockingRun<R> implements Runnable {

    private final Run<R> call;
    private @Nullable Thread thread;
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
            result = call.callBlocking();
        } catch (Throwable e) {
            failure = e;
        } finally {
            leave();
        }
        call.finishLater(result, failure);
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
        if (thread != null) {
            thread.interrupt();
        }
    }
}
