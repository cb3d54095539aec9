package io.trunkline.node.mcp.kit;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs tasks later, each once, on a thread that must not wait. Usable from any thread. */
@FunctionalInterface
public interface Later {

    /**
     * Runs the task when this time has passed; never, when the server is closed by then.
     *
     * @return what takes the task back, unless it has begun
     */
    Runnable run(Runnable task, Duration delay);

    /** Tasks that run on this timer's thread. */
    static Later on(ScheduledExecutorService timer, Failures failures) {
        return (task, delay) -> {
            Runnable guarded = () -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    failures.failed(e);
                }
            };
            try {
                Future<?> due = timer.schedule(guarded, delay.toNanos(), TimeUnit.NANOSECONDS);
                return () -> due.cancel(false);
            } catch (RejectedExecutionException e) {
                return () -> {};
            }
        };
    }
}
