package io.trunkline.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.hostile.attack.Attack;
import io.trunkline.hostile.attack.Attacks;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

final class HostileMainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void helpNamesEveryAttackAndTheExitCodes() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString(UTF_8)).contains("Exit codes");
        for (Attack attack : Attacks.all()) {
            assertThat(out.toString(UTF_8)).contains(attack.name());
        }
    }

    @Test
    void wrongUsageIsSaidAndIs64() {
        assertThat(run("--attacks", "unread-answers,earthquake")).isEqualTo(HostileMain.USAGE);
        assertThat(err.toString(UTF_8)).contains("earthquake", "unread-answers");
        assertThat(run("--nodes", "0")).isEqualTo(HostileMain.USAGE);
        assertThat(run("--attack", "kill")).isEqualTo(HostileMain.USAGE);
    }

    private int run(String... arguments) {
        return HostileMain.run(
                new HostileMain(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8)), arguments);
    }
}
