package io.trunkline.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * One member of a {@link LocalCluster}: a process of its own, with the ways in which it can be stopped, frozen and killed.
 */
public final class MemberProcess {

    private static final Duration SIGNAL_DEADLINE = Duration.ofSeconds(5);
    private static final int LOG_LINES = 40;

    private final MemberPlan plan;
    private final Path log;
    private final Process process;
    private boolean frozen;

    MemberProcess(MemberPlan plan, Path log, Process process) {
        this.plan = plan;
        this.log = log;
        this.process = process;
    }

    /** Its name in the cluster, for example {@code node-1}. */
    public String name() {
        return plan.name();
    }

    MemberPlan plan() {
        return plan;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Whether it was sent SIGSTOP and not yet SIGCONT. */
    public boolean isFrozen() {
        return frozen;
    }

    public long pid() {
        return process.pid();
    }

    /** What it printed so far. */
    public Path log() {
        return log;
    }

    /** Sends SIGKILL and waits until the process is gone: no hook runs, the kernel resets its connections. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd(SIGNAL_DEADLINE);
    }

    /** The same to all of them at once: none lives while another is waited for. */
    public static void kill(Collection<MemberProcess> members) {
        members.forEach(member -> member.process.destroyForcibly());
        members.forEach(member -> member.awaitEnd(SIGNAL_DEADLINE));
    }

    /**
     * Sends SIGTERM, which drains, and returns the exit code.
     *
     * @throws ClusterException when it still runs after {@code max}
     */
    public int stop(Duration max) {
        process.destroy();
        return awaitEnd(max);
    }

    /** Sends SIGSTOP and waits until the process stands still: it hangs, its sockets stay open. */
    public void freeze() {
        frozen = true;
        signal("STOP");
        // A signal that comes before it stands still may be taken first.
        long deadline = System.nanoTime() + SIGNAL_DEADLINE.toNanos();
        while (!standsStill()) {
            if (System.nanoTime() - deadline > 0) {
                throw new ClusterException(name() + " does not stand still after SIGSTOP");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Whether the kernel says so (proc(5), /proc/pid/stat: the state stands behind the name in brackets). */
    private boolean standsStill() {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid() + "/stat"));
            return stat.startsWith(") T", stat.lastIndexOf(')'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends SIGCONT: a frozen process goes on. */
    public void thaw() {
        signal("CONT");
        frozen = false;
    }

    /** Waits for the process to end by itself and returns its exit code. */
    public int awaitEnd(Duration max) {
        try {
            if (!process.waitFor(max.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ClusterException(name() + " still runs after " + max.toSeconds() + " s\n" + tail());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while waiting for the end of " + name(), e);
        }
    }

    private void signal(String signal) {
        try {
            Process shell = new ProcessBuilder("sh", "-c", "kill -s " + signal + " " + pid()).start();
            if (!shell.waitFor(SIGNAL_DEADLINE.toSeconds(), TimeUnit.SECONDS) || shell.exitValue() != 0) {
                throw new ClusterException("cannot send SIG" + signal + " to " + name());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while signalling " + name(), e);
        }
    }

    /** Whether it has logged a line with this text, since it started. */
    public boolean hasLogged(String text) {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.anyMatch(line -> line.contains(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The end of its log, for the message of a failure. */
    String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return "--- end of " + log + ":\n"
                    + String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            return "--- " + log + " is unreadable: " + e;
        }
    }
}
