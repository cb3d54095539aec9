package io.trunkline.balancer.limits;

import java.time.Duration;

/**
 * So many events a second, and so much at once, as {@link Bucket} counts them.
 *
 * @param intervalNanos between two events at this rate; 0: there is no limit
 * @param slackNanos how far events may be ahead of the rate
 */
record Rate(long intervalNanos, long slackNanos) {
    /** Limits nothing. */
    static final Rate NONE = new Rate(0, 0);

    /**
     * A rate.
     *
     * @param perSecond 0: there is no limit
     * @param burst what comes in this time at that rate may come at once, and at least one event
     */
    static Rate of(int perSecond, Duration burst) {
        if (perSecond == 0) {
            return NONE;
        }
        long interval = Math.max(1, 1_000_000_000L / perSecond);
        return new Rate(interval, Math.max(0, burst.toNanos() - interval));
    }

    boolean isNone() {
        return intervalNanos == 0;
    }
}
