package io.trunkline.load.report;

import io.trunkline.load.measure.Loaded;
import io.trunkline.load.measure.Placement;
import io.trunkline.load.measure.Ramped;
import io.trunkline.load.measure.Snapshot;
import io.trunkline.load.plan.LoadPlan;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a run.
 *
 * @param startedAt when the first connection was tried
 * @param plan what was to be done, by all processes together
 * @param processes processes that held the connections
 * @param holdSeconds how long the connections were kept idle
 * @param ramped how the opening went
 * @param loaded what was measured; null without load
 * @param totals everything that was counted until the connections were closed
 */
public record Report(
        Instant startedAt,
        LoadPlan plan,
        int processes,
        double holdSeconds,
        Ramped ramped,
        @Nullable Loaded loaded,
        Snapshot totals) {

    public long errorsTotal() {
        return totals.errors().values().stream().mapToLong(Long::longValue).sum();
    }

    public double openedPerSecond() {
        return ramped.opened() / Math.max(ramped.seconds(), 0.001);
    }

    Placement placement() {
        Placement placement = new Placement();
        placement.countAll(ramped.placement());
        return placement;
    }

    /** Processors that the generator's event loops kept busy on average. */
    static double cpus(Loaded loaded) {
        return loaded.seconds() > 0 ? loaded.cpuSeconds() / loaded.seconds() : 0;
    }

    static double perSecond(long count, Loaded loaded) {
        return loaded.seconds() > 0 ? count / loaded.seconds() : 0;
    }
}
