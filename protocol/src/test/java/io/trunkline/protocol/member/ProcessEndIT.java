package io.trunkline.protocol.member;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Starts a member in a JVM of its own and looks at the status that it ends with. */
@Timeout(60)
class ProcessEndIT {

    /** The smallest main of a member. */
    static final class TinyMain {
        private TinyMain() {}

        public static void main(String[] args) {
            Config config = SystemConfig.load();
            Member<?> member =
                    Member.start(MemberSettings.from(config, "node"), config, new Metrics(), Behaviors.empty());
            member.superviseProcess();
            if (args.length > 0) {
                member.system().terminate();
            }
            System.out.println("started");
        }
    }

    @Test
    void aSignalEndsItCleanly() throws IOException, InterruptedException {
        Process process = fork();
        try (BufferedReader out = process.inputReader()) {
            assertThat(out.lines().anyMatch("started"::equals)).isTrue();
            process.destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void theEndOfTheActorSystemEndsTheProcess() throws IOException, InterruptedException {
        Process process = fork("terminate");
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process fork(String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dtrunkline.member.seeds=",
                "-Dtrunkline.member.artery-port=0",
                "-Dtrunkline.member.management-port=0",
                "-Dtrunkline.member.prometheus-port=0",
                "-cp",
                System.getProperty("java.class.path"),
                TinyMain.class.getName());
        builder.command().addAll(java.util.List.of(arguments));
        return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }
}
