package io.trunkline.load.measure;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What was measured under load, without the warm-up.
 *
 * @param seconds length of the measurement
 * @param cpuSeconds processor time that the event loops used in it: near {@code seconds} times the number of loops, the
 *     generator itself was the limit
 * @param stallSeconds the longest that an event loop was late by: what the generator itself may have added to a latency
 * @param counters what was counted in it
 * @param latency encoded histogram of the answers to what was sent in it, also of those that came after its end
 * @param maxBacklog open loop: the most requests that were due and unsent at any one time
 */
public record Loaded(
        double seconds, double cpuSeconds, double stallSeconds, Counters counters, String latency, long maxBacklog) {
    public static Loaded sum(List<Loaded> parts) {
        double seconds = 0;
        double cpuSeconds = 0;
        double stallSeconds = 0;
        Counters counters = Counters.ZERO;
        Histogram latency = Latencies.histogram();
        long maxBacklog = 0;
        for (Loaded part : parts) {
            seconds = Math.max(seconds, part.seconds);
            cpuSeconds += part.cpuSeconds;
            stallSeconds = Math.max(stallSeconds, part.stallSeconds);
            counters = counters.plus(part.counters);
            latency.add(Latencies.decode(part.latency));
            maxBacklog += part.maxBacklog;
        }
        return new Loaded(seconds, cpuSeconds, stallSeconds, counters, Latencies.encode(latency), maxBacklog);
    }
}
