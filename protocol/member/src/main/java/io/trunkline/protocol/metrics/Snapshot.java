package io.trunkline.protocol.metrics;

import io.trunkline.protocol.control.LatencyHistogram;
import io.trunkline.protocol.control.MemberReport.Traffic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@link Metrics} held at one moment.
 *
 * @param uptimeMillis milliseconds since the process created its metrics
 * @param traffic totals since start
 * @param latency requests answered since the snapshot before
 * @param counters totals since start
 * @param gauges levels now
 * @param timings of each timer, by its name, since the snapshot before
 * @param clients what {@link Vitals} said
 */
public record Snapshot(
        long uptimeMillis,
        Traffic traffic,
        LatencyHistogram latency,
        List<Sample> counters,
        List<Sample> gauges,
        Map<String, LatencyHistogram> timings,
        Clients clients) {

    private static final Logger LOG = LoggerFactory.getLogger(Snapshot.class);

    /** One value of a counter or gauge. */
    public record Sample(Key key, long value) {
        public record Key(String name, Map<String, String> tags) {
            public Key {
                tags = Map.copyOf(tags);
            }
        }
    }

    /** {@link Vitals} as values. */
    public record Clients(
            long connections,
            long limit,
            Readiness readiness,
            Map<String, Long> backends,
            Map<String, String> endpoints) {

        private static final Clients UNKNOWN = new Clients(0, 0, Readiness.WAITING, Map.of(), Map.of());

        /** What {@code vitals} says; nothing when it fails, so that the rest is reported all the same. */
        static Clients of(Vitals vitals) {
            try {
                return read(vitals);
            } catch (RuntimeException e) {
                LOG.warn("metrics.vitals failed=\"{}\"", e.toString());
                return UNKNOWN;
            }
        }

        private static Clients read(Vitals vitals) {
            return new Clients(
                    vitals.connections(),
                    vitals.limit(),
                    vitals.readiness(),
                    Map.copyOf(vitals.backends()),
                    Map.copyOf(vitals.endpoints()));
        }
    }

    /** This snapshot and a {@code later} one as one: no request is lost when a reader skips a snapshot. */
    Snapshot followedBy(Snapshot later) {
        Map<String, LatencyHistogram> both = new HashMap<>(timings);
        later.timings.forEach(
                (name, timing) -> both.merge(name, timing, (one, other) -> LatencyHistogram.sum(List.of(one, other))));
        return new Snapshot(
                later.uptimeMillis,
                later.traffic,
                LatencyHistogram.sum(List.of(latency, later.latency)),
                later.counters,
                later.gauges,
                Map.copyOf(both),
                later.clients);
    }
}
