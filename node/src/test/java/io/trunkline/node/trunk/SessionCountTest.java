package io.trunkline.node.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionCountTest {
    @Test
    void stopsAtTheLimitAndGoesOnWhenOneIsGivenBack() {
        SessionCount count = new SessionCount(2, () -> 2);

        assertThat(count.take("a", false)).isTrue();
        assertThat(count.take("b", false)).isTrue();
        assertThat(count.take("a", false)).isFalse();
        assertThat(count.all()).isEqualTo(2);

        count.give("b");
        assertThat(count.take("a", false)).isTrue();
        assertThat(count.all()).isEqualTo(2);
    }

    @Test
    void takesSessionsThatWereOpenBeforeUpToTheCeilingAndNothingNewAboveTheLimit() {
        SessionCount count = new SessionCount(2, () -> 4);
        count.take("a", false);
        count.take("a", true);
        assertThat(count.take("a", false)).isFalse();
        assertThat(count.take("a", true)).isTrue();
        assertThat(count.take("b", true)).isTrue();
        assertThat(count.take("b", true)).isFalse();
        assertThat(count.all()).isEqualTo(4);

        count.give("b");
        assertThat(count.take("b", false)).as("still above the limit").isFalse();
        count.give("a");
        count.give("a");
        assertThat(count.take("b", false)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1,25000,50000", "2,25000,50000", "3,25000,37500", "4,25000,33334", "4,500,667", "64,25000,25397"})
    void theCeilingHoldsThePartOfOneLostNode(int nodes, int limit, int ceiling) {
        assertThat(new SessionCeiling(settings(limit, 0), () -> nodes, 1L << 40).getAsInt())
                .isEqualTo(ceiling);
    }

    @Test
    void theCeilingStaysWithinTheHeapButNotBelowTheLimit() {
        assertThat(new SessionCeiling(settings(25_000, 0), () -> 4, 256L << 20).getAsInt())
                .isEqualTo(32_768);
        assertThat(new SessionCeiling(settings(25_000, 0), () -> 4, 64L << 20).getAsInt())
                .isEqualTo(25_000);
        assertThat(new SessionCeiling(settings(25_000, 30_000), () -> 4, 64L << 20).getAsInt())
                .isEqualTo(30_000);
    }

    private static TrunkSettings settings(int limit, int ceiling) {
        return TestTrunks.settings(Duration.ofSeconds(5), Duration.ofSeconds(15), limit, ceiling);
    }

    @Test
    void tellsEachEdgeHowManyCameThroughOthers() {
        SessionCount count = new SessionCount(10, () -> 10);
        count.take("a", false);
        count.take("a", false);
        count.take("b", false);

        assertThat(count.elsewhere("a")).isEqualTo(1);
        assertThat(count.elsewhere("b")).isEqualTo(2);
        assertThat(count.elsewhere("c")).isEqualTo(3);
    }

    @Test
    void forgetsEdgesThatHaveNoSessionsAnyMore() {
        SessionCount count = new SessionCount(10, () -> 10);
        for (int life = 0; life < 1000; life++) {
            count.take("balancer-1#" + life, false);
            count.give("balancer-1#" + life);
        }

        assertThat(count.edges()).isZero();
        assertThat(count.all()).isZero();
    }

    @Test
    void neitherLosesNorInventsASessionUnderContention() throws InterruptedException, ExecutionException {
        SessionCount count = new SessionCount(1_000_000, () -> 1_000_000);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                done.add(threads.submit(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        count.take("a", false);
                        count.take("b", false);
                        count.give("a");
                    }
                }));
            }
            for (Future<?> future : done) {
                future.get();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(count.all()).isEqualTo(80_000);
        assertThat(count.elsewhere("a")).isEqualTo(80_000);
        assertThat(count.elsewhere("b")).isZero();
    }
}
