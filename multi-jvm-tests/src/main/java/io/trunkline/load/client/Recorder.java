package io.trunkline.load.client;

import io.trunkline.load.measure.Counters;
import io.trunkline.load.measure.Errors;
import io.trunkline.load.measure.Latencies;
import io.trunkline.load.measure.Loaded;
import io.trunkline.load.measure.Snapshot;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.HdrHistogram.Histogram;

/**
 * What one event loop counts: plain fields, written and read on that loop only.
 *
 * <p>Latencies go into the histogram of the current interval. When a snapshot is taken, or the measurement begins or
 * ends, that one is emptied into the histogram of the measurement, or thrown away outside of one.
 */
final class Recorder {
    final Errors errors = new Errors();
    long connected;
    long opened;
    long open;
    long sent;
    long answered;
    long bytesOut;
    long bytesIn;
    long notices;
    long backlog;
    long maxBacklog;
    long skipped;

    private final Histogram interval = Latencies.histogram();
    private final Histogram measured = Latencies.histogram();
    private boolean measuring;
    private long measuredSince;
    private double measuredSeconds;
    private long cpuBefore;
    private double cpuSeconds;
    private long longestStall;
    private Counters before = Counters.ZERO;
    private Counters counted = Counters.ZERO;

    void answered(long latencyNanos) {
        answered++;
        Latencies.record(interval, latencyNanos);
    }

    void backlog(long requests) {
        backlog = requests;
        maxBacklog = Math.max(maxBacklog, requests);
    }

    /** The event loop did something so much later than it should have. */
    void late(long nanos) {
        longestStall = Math.max(longestStall, nanos);
    }

    Snapshot snapshot() {
        String latency = Latencies.encode(interval);
        foldInterval();
        return new Snapshot(counters(), errors.toMap(), latency);
    }

    void beginMeasurement(long now) {
        foldInterval();
        measuring = true;
        measuredSince = now;
        cpuBefore = cpuNanos();
        before = counters();
        maxBacklog = backlog;
        longestStall = 0;
    }

    /** Stops counting; latencies of what is still unanswered are taken up until {@link #loaded}. */
    void endMeasurement(long now) {
        measuredSeconds = measuring ? (now - measuredSince) / 1e9 : 0;
        cpuSeconds = measuring ? (cpuNanos() - cpuBefore) / 1e9 : 0;
        counted = measuring ? counters().since(before) : Counters.ZERO;
    }

    Loaded loaded() {
        foldInterval();
        measuring = false;
        return new Loaded(
                measuredSeconds, cpuSeconds, longestStall / 1e9, counted, Latencies.encode(measured), maxBacklog);
    }

    private static long cpuNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return threads.isCurrentThreadCpuTimeSupported() ? threads.getCurrentThreadCpuTime() : 0;
    }

    private void foldInterval() {
        if (measuring) {
            measured.add(interval);
        }
        interval.reset();
    }

    private Counters counters() {
        return new Counters(connected, opened, open, sent, answered, bytesOut, bytesIn, notices, backlog, skipped);
    }
}
