package io.trunkline.load.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SourcesTest {
    @Test
    void countsThroughTheLoopbackNetwork() {
        assertThat(Sources.address(0)).isEqualTo("127.0.0.1");
        assertThat(Sources.address(249)).isEqualTo("127.0.0.250");
        assertThat(Sources.address(250)).isEqualTo("127.0.1.1");
        assertThat(Sources.address(Sources.MAX - 1)).isEqualTo("127.0.249.250");
    }

    @Test
    void namesEachAddressOnce() {
        assertThat(IntStream.range(0, 2_000).mapToObj(Sources::address).collect(Collectors.toSet()))
                .hasSize(2_000);
    }

    @Test
    void refusesMoreSourcesThanThereAre() {
        assertThatThrownBy(() -> Sources.address(Sources.MAX))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: 0 to 62499");
    }

    @Test
    void takesAtMost200AddressesUnlessThePortsAskForMore() {
        assertThat(Sources.fitting(1)).isEqualTo(1);
        assertThat(Sources.fitting(1_000)).isEqualTo(40);
        assertThat(Sources.fitting(100_000)).isEqualTo(200);
        assertThat(Sources.fitting(1_000_000)).isEqualTo(200);
        assertThat(Sources.fewest(28_001)).isEqualTo(2);
    }
}
