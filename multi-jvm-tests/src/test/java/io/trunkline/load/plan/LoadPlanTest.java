package io.trunkline.load.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LoadPlanTest {
    @Test
    void sharesAddUpToTheWholePlan() {
        LoadPlan plan = plan(1_000, Pace.closed(256));
        int connections = 0;
        int inFlight = 0;
        double rampRate = 0;
        for (int i = 0; i < 7; i++) {
            LoadPlan share = plan.share(i, 7);
            assertThat(share.firstConnection()).isEqualTo(plan.firstConnection() + connections);
            connections += share.connections();
            inFlight += share.pace().inFlight();
            rampRate += share.rampRate();
        }

        assertThat(connections).isEqualTo(1_000);
        assertThat(inFlight).isEqualTo(256);
        assertThat(rampRate).isCloseTo(plan.rampRate(), Offset.offset(1e-6));
    }

    @Test
    void aShareOfAnOpenLoopKeepsTheRatePerConnection() {
        LoadPlan plan = plan(1_000, Pace.open(5_000));

        assertThat(IntStream.range(0, 3)
                        .mapToDouble(i -> plan.share(i, 3).pace().rate())
                        .sum())
                .isCloseTo(5_000, Offset.offset(1e-6));
    }

    @Test
    void aShareWithoutConnectionsSendsNothing() {
        LoadPlan share = plan(1, Pace.open(5_000)).share(0, 2);

        assertThat(share.connections()).isZero();
        assertThat(share.pace().rate()).isZero();
        assertThat(share.rampRate()).isZero();
    }

    @Test
    void aPaceIsClosedOrOpenLoopButNotBoth() {
        assertThatThrownBy(() -> new Pace(1, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static LoadPlan plan(int connections, Pace pace) {
        return new LoadPlan(
                "127.0.0.1",
                8000,
                Carrier.TCP,
                10,
                connections,
                1,
                1,
                RequestKind.PING,
                Expect.RESPONSE,
                0,
                pace,
                Opening.PROBE,
                2_000,
                1,
                10,
                10);
    }
}
