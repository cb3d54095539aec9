package io.trunkline.load.client;

import io.trunkline.load.measure.Errors;
import java.util.concurrent.TimeUnit;

/**
 * Sends on schedule whatever the answers do. Latency counts from the time at which a request was due, so a stall shows
 * in every request that it held up, also in those that could not be sent meanwhile.
 *
 * <p>What is due and cannot be sent, because every connection has as much unanswered or unwritten as it may have, is
 * the backlog. It is a number, not a queue; what exceeds {@value #BACKLOG_SECONDS} seconds of the schedule is skipped
 * and counted.
 */
final class OpenLoop implements Pacer {
    static final int BACKLOG_SECONDS = 10;

    /** So many are sent before answers are read again. */
    private static final int BURST = 256;

    /** Shortest sleep between two looks at the schedule. */
    private static final long SHORTEST_SLEEP = TimeUnit.MICROSECONDS.toNanos(50);

    private final Sender sender;
    private final double rate;
    private final long largestBacklog;
    private Schedule schedule;
    private long next;
    private boolean running;

    OpenLoop(Sender sender, double rate) {
        this.sender = sender;
        this.rate = rate;
        this.largestBacklog = Math.max(1_000, (long) (rate * BACKLOG_SECONDS));
        this.schedule = new Schedule(0, rate);
    }

    @Override
    public void start(long now) {
        schedule = new Schedule(now, rate);
        running = true;
        tick();
    }

    private void tick() {
        if (!running) {
            return;
        }
        proceed(System.nanoTime());
        long sleep = Math.max(SHORTEST_SLEEP, schedule.timeOf(next) - System.nanoTime());
        sender.later(this::tick, sleep);
    }

    @Override
    public void proceed(long now) {
        if (!running) {
            return;
        }
        long due = schedule.dueBy(now);
        for (int burst = 0; next < due && burst < BURST && sender.send(schedule.timeOf(next)); burst++) {
            next++;
        }
        long backlog = due - next;
        if (backlog > largestBacklog) {
            sender.recorder().skipped += backlog - largestBacklog;
            next += backlog - largestBacklog;
        }
        sender.recorder().backlog(due - next);
    }

    @Override
    public void stop(long now) {
        proceed(now);
        running = false;
        if (sender.recorder().backlog > 0) {
            sender.recorder().errors.count(Errors.REQUEST_UNSENT, sender.recorder().backlog);
            sender.recorder().backlog(0);
        }
    }
}
