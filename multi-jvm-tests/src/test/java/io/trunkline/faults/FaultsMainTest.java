package io.trunkline.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

final class FaultsMainTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void helpNamesEveryFaultAndTheExitCodes() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString(UTF_8)).contains("Exit codes");
        for (Fault fault : Fault.values()) {
            assertThat(out.toString(UTF_8)).contains("  " + fault.label() + " ");
        }
    }

    @Test
    void wrongUsageIsSaidAndIs64() {
        assertThat(run("--faults", "kill,earthquake")).isEqualTo(FaultsMain.USAGE);
        assertThat(err.toString(UTF_8)).contains("earthquake", "kill-oldest");
        assertThat(run("--nodes", "1")).isEqualTo(FaultsMain.USAGE);
        assertThat(err.toString(UTF_8)).contains("--nodes: 1 (expected: 2 to 16)");
        assertThat(run("--fault", "kill")).isEqualTo(FaultsMain.USAGE);
    }

    private int run(String... arguments) {
        return FaultsMain.run(
                new FaultsMain(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8)), arguments);
    }
}
