package io.trunkline.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What becomes of the processes of a test JVM that is killed. */
final class OrphanGuardIT {

    private static final ProcessBuilder SLEEPER = new ProcessBuilder("sleep", "60");

    @Test
    void killsWhatAKilledJvmLeftBehind() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process parent = new ProcessBuilder(
                        java, "-Xmx32m", "-cp", System.getProperty("java.class.path"), Parent.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = parent.inputReader(StandardCharsets.US_ASCII)) {
            ProcessHandle child = processOf(output.readLine());
            ProcessHandle guard = processOf(output.readLine());
            assertThat(child.isAlive()).isTrue();
            parent.destroyForcibly();
            child.onExit().get(10, TimeUnit.SECONDS);
            guard.onExit().get(10, TimeUnit.SECONDS);
        } finally {
            parent.destroyForcibly();
        }
    }

    @Test
    void closingKillsWhatStillRuns() throws Exception {
        Process child = SLEEPER.start();
        try (OrphanGuard guard = OrphanGuard.start()) {
            guard.guard(child);
        }
        assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    private static ProcessHandle processOf(String pid) {
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    /** A test JVM with one guarded child; says who they are and waits to be killed. */
    static final class Parent {
        public static void main(String[] args) throws IOException, InterruptedException {
            OrphanGuard guard = OrphanGuard.start();
            Process child = SLEEPER.start();
            guard.guard(child);
            System.out.println(child.pid());
            System.out.println(guard.pid());
            child.waitFor();
        }
    }
}
