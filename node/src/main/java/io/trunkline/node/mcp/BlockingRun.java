package io.trunkline.node.mcp;

import io.trunkline.node.spi.ToolCall;
import io.trunkline.node.spi.ToolHandler;
import io.trunkline.node.spi.ToolResult;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One call of a blocking handler on a thread of {@link BlockingThreads}, which it can be interrupted on. */
final class BlockingRun implements Runnable {

    private final ToolHandler.Blocking handler;
    private final ToolCall call;
    private final BiConsumer<@Nullable ToolResult, @Nullable Throwable> end;
    private @Nullable Thread thread;
    private boolean stopped;

    /**
     * @param end told the result or the failure, on this run's thread; not told when it was stopped before it began
     */
    BlockingRun(
            ToolHandler.Blocking handler, ToolCall call, BiConsumer<@Nullable ToolResult, @Nullable Throwable> end) {
        this.handler = handler;
        this.call = call;
        this.end = end;
    }

    @Override
    public void run() {
        if (!begin()) {
            return;
        }
        ToolResult result = null;
        Throwable failure = null;
        try {
            result = handler.call(call);
        } catch (Throwable e) {
            failure = e;
        } finally {
            leave();
        }
        end.accept(result, failure);
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
