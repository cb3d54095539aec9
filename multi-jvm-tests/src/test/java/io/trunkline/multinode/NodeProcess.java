package io.trunkline.multinode;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One running node JVM, seen from the launcher.
 *
 * <p>Used by the launching thread alone.
 */
final class NodeProcess {

    private static final long DUMP_SECONDS = 5;

    private final NodeFiles files;
    private final Process process;
    private Instant endedAt = Instant.MAX;
    private @Nullable String killedBecause;

    private NodeProcess(NodeFiles files, Process process) {
        this.files = files;
        this.process = process;
    }

    /** Starts it. Its standard input stays open as long as this JVM lives: see {@link LauncherWatch}. */
    static NodeProcess start(NodeFiles files, List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .redirectErrorStream(true)
                .redirectOutput(files.log().toFile())
                .start();
        return new NodeProcess(files, process);
    }

    String role() {
        return files.role();
    }

    /** Runs {@code action} on another thread once the JVM has ended. */
    void onEnd(Runnable action) {
        var unused = process.onExit().thenRun(action);
    }

    /** To be called once the JVM has ended; whether that was how it should have. */
    boolean endedWell() {
        endedAt = Instant.now();
        return process.exitValue() == files.expectedEnd().orElse(0);
    }

    /** Whether it has come as far as a step, or ended on the way. */
    boolean hasStarted() {
        return Files.exists(files.results()) || !isAlive();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Writes a thread dump, which shows where a node hangs, and kills it. */
    void dumpAndKill(String reason) throws IOException, InterruptedException {
        killedBecause = reason;
        Process dump = new ProcessBuilder(Launch.javaTool("jcmd"), Long.toString(process.pid()), "Thread.print")
                .redirectErrorStream(true)
                .redirectOutput(files.threadDump().toFile())
                .start();
        if (!dump.waitFor(DUMP_SECONDS, TimeUnit.SECONDS)) {
            dump.destroyForcibly();
        }
        kill();
        endedAt = Instant.now();
    }

    /** Kills it and waits until the machine has taken it away. Does nothing to a JVM that has ended. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** How it ended; the JVM must have. */
    NodeOutcome outcome() {
        return new NodeOutcome(
                files,
                process.exitValue(),
                endedAt,
                files.expectedEnd(),
                Optional.ofNullable(killedBecause),
                files.readResults());
    }
}
