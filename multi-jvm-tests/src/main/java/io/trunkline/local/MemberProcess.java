package io.trunkline.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.local.MemberPlan.Port;
import io.trunkline.local.MemberPlan.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One member of a {@link LocalCluster}: a process of its own, with the ways in which it can be stopped, frozen and
 * killed.
 */
public final class MemberProcess {

    private static final Duration SIGNAL_DEADLINE = Duration.ofSeconds(5);
    private static final int LOG_LINES = 40;
    private static final String MEMBERS = "/cluster/members";

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

    /** Waits until it listens everywhere, at most 60 s; it need not be in a cluster then. */
    public void awaitAlive() {
        Patience.await("an answer of " + name(), () -> {
            failIfEnded();
            // The last port that each of them binds.
            return plan.role() == Role.BALANCER
                    ? HttpProbe.status(plan.host(), plan.port(Port.HEALTH), "/health") > 0
                    : HttpProbe.status(plan.host(), plan.port(Port.MANAGEMENT), "/alive") == 200;
        });
    }

    void failIfEnded() {
        if (!isAlive()) {
            throw new ClusterException(name() + " ended with exit code " + process.exitValue() + "\n" + tail());
        }
    }

    /** Whether this balancer has a node for new clients. */
    public boolean serves() {
        return HttpProbe.status(plan.host(), plan.port(Port.HEALTH), "/health") == 200;
    }

    /** What its metrics say, by series with labels; empty when it does not answer within 2 s. */
    public Map<String, Long> metrics() {
        return HttpProbe.series(plan.host(), plan.port(Port.PROMETHEUS));
    }

    /** How many clients (balancer) or sessions (node) it said it has; up to 2 s old. */
    public int connections() {
        return gauge("trunkline_connections");
    }

    /** Sessions of HTTP that this balancer holds, as its metrics said last. */
    public int httpSessions() {
        return gauge("trunkline_http_sessions");
    }

    /** The slots that this node hosts, as its metrics said last: up to a second old. */
    public int slots() {
        return gauge("trunkline_slots");
    }

    private int gauge(String name) {
        return HttpProbe.gauge(plan.host(), plan.port(Port.PROMETHEUS), name);
    }

    /** The names of the members that it knows, in any status; empty when it does not answer. */
    public Set<String> membersKnown() {
        return HttpProbe.json(plan.host(), plan.port(Port.MANAGEMENT), MEMBERS).stream()
                .flatMap(view -> view.path("members").valueStream())
                .flatMap(peer -> peer.path("roles").valueStream())
                .map(JsonNode::asText)
                .filter(role -> role.startsWith("name-"))
                .map(role -> role.substring("name-".length()))
                .collect(Collectors.toSet());
    }

    /**
     * Has it down another member, as if that could not be reached any more.
     *
     * @throws ClusterException when it refuses, for example because its management is read-only
     */
    public void down(MemberProcess other) {
        manage("Down", other);
    }

    /** Has it ask another member to leave; the same otherwise. */
    public void askToLeave(MemberProcess other) {
        manage("Leave", other);
    }

    private void manage(String operation, MemberProcess other) {
        String address = "pekko://trunkline@" + other.plan.artery();
        String path = MEMBERS + "/" + URLEncoder.encode(address, StandardCharsets.UTF_8);
        int status = HttpProbe.put(plan.host(), plan.port(Port.MANAGEMENT), path, "operation=" + operation);
        if (status != 200) {
            throw new ClusterException(operation + " of " + other.name() + ": status " + status);
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
