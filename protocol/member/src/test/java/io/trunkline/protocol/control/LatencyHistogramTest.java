package io.trunkline.protocol.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyHistogramTest {

    @Test
    void everyDurationIsReadBackWithinOnePercent() {
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            long nanos = random.nextLong(1L << (1 + random.nextInt(40)));
            assertThat(LatencyHistogram.middleOf(LatencyHistogram.bucketOf(nanos)))
                    .isCloseTo(nanos, Percentage.withPercentage(1));
        }
    }

    @Test
    void bucketsAscendWithoutGapsUpToTheLast() {
        for (int bucket = 0; bucket < LatencyHistogram.BUCKETS; bucket++) {
            assertThat(LatencyHistogram.bucketOf(LatencyHistogram.middleOf(bucket)))
                    .isEqualTo(bucket);
        }
        assertThat(LatencyHistogram.bucketOf((1L << 40) - 1)).isEqualTo(LatencyHistogram.BUCKETS - 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0})
    void whatTookNoTimeCountsInTheFirstBucket(long nanos) {
        assertThat(LatencyHistogram.bucketOf(nanos)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 40, Long.MAX_VALUE})
    void whatTookTooLongCountsInTheLastBucket(long nanos) {
        assertThat(LatencyHistogram.bucketOf(nanos)).isEqualTo(LatencyHistogram.BUCKETS - 1);
    }

    @Test
    void percentilesOfASumAreThoseOfAllValues() {
        LatencyHistogram fast = histogram(1_000_000, 90);
        LatencyHistogram slow = histogram(50_000_000, 10);
        LatencyHistogram sum = LatencyHistogram.sum(List.of(fast, slow, LatencyHistogram.EMPTY));

        assertThat(sum.total()).isEqualTo(100);
        assertThat(sum.percentile(50)).isCloseTo(1_000_000, Percentage.withPercentage(1));
        assertThat(sum.percentile(90)).isCloseTo(1_000_000, Percentage.withPercentage(1));
        assertThat(sum.percentile(91)).isCloseTo(50_000_000, Percentage.withPercentage(1));
        assertThat(sum.percentile(100)).isCloseTo(50_000_000, Percentage.withPercentage(1));
    }

    @Test
    void anEmptyOneHasPercentilesOfZero() {
        assertThat(LatencyHistogram.EMPTY.percentile(99)).isCloseTo(0, within(0L));
        assertThat(LatencyHistogram.sum(List.of())).isEqualTo(LatencyHistogram.EMPTY);
    }

    @Test
    void refusesWhatNoMemberSends() {
        assertThatThrownBy(() -> new LatencyHistogram(new int[] {1, 2}, new long[] {1}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LatencyHistogram(new int[] {2, 1}, new long[] {1, 1}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LatencyHistogram(new int[] {LatencyHistogram.BUCKETS}, new long[] {1}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LatencyHistogram(new int[] {-1}, new long[] {1}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LatencyHistogram(new int[] {1}, new long[] {0}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static LatencyHistogram histogram(long nanos, long count) {
        return new LatencyHistogram(new int[] {LatencyHistogram.bucketOf(nanos)}, new long[] {count});
    }
}
