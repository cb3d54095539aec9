package io.trunkline.load.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class MeasureTest {
    @Test
    void latenciesSurviveTheirWayThroughALine() {
        Histogram histogram = Latencies.histogram();
        Latencies.record(histogram, 1_500_000);
        Latencies.record(histogram, Long.MAX_VALUE);
        Latencies.record(histogram, -5);

        Histogram read = Latencies.decode(Latencies.encode(histogram));

        assertThat(read.getTotalCount()).isEqualTo(3);
        assertThat(read.getValueAtPercentile(50)).isCloseTo(1_500_000, within(2_000L));
    }

    @Test
    void snapshotsAddUp() {
        Snapshot one = new Snapshot(
                new Counters(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), Map.of("a", 1L), Latencies.encode(Latencies.histogram()));

        Snapshot sum = Snapshot.sum(List.of(one, one));

        assertThat(sum.counters()).isEqualTo(new Counters(2, 4, 6, 8, 10, 12, 14, 16, 18, 20));
        assertThat(sum.errors()).isEqualTo(Map.of("a", 2L));
    }

    @Test
    void kindsOfErrorsAreBounded() {
        Errors errors = new Errors();
        for (int i = 0; i < 10_000; i++) {
            errors.count(Errors.rpc(-32000, "reason " + i));
        }

        assertThat(errors.toMap()).hasSize(Errors.MAX_KINDS + 1);
        assertThat(errors.toMap().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(10_000);
    }

    @Test
    void aServersWordsFitOneFieldOfCsv() {
        assertThat(Errors.rpc(-32001, "a;b=c\n" + "x".repeat(100)))
                .startsWith("rpc -32001 a b c x")
                .hasSizeLessThan(80);
    }

    @Test
    void deviationIsTheLargestDistanceFromEven() {
        Placement placement = new Placement();
        placement.countAll(Map.of("127.0.0.1", Map.of("node-1", 90L), "127.0.0.2", Map.of("node-2", 110L)));

        assertThat(placement.deviationPercent()).isCloseTo(10, within(1e-9));
        assertThat(placement.sourcesOnOneNode()).isEqualTo(2);
        assertThat(placement.byNode()).isEqualTo(Map.of("node-1", 90L, "node-2", 110L));
    }

    @Test
    void aSourceOnTwoNodesIsSeen() {
        Placement placement = new Placement();
        placement.count("127.0.0.1", "node-1");
        placement.count("127.0.0.1", "node-2");

        assertThat(placement.sources()).isEqualTo(1);
        assertThat(placement.sourcesOnOneNode()).isZero();
    }
}
