package io.trunkline.load.measure;

import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What has happened until now.
 *
 * @param counters totals since the start
 * @param errors totals since the start, by kind
 * @param latency encoded histogram of the answers since the last snapshot alone
 */
public record Snapshot(Counters counters, Map<String, Long> errors, String latency) {
    public static Snapshot sum(List<Snapshot> parts) {
        Counters counters = Counters.ZERO;
        Errors errors = new Errors();
        Histogram latency = Latencies.histogram();
        for (Snapshot part : parts) {
            counters = counters.plus(part.counters);
            errors.countAll(part.errors);
            latency.add(Latencies.decode(part.latency));
        }
        return new Snapshot(counters, errors.toMap(), Latencies.encode(latency));
    }
}
