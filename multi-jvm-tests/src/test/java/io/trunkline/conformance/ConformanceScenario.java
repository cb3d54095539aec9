package io.trunkline.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.trunkline.testkit.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The official conformance suite, by the command that operators use, on a cluster of four nodes and two balancers.
 *
 * <p>Skipped where the suite cannot be run: it comes from npm.
 */
final class ConformanceScenario {

    /** By revision, scenarios that have to pass although the suite does not score them. */
    private static final Map<String, List<String>> ALSO_REQUIRED = Map.of(
            "2025-11-25", List.of("server-session-lifecycle", "json-schema-2020-12", "server-sse-polling"),
            "2026-07-28",
                    List.of(
                            "json-schema-2020-12",
                            "http-header-validation",
                            "http-custom-header-server-validation",
                            "tasks-lifecycle",
                            "tasks-capability-negotiation",
                            "tasks-wire-fields",
                            "tasks-request-state-removal",
                            "tasks-mrtr-input",
                            "tasks-request-headers",
                            "tasks-dispatch-and-envelope",
                            "tasks-required-task-error",
                            "tasks-mrtr-composition"));

    /** A port offset that keeps all members below the ports of outgoing connections, and above those of other tests. */
    private static final String OFFSET = "3480";

    private static final int NOT_TO_BE_HAD = 69;

    @Test
    @Timeout(480)
    void everyRequiredScenarioOfBothErasPasses() throws IOException, InterruptedException {
        assumeTrue(Programs.onPath("npx"), "no npx on the PATH: the conformance suite comes from npm");
        assumeTrue(Programs.onPath("bash"), "no bash on the PATH");
        Path directory =
                Files.createDirectories(Path.of("target", "conformance").toAbsolutePath());
        Path output = directory.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder("bash", "../deploy/trunkline", "conformance")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(variable -> variable.startsWith("TRUNKLINE_"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("TRUNKLINE_RUN_DIR", directory.toString());
        builder.environment().put("TRUNKLINE_PORT_OFFSET", OFFSET);
        builder.environment().put("TRUNKLINE_BUILD", "off");
        builder.environment().put("TRUNKLINE_CDS", "off");
        builder.environment().put("TRUNKLINE_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        Process command = builder.start();
        try {
            assertThat(command.waitFor(420, TimeUnit.SECONDS))
                    .as("ends in time; see %s", output)
                    .isTrue();
        } finally {
            // It stops its cluster when it is asked to end, and when it has ended there is nobody to ask.
            command.destroy();
            assertThat(command.waitFor(50, TimeUnit.SECONDS)).isTrue();
        }
        String said = Files.readString(output, UTF_8);
        assumeTrue(
                command.exitValue() != NOT_TO_BE_HAD || Programs.reachRegistry(),
                "no npm registry to get the suite from: " + said);
        assertThat(command.exitValue()).as(said).isZero();
        ALSO_REQUIRED.forEach((revision, scenarios) -> {
            assertThat(said).contains("scenarios that " + revision + " requires pass.");
            String table = said.substring(
                    said.indexOf("Scenarios of " + revision), said.indexOf("scenarios that " + revision));
            for (String scenario : scenarios) {
                assertThat(table).containsPattern("\n  " + scenario + " +passed ");
            }
        });
    }
}
