package io.trunkline.protocol.metrics;

import io.trunkline.protocol.control.LatencyHistogram;
import io.trunkline.protocol.control.MemberReport.Traffic;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts what one event loop does: a plain read, an addition and an opaque write per event.
 *
 * <p>Every meter has one writer thread, therefore nothing is locked, contended or allocated; any thread may read
 * and sees each total whole, if a little late. Get one per event loop from {@link Metrics#meter()}.
 */
public final class Meter {

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    /** Longs in two cache lines: the prefetcher takes them in pairs, so that much must lie between two writers. */
    private static final int PADDING = 16;

    private static final int MESSAGES_IN = PADDING;
    private static final int MESSAGES_OUT = PADDING + 1;
    private static final int BYTES_IN = PADDING + 2;
    private static final int BYTES_OUT = PADDING + 3;

    private final long[] totals = new long[PADDING + 4 + PADDING];
    private final long[] latencies = new long[PADDING + LatencyHistogram.BUCKETS + PADDING];

    Meter() {}

    /** One message of {@code bytes} bytes came from a client. Writer thread only. */
    public void messageIn(int bytes) {
        add(totals, MESSAGES_IN, 1);
        add(totals, BYTES_IN, bytes);
    }

    /** One message went to a client, of {@code bytes} bytes or with so many in its last piece. Writer thread only. */
    public void messageOut(int bytes) {
        add(totals, MESSAGES_OUT, 1);
        add(totals, BYTES_OUT, bytes);
    }

    /**
     * A piece of a message went to a client; {@link #messageOut} counts the message, with its last piece. Writer thread
     * only.
     */
    public void pieceOut(int bytes) {
        add(totals, BYTES_OUT, bytes);
    }

    /** One request was answered after {@code nanos} nanoseconds. Writer thread only. */
    public void latency(long nanos) {
        add(latencies, PADDING + LatencyHistogram.bucketOf(nanos), 1);
    }

    private static void add(long[] cells, int index, long amount) {
        CELL.setOpaque(cells, index, cells[index] + amount);
    }

    /** What it has counted so far; from any thread. */
    public Traffic traffic() {
        return new Traffic(
                read(totals, MESSAGES_IN), read(totals, MESSAGES_OUT), read(totals, BYTES_IN), read(totals, BYTES_OUT));
    }

    /** Adds the count of every latency bucket to {@code sum}. */
    void addLatenciesTo(long[] sum) {
        for (int bucket = 0; bucket < LatencyHistogram.BUCKETS; bucket++) {
            sum[bucket] += read(latencies, PADDING + bucket);
        }
    }

    private static long read(long[] cells, int index) {
        return (long) CELL.getOpaque(cells, index);
    }
}
