package io.trunkline.protocol.control;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.List;

/**
 * An immutable distribution of durations in nanoseconds, in log-linear buckets that every member shares.
 *
 * <p>Each power of two is cut into 64 buckets, so a value read back is off by at most 1 %:
 *
 * <pre>
 *   bucket      0 .. 127     one nanosecond each
 *   bucket    128 .. 191     2 ns each, 128 .. 255 ns
 *   bucket    192 .. 255     4 ns each, 256 .. 511 ns
 *   ...
 *   bucket   2176 .. 2239    2^33 ns each, up to 2^40 ns (18 minutes); longer durations count here
 * </pre>
 *
 * <p>Only the buckets that are not empty are kept: their numbers in strictly ascending order and as many counts,
 * each at least 1.
 */
public final class LatencyHistogram {

    /** Number of buckets; an index is in {@code [0, BUCKETS)}. */
    public static final int BUCKETS = 2_240;

    public static final LatencyHistogram EMPTY = new LatencyHistogram(new int[0], new long[0]);

    private static final int LINEAR_BITS = 6;
    private static final int LINEAR = 1 << LINEAR_BITS;
    private static final long HIGHEST = (1L << 40) - 1;

    /** One non-empty bucket at a time. */
    @FunctionalInterface
    public interface BucketReader {
        /** {@code count} values of about {@code nanos} nanoseconds. */
        void bucket(long nanos, long count);
    }

    private final int[] buckets;
    private final long[] counts;

    /** Takes both arrays over; what they hold is checked, since it may come from another member. */
    @JsonCreator
    LatencyHistogram(@JsonProperty("buckets") int[] buckets, @JsonProperty("counts") long[] counts) {
        if (buckets.length != counts.length || buckets.length > BUCKETS) {
            throw new IllegalArgumentException("buckets: " + buckets.length + ", counts: " + counts.length
                    + " (expected: equal and <= " + BUCKETS + ")");
        }
        int previous = -1;
        for (int i = 0; i < buckets.length; i++) {
            if (buckets[i] <= previous || buckets[i] >= BUCKETS || counts[i] < 1) {
                throw new IllegalArgumentException("bucket " + buckets[i] + " after " + previous + " with count "
                        + counts[i] + " (expected: ascending, < " + BUCKETS + ", count >= 1)");
            }
            previous = buckets[i];
        }
        this.buckets = buckets;
        this.counts = counts;
    }

    /** The bucket that counts {@code nanos}; negative durations count as 0. */
    public static int bucketOf(long nanos) {
        if (nanos < 2 * LINEAR) {
            return (int) Math.max(nanos, 0);
        }
        long bounded = Math.min(nanos, HIGHEST);
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(bounded) - LINEAR_BITS;
        return (shift << LINEAR_BITS) + (int) (bounded >>> shift);
    }

    /** The duration in nanoseconds in the middle of {@code bucket}. */
    public static long middleOf(int bucket) {
        if (bucket < 2 * LINEAR) {
            return bucket;
        }
        int shift = (bucket >>> LINEAR_BITS) - 1;
        long lowest = (long) ((bucket & (LINEAR - 1)) + LINEAR) << shift;
        return lowest + (1L << shift >>> 1);
    }

    /** The histogram of an array that holds one count per bucket; counts below 1 are left out. */
    public static LatencyHistogram ofDense(long[] dense) {
        int[] buckets = new int[dense.length];
        long[] counts = new long[dense.length];
        int used = 0;
        for (int bucket = 0; bucket < dense.length; bucket++) {
            if (dense[bucket] > 0) {
                buckets[used] = bucket;
                counts[used++] = dense[bucket];
            }
        }
        return used == 0 ? EMPTY : new LatencyHistogram(Arrays.copyOf(buckets, used), Arrays.copyOf(counts, used));
    }

    /** The sum of all of {@code parts}. */
    public static LatencyHistogram sum(List<LatencyHistogram> parts) {
        long[] dense = new long[BUCKETS];
        for (LatencyHistogram part : parts) {
            for (int i = 0; i < part.buckets.length; i++) {
                dense[part.buckets[i]] += part.counts[i];
            }
        }
        return ofDense(dense);
    }

    /** Hands all buckets to {@code reader}, in ascending order. */
    public void forEach(BucketReader reader) {
        for (int i = 0; i < buckets.length; i++) {
            reader.bucket(middleOf(buckets[i]), counts[i]);
        }
    }

    @JsonProperty("buckets")
    int[] buckets() {
        return buckets;
    }

    @JsonProperty("counts")
    long[] counts() {
        return counts;
    }

    public long total() {
        return Arrays.stream(counts).sum();
    }

    /**
     * The duration in nanoseconds that {@code percent} percent of the values do not exceed.
     *
     * @param percent in {@code [0, 100]}
     * @return 0 when the histogram is empty
     */
    public long percentile(double percent) {
        long rank = Math.max(1, (long) Math.ceil(total() * percent / 100));
        long seen = 0;
        for (int i = 0; i < buckets.length; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return middleOf(buckets[i]);
            }
        }
        return buckets.length == 0 ? 0 : middleOf(buckets[buckets.length - 1]);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LatencyHistogram that
                && Arrays.equals(buckets, that.buckets)
                && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(buckets) + Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return "LatencyHistogram[total=" + total() + ", p50=" + percentile(50) + "ns, p99=" + percentile(99) + "ns]";
    }
}
