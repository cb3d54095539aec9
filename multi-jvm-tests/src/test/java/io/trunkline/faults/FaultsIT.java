package io.trunkline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Faults by chance under two hundred clients, for less than a minute with the start of the cluster.
 *
 * <p>{@code -Dtrunkline.faults.seed=N} repeats what clients ask and what is done to whom; {@code bench/faults.sh} does
 * the same for longer and with more of both.
 */
final class FaultsIT {

    private static final int SECONDS = 60;

    @Test
    @Timeout(360)
    void everyPromiseIsKeptWhileNodesAreKilledAndDrained() throws IOException {
        long seed = Long.getLong(
                "trunkline.faults.seed", ThreadLocalRandom.current().nextLong(1_000_000));
        FaultPlan plan = new FaultPlan(
                Path.of(".."),
                Path.of("target", "faults-it"),
                4,
                200,
                seed,
                List.of(Fault.KILL, Fault.KILL_OLDEST, Fault.KILL_TWO, Fault.KILL_ALL, Fault.DRAIN),
                SECONDS,
                1,
                10,
                300);
        System.out.println("FaultsIT seed: " + seed);
        FaultReport report = new FaultRun(plan, step -> {}).run();
        assertThat(report.holds()).as(report.text()).isTrue();
    }
}
