package io.trunkline.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.trunkline.testkit.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code deploy/trunkline} starts, and what tests and benches start. */
final class MemberCommandsIT {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** Has the command line print a member's instead of running it. */
    private static final String SCRIPT = """
            ROOT=$PWD
            for file in terminal process state members tls java cds; do source "deploy/lib/$file.sh"; done
            make_run_dir
            read_ports
            find_java
            DETACH=(printf '%s\\0')
            launch "$1" 127.0.0.1:1
            until [[ -s $LOGS/$1.out ]]; do sleep 0.01; done
            cat "$LOGS/$1.out"
            """;

    /** Which archive is used, or made, depends on what there is at the moment. */
    private static final List<String> OF_THE_ARCHIVE = List.of(
            "-XX:DumpLoadedClassList",
            "-XX:SharedArchiveFile",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:ArchiveRelocationMode");

    @ParameterizedTest
    @ValueSource(strings = {"node-1", "balancer-1"})
    void testsStartMembersWithTheFlagsOfOperators(String member) throws IOException, InterruptedException {
        assumeTrue(Programs.onPath("bash"), "no bash");
        MemberCommands commands = new MemberCommands(ROOT, List.of());
        List<String> ofTests = new ArrayList<>(commands.of(member, List.of(member)));
        commands.membersEnded(false);
        ofTests.removeIf(argument -> OF_THE_ARCHIVE.stream().anyMatch(argument::startsWith));
        int classPath = ofTests.indexOf("-cp");
        ofTests.subList(classPath, classPath + 2).clear();

        List<String> ofOperators = new ArrayList<>(launched(member));
        assertThat(ofOperators.removeIf(argument -> argument.startsWith("-Dmember.")))
                .isTrue();
        assertThat(ofOperators.removeIf(argument -> argument.startsWith("@"))).isTrue();

        assertThat(ofTests).contains("-XX:+UseSerialGC").isEqualTo(ofOperators);
    }

    private static List<String> launched(String member) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", SCRIPT, "bash", member);
        builder.directory(ROOT.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(variable -> variable.startsWith("TRUNKLINE_"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("TRUNKLINE_CDS", "off");
        builder.environment().put("TRUNKLINE_JAVA_OPTS", MemberCommands.OPTIONS);
        builder.environment()
                .put(
                        "TRUNKLINE_RUN_DIR",
                        ROOT.resolve(MemberCommands.RUN_DIRECTORY).toString());
        Process bash = builder.start();
        String said = new String(bash.getInputStream().readAllBytes(), UTF_8);
        assertThat(bash.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return Stream.of(said.split("\0")).toList();
    }
}
