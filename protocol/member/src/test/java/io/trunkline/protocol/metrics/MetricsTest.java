package io.trunkline.protocol.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.protocol.control.MemberReport.Traffic;
import io.trunkline.protocol.metrics.Snapshot.Sample;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class MetricsTest {

    private final Metrics metrics = new Metrics();

    @Test
    void whatRetiredMetersCountedStays() {
        Metrics metrics = new Metrics();
        Meter former = metrics.meter();
        former.messageIn(64);
        former.latency(1_000);
        assertThat(metrics.snapshot().latency().total()).isEqualTo(1);
        former.latency(1_000);
        metrics.retireMeters();
        Meter next = metrics.meter();
        next.messageIn(36);
        Snapshot snapshot = metrics.snapshot();
        assertThat(snapshot.traffic().messagesIn()).isEqualTo(2);
        assertThat(snapshot.traffic().bytesIn()).isEqualTo(100);
        assertThat(snapshot.latency().total()).isEqualTo(1);
    }

    @Test
    void lifeAfterLifeFindsRoomForItsMeters() {
        Metrics metrics = new Metrics();
        for (int life = 0; life < 3; life++) {
            metrics.retireMeters();
            for (int meter = 0; meter < Metrics.MAX_INSTRUMENTS; meter++) {
                metrics.meter().messageIn(1);
            }
        }
        assertThat(metrics.snapshot().traffic().messagesIn()).isEqualTo(3L * Metrics.MAX_INSTRUMENTS);
    }

    @Test
    void totalsAreTheSumOfAllMeters() {
        Meter first = metrics.meter();
        Meter second = metrics.meter();
        first.messageIn(64);
        first.messageOut(100);
        second.messageIn(1_000);

        assertThat(metrics.snapshot().traffic()).isEqualTo(new Traffic(2, 1, 1_064, 100));
        assertThat(metrics.snapshot().traffic()).isEqualTo(new Traffic(2, 1, 1_064, 100));
    }

    @Test
    void latenciesAreThoseSinceTheSnapshotBefore() {
        Meter meter = metrics.meter();
        meter.latency(1_000_000);
        meter.latency(1_000_000);
        assertThat(metrics.snapshot().latency().total()).isEqualTo(2);

        metrics.meter().latency(5_000_000);
        Snapshot second = metrics.snapshot();
        assertThat(second.latency().total()).isEqualTo(1);
        assertThat(second.latency().percentile(50)).isCloseTo(5_000_000, Percentage.withPercentage(1));

        assertThat(metrics.snapshot().latency().total()).isZero();
    }

    @Test
    void aSkippedSnapshotLosesNoLatency() {
        Meter meter = metrics.meter();
        meter.latency(10);
        Snapshot first = metrics.snapshot();
        meter.latency(20);
        meter.messageIn(1);
        Snapshot second = metrics.snapshot();

        Snapshot merged = first.followedBy(second);
        assertThat(merged.latency().total()).isEqualTo(2);
        assertThat(merged.traffic()).isEqualTo(second.traffic());
    }

    @Test
    void aTimerTellsEachTimeOnce() {
        metrics.timer("trunkline.test").record(1_000_000);
        metrics.timer("trunkline.test").record(3_000_000);
        Snapshot first = metrics.snapshot();
        metrics.timer("trunkline.test").record(5_000_000);
        Snapshot second = metrics.snapshot();

        assertThat(timed(first)).isEqualTo(2);
        assertThat(timed(second)).isEqualTo(1);
        assertThat(timed(first.followedBy(second))).isEqualTo(3);
        assertThat(timed(metrics.snapshot())).isZero();
    }

    @Test
    void timersBeyondTheLimitAreAProgrammingError() {
        for (int i = 0; i < Metrics.MAX_TIMERS; i++) {
            metrics.timer("trunkline.test" + i);
        }
        assertThatThrownBy(() -> metrics.timer("trunkline.one.more")).isInstanceOf(IllegalStateException.class);
        assertThat(metrics.timer("trunkline.test0")).isSameAs(metrics.timer("trunkline.test0"));
    }

    @Test
    void countersAreSharedByNameAndTags() {
        metrics.counter("trunkline.refusals", Map.of("reason", "full")).increment();
        metrics.counter("trunkline.refusals", Map.of("reason", "full")).add(2);
        metrics.counter("trunkline.refusals", Map.of("reason", "slow")).increment();

        assertThat(metrics.snapshot().counters())
                .contains(
                        sample("trunkline.refusals", Map.of("reason", "full"), 3),
                        sample("trunkline.refusals", Map.of("reason", "slow"), 1));
    }

    @Test
    void countersBeyondTheLimitShareOne() {
        for (int i = 0; i < 2 * Metrics.MAX_INSTRUMENTS; i++) {
            metrics.counter("trunkline.test", Map.of("tag", String.valueOf(i)));
        }
        assertThat(metrics.snapshot().counters()).hasSize(Metrics.MAX_INSTRUMENTS);
        assertThat(metrics.counter("trunkline.metrics.overflow").total()).isGreaterThan(Metrics.MAX_INSTRUMENTS);
    }

    @Test
    void metersBeyondTheLimitAreAProgrammingError() {
        for (int i = 0; i < Metrics.MAX_INSTRUMENTS; i++) {
            metrics.meter();
        }
        assertThatThrownBy(metrics::meter).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aRemovedGaugeIsGone() {
        Registration gauge = metrics.gauge("trunkline.queue", Map.of(), () -> 7);
        assertThat(metrics.snapshot().gauges()).containsExactly(sample("trunkline.queue", Map.of(), 7));
        gauge.close();
        gauge.close();
        assertThat(metrics.snapshot().gauges()).isEmpty();
    }

    @Test
    void closingAReplacedGaugeLeavesItsSuccessor() {
        Registration old = metrics.gauge("trunkline.queue", Map.of(), () -> 1);
        metrics.gauge("trunkline.queue", Map.of(), () -> 2);
        old.close();
        assertThat(metrics.snapshot().gauges()).containsExactly(sample("trunkline.queue", Map.of(), 2));
    }

    @Test
    void aGaugeThatFailsCostsOnlyItself() {
        metrics.gauge("trunkline.broken", Map.of(), () -> {
            throw new IllegalStateException("gone");
        });
        metrics.gauge("trunkline.fine", Map.of(), () -> 1);
        assertThat(metrics.snapshot().gauges()).containsExactly(sample("trunkline.fine", Map.of(), 1));
    }

    @Test
    void vitalsThatFailCostOnlyThemselves() {
        metrics.meter().messageIn(1);
        metrics.vitals(new Vitals() {
            @Override
            public long connections() {
                throw new IllegalStateException("gone");
            }

            @Override
            public long limit() {
                return 1;
            }

            @Override
            public Readiness readiness() {
                return Readiness.READY;
            }
        });
        assertThat(metrics.snapshot().traffic().messagesIn()).isEqualTo(1);
        assertThat(metrics.snapshot().clients().readiness()).isEqualTo(Readiness.WAITING);
    }

    private static long timed(Snapshot snapshot) {
        return Objects.requireNonNull(snapshot.timings().get("trunkline.test")).total();
    }

    private static Sample sample(String name, Map<String, String> tags, long value) {
        return new Sample(new Sample.Key(name, tags), value);
    }
}
