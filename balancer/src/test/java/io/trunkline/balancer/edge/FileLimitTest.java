package io.trunkline.balancer.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.protocol.member.SettingsException;
import org.junit.jupiter.api.Test;

class FileLimitTest {
    @Test
    void takesWhatTheSystemLeavesUnlessToldOtherwise() {
        assertThat(FileLimit.connections(0, 20_000)).isEqualTo(19_000);
        assertThat(FileLimit.connections(0, 1_000_000)).isEqualTo(110_000);
        assertThat(FileLimit.connections(0, 1_024)).isEqualTo(100);
        assertThat(FileLimit.connections(19_000, 20_000)).isEqualTo(19_000);
    }

    @Test
    void moreConnectionsThanFilesAreRefused() {
        assertThatThrownBy(() -> FileLimit.connections(19_001, 20_000))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("edge.connection-limit: 19001 (expected: at most 19000: ");
    }
}
