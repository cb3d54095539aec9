package io.trunkline.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.trunkline.testkit.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Through whom {@code deploy/trunkline} lets a member join, by who runs in a cluster of four nodes and a balancer. */
final class StartSeedsTest {

    /** The function alone, with a cluster that is no more than a list of who runs. */
    private static final String SCRIPT = """
            source ../deploy/lib/members.sh
            NODES=(1 2 3 4) BALANCERS=(1) OFFSET=0 REACH=127.0.0.1
            alive() { [[ " $RUNNING " == *" $1 "* ]]; }
            seeds_for_start
            echo "$REPLY"
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                        | 25531
            node-1                    | 25531
            node-3 node-4 balancer-1  | 25533 25534 25520
            node-1 node-3 node-4      | 25531 25533 25534
            balancer-1                | 25520
            """)
    void membersThatRunAreAskedAndTheFirstNodeFoundsWhenNoneRuns(String running, String ports) throws Exception {
        assumeTrue(Programs.onPath("bash"), "no bash");
        assertThat(seeds(running))
                .containsExactly(List.of(ports.split(" ")).stream()
                        .map(port -> "127.0.0.1:" + port)
                        .toArray(String[]::new));
    }

    private static String[] seeds(String running) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", SCRIPT).redirectErrorStream(true);
        builder.environment().keySet().removeIf(variable -> variable.startsWith("TRUNKLINE_"));
        builder.environment().put("RUNNING", running);
        builder.directory(Path.of(".").toFile());
        Process bash = builder.start();
        String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return said.trim().split(",");
    }
}
