package io.trunkline.protocol.member;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import io.trunkline.protocol.metrics.Metrics;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Leave;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts a member in a JVM of its own and looks at the status that it ends with. */
@Timeout(120)
class ProcessEndIT {

    /** The smallest main of a member; its first life ends as the argument says. */
    static final class TinyMain {
        private TinyMain() {}

        public static void main(String[] args) {
            Config config = SystemConfig.load();
            AtomicInteger lives = new AtomicInteger();
            Consumer<Member<Void>> wiring = member -> {
                System.out.println("life " + lives.incrementAndGet());
                if (lives.get() == 1 && args.length > 0) {
                    end(args[0], member);
                }
            };
            Supplier<CompletionStage<Done>> farewell = () -> {
                System.out.println("farewell");
                return CompletableFuture.completedFuture(Done.getInstance());
            };
            new Lives(MemberSettings.from(config, "node"), config, new Metrics(), wiring, farewell).begin();
            System.out.println("begun");
        }

        private static void end(String how, Member<?> member) {
            Cluster cluster = Cluster.get(member.system());
            Address self = cluster.selfMember().address();
            switch (how) {
                case "terminate" -> member.system().terminate();
                case "leave" -> cluster.manager().tell(new Leave(self));
                case "down" -> cluster.manager().tell(new Down(self));
                default -> throw new IllegalArgumentException(how);
            }
        }
    }

    @Test
    void aSignalEndsItCleanlyAndLast() throws IOException, InterruptedException {
        Process process = fork();
        try (BufferedReader out = process.inputReader()) {
            assertThat(out.lines().anyMatch("begun"::equals)).isTrue();
            // Not Process.destroy(), which closes the stream that is read below.
            assertThat(process.toHandle().destroy()).isTrue();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            assertThat(out.lines()).contains("farewell");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aLeaveEndsItCleanly() throws IOException, InterruptedException {
        Process process = fork("leave");
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"down", "terminate"})
    void anEndThatNobodyAskedForIsFollowedByAnotherLife(String how) throws IOException, InterruptedException {
        Process process = fork(how);
        try (BufferedReader out = process.inputReader()) {
            assertThat(out.lines().takeWhile(line -> !line.equals("farewell")).anyMatch("life 2"::equals))
                    .isTrue();
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
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
