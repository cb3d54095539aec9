package io.trunkline.load.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DescriptorsTest {
    @Test
    void leavesRoomForTheFilesOfTheJvm() {
        assertThat(Descriptors.connectionsPerProcess(20_000)).isEqualTo(17_550);
    }

    @Test
    void staysAboveZeroWithATinyLimit() {
        assertThat(Descriptors.connectionsPerProcess(256)).isEqualTo(1);
    }

    @Test
    void oneConnectionNeedsOneProcess() {
        assertThat(Descriptors.processesFor(1)).isEqualTo(1);
    }
}
