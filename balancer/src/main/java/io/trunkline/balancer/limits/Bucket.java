package io.trunkline.balancer.limits;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A token bucket that holds one number: the time at which it will be full again (the generic cell rate algorithm). It
 * needs no clock of its own and no thread that fills it. Thread-safe, without a lock.
 */
final class Bucket {
    private final Rate rate;
    private final AtomicLong fullAt;

    /** A full bucket. Times are those of {@link System#nanoTime()}. */
    Bucket(Rate rate, long now) {
        this.rate = rate;
        this.fullAt = new AtomicLong(now);
    }

    /** Takes a token; false, and nothing changed, when there is none. */
    boolean take(long now) {
        if (rate.isNone()) {
            return true;
        }
        while (true) {
            long at = fullAt.get();
            long base = at - now > 0 ? at : now;
            if (base - now > rate.slackNanos()) {
                return false;
            }
            if (fullAt.compareAndSet(at, base + rate.intervalNanos())) {
                return true;
            }
        }
    }

    /** Takes a token, owed if need be, and returns the nanoseconds until there is one again; 0 when there is one. */
    long spend(long now) {
        return spend(1, now);
    }

    /** The same for so many tokens. */
    long spend(int tokens, long now) {
        if (rate.isNone()) {
            return 0;
        }
        while (true) {
            long at = fullAt.get();
            long next = (at - now > 0 ? at : now) + tokens * rate.intervalNanos();
            if (fullAt.compareAndSet(at, next)) {
                return Math.max(0, next - now - rate.slackNanos());
            }
        }
    }

    /** Whether there is no token. */
    boolean empty(long now) {
        return !rate.isNone() && fullAt.get() - now > rate.slackNanos();
    }

    /** Whether nothing was taken that has not come back. */
    boolean full(long now) {
        return fullAt.get() - now <= 0;
    }
}
