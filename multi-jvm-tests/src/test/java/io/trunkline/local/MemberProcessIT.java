package io.trunkline.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.trunkline.local.MemberPlan.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The signals, tried on a process that does nothing with them. */
final class MemberProcessIT {

    private static final Duration SOON = Duration.ofSeconds(5);
    private static final int SIGKILLED = 128 + 9;
    private static final int SIGTERMED = 128 + 15;

    private MemberProcess member;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        Path log = directory.resolve("node-1.log");
        Process process =
                new ProcessBuilder("sleep", "60").redirectOutput(log.toFile()).start();
        member = new MemberProcess(MemberPlan.of(Role.NODE, 1, "127.0.0.1", new Ports()), log, process);
    }

    @AfterEach
    void end() {
        member.kill();
    }

    @Test
    void stopAsksAndKillDoesNot() {
        assertThat(member.stop(SOON)).isEqualTo(SIGTERMED);
        assertThat(member.isAlive()).isFalse();
    }

    @Test
    void killEndsAFrozenProcessToo() {
        member.freeze();
        member.kill();
        assertThat(member.awaitEnd(SOON)).isEqualTo(SIGKILLED);
    }

    @Test
    void aFrozenProcessHearsNothingUntilItIsThawed() {
        member.freeze();
        assertThatExceptionOfType(ClusterException.class)
                .isThrownBy(() -> member.stop(Duration.ofMillis(200)))
                .withMessageContaining("node-1 still runs")
                .withMessageContaining("end of " + member.log());
        member.thaw();
        assertThat(member.awaitEnd(SOON)).isEqualTo(SIGTERMED);
    }
}
