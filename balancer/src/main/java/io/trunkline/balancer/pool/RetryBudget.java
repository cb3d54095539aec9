package io.trunkline.balancer.pool;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Keeps retries at a fifth of the requests, so that servers that are in trouble do not get twice the load; one a second
 * is always allowed, so that little traffic has its retries as well. Thread-safe, without a lock; while nobody retries
 * a request costs one read.
 */
public final class RetryBudget {
    private static final int RETRY = 100;
    /** What a request is worth: so many percent of a retry. */
    private static final int REQUEST = 20;
    /** The most that is saved. */
    private static final int MOST = 100 * RETRY;

    private final LongSupplier clock;
    private final AtomicInteger saved = new AtomicInteger(10 * RETRY);
    private final AtomicLong givenNanos;
    private final AtomicLong spent = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    RetryBudget(LongSupplier clock) {
        this.clock = clock;
        this.givenNanos = new AtomicLong(clock.getAsLong());
    }

    /** A request came, that is no retry. */
    void request() {
        if (saved.get() < MOST) {
            saved.addAndGet(REQUEST);
        }
    }

    /** Takes a retry; false when there have been too many. */
    public boolean retry() {
        long now = clock.getAsLong();
        long given = givenNanos.get();
        long seconds = Math.min(TimeUnit.NANOSECONDS.toSeconds(now - given), MOST / RETRY);
        if (seconds > 0 && givenNanos.compareAndSet(given, now)) {
            saved.accumulateAndGet((int) seconds * RETRY, (had, more) -> Math.min(MOST, had + more));
        }
        boolean granted = saved.getAndUpdate(had -> had < RETRY ? had : had - RETRY) >= RETRY;
        (granted ? spent : refused).incrementAndGet();
        return granted;
    }

    /** Retries so far. */
    public long spent() {
        return spent.get();
    }

    /** Retries that there would have been, but for this. */
    public long refused() {
        return refused.get();
    }
}
