package io.trunkline.protocol.metrics;

import io.trunkline.protocol.control.LatencyHistogram;
import java.util.concurrent.atomic.AtomicLongArray;

/** How long something takes that happens now and then, from any thread; for each request take a {@link Meter}. */
public final class Timer {

    private final AtomicLongArray cells = new AtomicLongArray(LatencyHistogram.BUCKETS);

    Timer() {}

    /** It took {@code nanos} nanoseconds. */
    public void record(long nanos) {
        cells.incrementAndGet(LatencyHistogram.bucketOf(nanos));
    }

    /** What was recorded since the call before. */
    LatencyHistogram take() {
        long[] taken = new long[LatencyHistogram.BUCKETS];
        for (int bucket = 0; bucket < taken.length; bucket++) {
            // Nearly all are empty: only those that are not cost a write.
            taken[bucket] = cells.get(bucket) == 0 ? 0 : cells.getAndSet(bucket, 0);
        }
        return LatencyHistogram.ofDense(taken);
    }
}
