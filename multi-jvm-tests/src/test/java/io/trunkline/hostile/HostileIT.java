package io.trunkline.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.hostile.attack.Attacks;
import io.trunkline.testkit.Alone;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every attack, small, against processes with a heap of 256 MiB; {@code bench/hostile.sh} does the same at full size.
 */
@Alone
final class HostileIT {
    private static final int ATTACK_SECONDS = 4;

    @Test
    @Timeout(420)
    void noAttackCostsTheNeighboursTheirConnectionOrTheirAnswers() throws IOException {
        HostilePlan plan = new HostilePlan(
                Path.of(".."),
                Path.of("target", "hostile-it"),
                3,
                false,
                Attacks.all(),
                ATTACK_SECONDS,
                1,
                HostileMain.settings());
        HostileReport report = new HostileRun(plan, step -> {}).run();
        System.out.println(report.text());
        assertThat(report.holds()).as(report.text()).isTrue();
    }
}
