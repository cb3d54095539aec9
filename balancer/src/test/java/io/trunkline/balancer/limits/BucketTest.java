package io.trunkline.balancer.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BucketTest {
    private static final long SECOND = 1_000_000_000L;

    /** The clock of a JVM may stand anywhere. */
    @ParameterizedTest
    @ValueSource(longs = {0, -5 * SECOND, Long.MAX_VALUE - SECOND, Long.MIN_VALUE + SECOND})
    void givesABurstAtOnceAndThenItsRate(long start) {
        Bucket bucket = new Bucket(Rate.of(10, Duration.ofSeconds(2)), start);
        assertThat(taken(bucket, start, 100)).isEqualTo(20);
        assertThat(bucket.empty(start)).isTrue();
        assertThat(taken(bucket, start + SECOND, 100)).isEqualTo(10);
        assertThat(taken(bucket, start + SECOND + SECOND / 10, 100)).isEqualTo(1);
        assertThat(bucket.full(start + SECOND)).isFalse();
        assertThat(bucket.full(start + 4 * SECOND)).isTrue();
        assertThat(taken(bucket, start + 60 * SECOND, 100))
                .as("no more than a burst")
                .isEqualTo(20);
    }

    @Test
    void tellsHowLongToWaitForWhatWasOwed() {
        Bucket bucket = new Bucket(Rate.of(10, Duration.ofMillis(100)), 0);
        assertThat(bucket.spend(0)).isEqualTo(SECOND / 10);
        assertThat(bucket.spend(0)).isEqualTo(2 * SECOND / 10);
        assertThat(bucket.empty(SECOND / 10)).isTrue();
        assertThat(bucket.empty(2 * SECOND / 10)).isFalse();
        assertThat(bucket.spend(10 * SECOND)).isEqualTo(SECOND / 10);
    }

    @Test
    void aRateOfZeroIsNoLimit() {
        Bucket bucket = new Bucket(Rate.of(0, Duration.ofSeconds(1)), 0);
        assertThat(taken(bucket, 0, 1000)).isEqualTo(1000);
        assertThat(bucket.spend(0)).isZero();
        assertThat(bucket.empty(0)).isFalse();
        assertThat(bucket.full(0)).isTrue();
    }

    @Test
    void givesNoMoreUnderContention() throws Exception {
        Bucket bucket = new Bucket(Rate.of(1000, Duration.ofSeconds(5)), 0);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<Integer> taking = () -> taken(bucket, 0, 3000);
            List<Future<Integer>> all = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                all.add(threads.submit(taking));
            }
            int sum = 0;
            for (Future<Integer> one : all) {
                sum += one.get();
            }
            assertThat(sum).isEqualTo(5000);
        } finally {
            threads.shutdown();
        }
    }

    private static int taken(Bucket bucket, long now, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += bucket.take(now) ? 1 : 0;
        }
        return taken;
    }
}
