package io.trunkline.node.mcp;

import io.trunkline.node.mcp.kit.Later;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A clock that stands still until the test lets time pass, and then runs on the test's thread what has become due. */
final class ManualClock implements Later {

    private static final long PATIENCE_NANOS = Duration.ofSeconds(10).toNanos();

    /** Not a record: two of them are never equal. */
    private static final class Due {
        final Duration at;
        final Runnable task;

        Due(Duration at, Runnable task) {
            this.at = at;
            this.task = task;
        }
    }

    private final List<Due> all = new ArrayList<>();
    private Duration now = Duration.ZERO;

    @Override
    public synchronized Runnable run(Runnable task, Duration delay) {
        Due due = new Due(now.plus(delay), task);
        all.add(due);
        notifyAll();
        return () -> takeBack(due);
    }

    private synchronized void takeBack(Due due) {
        all.remove(due);
    }

    /** How many tasks wait for their time. */
    synchronized int waiting() {
        return all.size();
    }

    /** Waits until another thread has given a task. */
    synchronized void awaitOne() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (all.isEmpty()) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("no task within 10 s");
            }
            wait(left);
        }
    }

    void pass(Duration time) {
        Duration until = moment().plus(time);
        for (Due next = next(until); next != null; next = next(until)) {
            next.task.run();
        }
    }

    private synchronized Duration moment() {
        return now;
    }

    private synchronized @Nullable Due next(Duration until) {
        Due next = all.stream()
                .filter(due -> due.at.compareTo(until) <= 0)
                .min(Comparator.comparing(due -> due.at))
                .orElse(null);
        if (next == null) {
            now = until;
            return null;
        }
        now = next.at;
        all.remove(next);
        return next;
    }
}
