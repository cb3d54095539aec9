package io.trunkline.protocol.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreamMapTest {
    private final StreamMap<Integer> streams = new StreamMap<>();

    @Test
    void keepsEveryStreamApart() {
        int[] starts = {1, -50_000, Integer.MAX_VALUE - 50_000};
        for (int start : starts) {
            for (int number = start; number < start + 50_000; number++) {
                streams.put(number, number);
            }
        }
        assertThat(streams.size()).isEqualTo(150_000);
        assertThat(streams.get(49_999)).isEqualTo(49_999);
        assertThat(streams.remove(-7)).isEqualTo(-7);
        assertThat(streams.contains(-7)).isFalse();
        assertThat(streams.remove(-7)).isNull();
        assertThat(streams.all()).hasSize(149_999);
        streams.clear();
        assertThat(streams.size()).isZero();
    }
}
