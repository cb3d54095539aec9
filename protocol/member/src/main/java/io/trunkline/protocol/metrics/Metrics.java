package io.trunkline.protocol.metrics;

import io.trunkline.protocol.control.LatencyHistogram;
import io.trunkline.protocol.control.MemberReport.Traffic;
import io.trunkline.protocol.metrics.Snapshot.Sample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that one process measures. Created in {@code main}, handed to whoever has something to count, read once a
 * second by {@link MetricsStream}.
 *
 * <p>Names are dotted and start with {@code trunkline.}; tags have few values (a reason, a node), never a
 * client's. All methods may be called from any thread; a {@link Meter} then belongs to one.
 */
public final class Metrics {

    /** Most meters and most counters: each is kept for the life of the process or until retired. */
    static final int MAX_INSTRUMENTS = 1_000;

    /** Most gauges: eleven for each of a thousand servers of pools, and the others. */
    static final int MAX_GAUGES = 12_000;

    /** Most timers: each takes 18 KB. */
    static final int MAX_TIMERS = 100;

    private static final Logger LOG = LoggerFactory.getLogger(Metrics.class);

    private final long startedNanos = System.nanoTime();
    private final List<Meter> meters = new CopyOnWriteArrayList<>();
    private final Map<Sample.Key, Counter> counters = new ConcurrentHashMap<>();
    private final Map<Sample.Key, LongSupplier> gauges = new ConcurrentHashMap<>();
    private final Map<String, Timer> timers = new ConcurrentHashMap<>();
    private final Counter overflow = counter("trunkline.metrics.overflow", Map.of());
    private volatile Vitals vitals = Vitals.NONE;
    private final long[] retiredLatencies = new long[LatencyHistogram.BUCKETS];
    private Traffic retiredTraffic = Traffic.NONE;
    private long[] latenciesBefore = new long[LatencyHistogram.BUCKETS];

    /** A new meter for one writer thread. */
    public Meter meter() {
        if (meters.size() >= MAX_INSTRUMENTS) {
            throw new IllegalStateException("meters: " + meters.size() + " (expected: one per event loop)");
        }
        Meter meter = new Meter();
        meters.add(meter);
        return meter;
    }

    /**
     * Keeps what all meters have counted and forgets the meters, whose writers have ended: for a process that starts
     * its event loops anew.
     */
    public synchronized void retireMeters() {
        for (Meter meter : meters) {
            retiredTraffic = retiredTraffic.plus(meter.traffic());
            meter.addLatenciesTo(retiredLatencies);
        }
        meters.clear();
    }

    /** The counter of this name and these tags; the same one for the same arguments. */
    public Counter counter(String name, Map<String, String> tags) {
        Sample.Key key = new Sample.Key(name, tags);
        Counter known = counters.get(key);
        if (known != null) {
            return known;
        }
        if (counters.size() >= MAX_INSTRUMENTS) {
            overflow.increment();
            return overflow;
        }
        return counters.computeIfAbsent(key, absent -> new Counter());
    }

    public Counter counter(String name) {
        return counter(name, Map.of());
    }

    /**
     * The timer of this name, exported as a histogram in seconds; the same one for the same name. Its buckets are named
     * in {@code kamon.prometheus.buckets.custom}.
     */
    public Timer timer(String name) {
        Timer known = timers.get(name);
        if (known == null && timers.size() >= MAX_TIMERS) {
            throw new IllegalStateException("timers: " + timers.size() + " (expected: a few for each process)");
        }
        return known != null ? known : timers.computeIfAbsent(name, absent -> new Timer());
    }

    /**
     * Reports what {@code value} returns; it answers at once, from a metrics thread. A later gauge of the same name
     * and tags takes the place of this one.
     */
    public Registration gauge(String name, Map<String, String> tags, LongSupplier value) {
        Sample.Key key = new Sample.Key(name, tags);
        if (gauges.size() >= MAX_GAUGES && !gauges.containsKey(key)) {
            overflow.increment();
            return () -> {};
        }
        gauges.put(key, value);
        return () -> gauges.remove(key, value);
    }

    /** Says who knows how many clients this process has. */
    public void vitals(Vitals source) {
        vitals = source;
    }

    /** Reads everything; latencies and timings are those since the call before. One thread at a time. */
    synchronized Snapshot snapshot() {
        Traffic traffic = retiredTraffic;
        long[] latencies = retiredLatencies.clone();
        for (Meter meter : meters) {
            traffic = traffic.plus(meter.traffic());
            meter.addLatenciesTo(latencies);
        }
        LatencyHistogram interval = sinceBefore(latencies);
        List<Sample> totals = new ArrayList<>();
        counters.forEach((key, counter) -> totals.add(new Sample(key, counter.total())));
        List<Sample> levels = new ArrayList<>();
        gauges.forEach((key, gauge) -> read(key, gauge, levels));
        Map<String, LatencyHistogram> timings = new HashMap<>();
        timers.forEach((name, timer) -> timings.put(name, timer.take()));
        return new Snapshot(
                (System.nanoTime() - startedNanos) / 1_000_000,
                traffic,
                interval,
                List.copyOf(totals),
                List.copyOf(levels),
                Map.copyOf(timings),
                Snapshot.Clients.of(vitals));
    }

    private LatencyHistogram sinceBefore(long[] latencies) {
        long[] difference = new long[latencies.length];
        for (int bucket = 0; bucket < latencies.length; bucket++) {
            difference[bucket] = latencies[bucket] - latenciesBefore[bucket];
        }
        latenciesBefore = latencies;
        return LatencyHistogram.ofDense(difference);
    }

    private static void read(Sample.Key key, LongSupplier gauge, List<Sample> levels) {
        try {
            levels.add(new Sample(key, gauge.getAsLong()));
        } catch (RuntimeException e) {
            LOG.debug("gauge {} has no value", key, e);
        }
    }
}
