package io.trunkline.load.measure;

import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * How the opening of the connections went.
 *
 * @param seconds from the first connect to the last connection that became open
 * @param opened connections that became open
 * @param openTime encoded histogram of the time from connect to open
 * @param placement connections by source and node; empty unless it was asked for
 */
public record Ramped(double seconds, long opened, String openTime, Map<String, Map<String, Long>> placement) {
    public static Ramped sum(List<Ramped> parts) {
        double seconds = 0;
        long opened = 0;
        Histogram openTime = Latencies.histogram();
        Placement placement = new Placement();
        for (Ramped part : parts) {
            seconds = Math.max(seconds, part.seconds);
            opened += part.opened;
            openTime.add(Latencies.decode(part.openTime));
            placement.countAll(part.placement);
        }
        return new Ramped(seconds, opened, Latencies.encode(openTime), placement.toMap());
    }
}
