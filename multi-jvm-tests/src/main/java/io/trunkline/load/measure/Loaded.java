package io.trunkline.load.measure;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What was measured under load, without the warm-up.
 *
 * @param seconds length of the measurement
 * @param counters what was counted in it
 * @param latency encoded histogram of the answers to what was sent in it, also of those that came after its end
 * @param maxBacklog open loop: the most requests that were due and unsent at any one time
 */
public record Loaded(double seconds, Counters counters, String latency, long maxBacklog) {
    public static Loaded sum(List<Loaded> parts) {
        double seconds = 0;
        Counters counters = Counters.ZERO;
        Histogram latency = Latencies.histogram();
        long maxBacklog = 0;
        for (Loaded part : parts) {
            seconds = Math.max(seconds, part.seconds);
            counters = counters.plus(part.counters);
            latency.add(Latencies.decode(part.latency));
            maxBacklog += part.maxBacklog;
        }
        return new Loaded(seconds, counters, Latencies.encode(latency), maxBacklog);
    }
}
