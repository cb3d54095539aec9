package io.trunkline.load.crew;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.load.measure.Counters;
import io.trunkline.load.measure.Latencies;
import io.trunkline.load.measure.Loaded;
import io.trunkline.load.measure.Ramped;
import io.trunkline.load.measure.Snapshot;
import io.trunkline.load.plan.Carrier;
import io.trunkline.load.plan.Expect;
import io.trunkline.load.plan.LoadPlan;
import io.trunkline.load.plan.Opening;
import io.trunkline.load.plan.Pace;
import io.trunkline.load.plan.RequestKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WireTest {
    private static final String LATENCY = Latencies.encode(Latencies.histogram());

    @Test
    void commandsSurviveTheirWay() {
        LoadPlan plan = new LoadPlan(
                "127.0.0.1",
                8000,
                Carrier.TCP,
                7,
                1_000,
                4,
                1,
                RequestKind.ECHO,
                Expect.ECHO,
                64,
                Pace.open(12.5),
                Opening.LOCATE,
                100,
                1,
                2.5,
                10);
        for (Command command :
                List.of(new Command.Ramp(plan), new Command.Load(), new Command.Cut(), new Command.Finish())) {
            assertThat(Wire.read(Wire.line(command), Command.class)).isEqualTo(command);
        }
    }

    @Test
    void eventsSurviveTheirWay() {
        Snapshot snapshot = new Snapshot(new Counters(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), Map.of("rpc -1 x", 2L), LATENCY);
        for (Event event : List.of(
                new Event.Tick(snapshot),
                new Event.RampDone(new Ramped(1.5, 10, LATENCY, Map.of("127.0.0.1", Map.of("node-1", 3L)))),
                new Event.LoadDone(new Loaded(10, 4.5, 0.1, Counters.ZERO, LATENCY, 3)),
                new Event.Finished(snapshot),
                new Event.Failed("out of \"luck\"\n"))) {
            String line = Wire.line(event);
            assertThat(line).doesNotContain("\n");
            assertThat(Wire.read(line, Event.class)).isEqualTo(event);
        }
    }

    @Test
    void namesTheLineThatIsNoMessage() {
        assertThatThrownBy(() -> Wire.read("OpenJDK warning", Event.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("OpenJDK warning");
    }
}
