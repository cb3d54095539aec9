package io.trunkline.node.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class SessionCountTest {
    @Test
    void stopsAtTheLimitAndGoesOnWhenOneIsGivenBack() {
        SessionCount count = new SessionCount(2);

        assertThat(count.take("a")).isTrue();
        assertThat(count.take("b")).isTrue();
        assertThat(count.take("a")).isFalse();
        assertThat(count.all()).isEqualTo(2);

        count.give("b");
        assertThat(count.take("a")).isTrue();
        assertThat(count.all()).isEqualTo(2);
    }

    @Test
    void tellsEachEdgeHowManyCameThroughOthers() {
        SessionCount count = new SessionCount(10);
        count.take("a");
        count.take("a");
        count.take("b");

        assertThat(count.elsewhere("a")).isEqualTo(1);
        assertThat(count.elsewhere("b")).isEqualTo(2);
        assertThat(count.elsewhere("c")).isEqualTo(3);
    }

    @Test
    void forgetsEdgesThatHaveNoSessionsAnyMore() {
        SessionCount count = new SessionCount(10);
        for (int life = 0; life < 1000; life++) {
            count.take("balancer-1#" + life);
            count.give("balancer-1#" + life);
        }

        assertThat(count.edges()).isZero();
        assertThat(count.all()).isZero();
    }

    @Test
    void neitherLosesNorInventsASessionUnderContention() throws InterruptedException, ExecutionException {
        SessionCount count = new SessionCount(1_000_000);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                done.add(threads.submit(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        count.take("a");
                        count.take("b");
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
