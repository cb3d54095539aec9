package io.trunkline.node.tools;

import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolCall;
import io.trunkline.node.spi.ToolResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits, telling its progress ten times on the way. No thread waits with it: one timer serves all calls.
 *
 * <p>For trying cancellation, progress and failover by hand; bounded by {@link #MAX_MILLIS}.
 */
final class SleepTool {

    /** Four minutes: below the default time limit of a call. */
    static final long MAX_MILLIS = 240_000;

    private static final int STEPS = 10;

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "trunkline-tool-sleep");
        thread.setDaemon(true);
        return thread;
    });

    SleepTool() {
        timer.setRemoveOnCancelPolicy(true);
    }

    Tool tool() {
        return Tool.named("sleep")
                .title("Sleep")
                .description("Waits for the given time and tells its progress.")
                .inputSchema("""
                        {"type": "object", "required": ["milliseconds"], "additionalProperties": false,
                         "properties": {
                           "milliseconds": {"type": "integer", "minimum": 0, "maximum": %d}
                         }}""".formatted(MAX_MILLIS))
                .readOnly()
                .idempotent()
                .openWorld(false)
                .async(this::start);
    }

    private CompletionStage<ToolResult> start(ToolCall call) {
        long millis = call.arguments().path("milliseconds").asLong();
        ToolResult result = ToolResult.text("Slept for " + millis + " ms");
        if (millis == 0) {
            return CompletableFuture.completedFuture(result);
        }
        Nap nap = new Nap(call, millis, result);
        call.onCancel(nap::cancel);
        nap.scheduleNext();
        return nap.slept;
    }

    /** One call on its way through its steps. */
    private final class Nap implements Runnable {

        private final CompletableFuture<ToolResult> slept = new CompletableFuture<>();
        private final ToolCall call;
        private final double millis;
        private final ToolResult result;
        private final long stepNanos;
        private int step;
        private boolean cancelled;
        private @Nullable ScheduledFuture<?> next;

        Nap(ToolCall call, long millis, ToolResult result) {
            this.call = call;
            this.millis = (double) millis;
            this.result = result;
            this.stepNanos = TimeUnit.MILLISECONDS.toNanos(millis) / STEPS;
        }

        synchronized void scheduleNext() {
            if (!cancelled) {
                next = timer.schedule(this, stepNanos, TimeUnit.NANOSECONDS);
            }
        }

        synchronized void cancel() {
            cancelled = true;
            if (next != null) {
                next.cancel(false);
            }
        }

        @Override
        public void run() {
            step++;
            call.progress(millis * step / STEPS, millis);
            if (step == STEPS) {
                slept.complete(result);
            } else {
                scheduleNext();
            }
        }
    }
}
