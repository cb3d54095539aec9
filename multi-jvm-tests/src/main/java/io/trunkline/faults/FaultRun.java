package io.trunkline.faults;

import static io.trunkline.experiment.Stage.BALANCER;
import static io.trunkline.experiment.Stage.pass;
import static io.trunkline.experiment.Stage.waitFor;

import io.trunkline.experiment.Stage;
import io.trunkline.faults.check.HistoryChecker;
import io.trunkline.faults.check.Verdict;
import io.trunkline.faults.client.FaultClients;
import io.trunkline.faults.history.HistoryFile;
import io.trunkline.faults.tools.FaultTools;
import io.trunkline.faults.tools.Trace;
import io.trunkline.local.ClusterException;
import io.trunkline.local.Layout;
import io.trunkline.local.LocalCluster;
import io.trunkline.local.MemberProcess;
import io.trunkline.local.Namespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One experiment from the start of its cluster to the verdict. For one thread.
 *
 * <p>After each step the run waits until every client got a good answer again and the cluster is whole; what does not
 * happen in time is a trouble in the report, and the run goes on with the check of what it has.
 */
public final class FaultRun {

    private static final Duration SERVED_DEADLINE = Duration.ofSeconds(60);
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(40);
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(40);
    private static final int MOST_RESTARTS = 3;
    private static final String HISTORY = "history.tsv";

    private final FaultPlan plan;
    private final Consumer<String> progress;
    private final Random random;
    private final List<String> troubles = new ArrayList<>();
    private final @Nullable Namespaces namespaces;
    private final LocalCluster cluster;
    private final Path traces;
    private final Path history;

    /**
     * Prepares the directory and starts nothing.
     *
     * @param progress is told what happens, a line each
     */
    public FaultRun(FaultPlan plan, Consumer<String> progress) throws IOException {
        this.plan = plan;
        this.progress = progress;
        this.random = new Random(plan.seed());
        Path directory = plan.directory().toAbsolutePath();
        deleteRemains(directory);
        this.traces = directory.resolve("traces");
        this.history = directory.resolve(HISTORY);
        Layout layout = new Layout(
                plan.root(),
                directory,
                plan.nodes(),
                1,
                Map.of(FaultTools.DIRECTORY, traces.toString()),
                Stage.classPath(directory, FaultTools.class));
        this.namespaces = plan.needsNamespaces() ? Namespaces.create(namesOfMembers(plan.nodes())) : null;
        this.cluster = LocalCluster.of(layout, namespaces);
    }

    /**
     * Runs it.
     *
     * @throws ClusterException when the cluster does not even start; nothing runs on then
     */
    public FaultReport run() throws IOException {
        // Closed in the opposite order; null is not closed.
        try (namespaces;
                cluster) {
            progress.accept("starting " + plan.nodes() + " nodes and a balancer");
            cluster.startAll();
            cluster.awaitServing();
            try (HistoryFile file = HistoryFile.create(history);
                    FaultClients clients = FaultClients.start(
                            cluster.address(), plan.clients(), plan.seed(), plan.holdMillis(), file)) {
                steps(clients);
                progress.accept("waiting for the last answers");
                clients.stop();
                waitFor(LAST_ANSWERS, () -> clients.stop() == 0);
            }
        }
        return check();
    }

    private FaultReport check() throws IOException {
        progress.accept("checking the history");
        HistoryChecker checker = new HistoryChecker();
        HistoryFile.read(history, checker);
        Verdict verdict = checker.finish(Trace.read(traces));
        return new FaultReport(plan, verdict, troubles);
    }

    private void steps(FaultClients clients) {
        try {
            awaitServed(clients, 0);
            mark(clients, "no fault");
            settle();
            if (plan.seconds() == 0) {
                for (Fault fault : plan.faults()) {
                    inject(fault, clients);
                }
                return;
            }
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(plan.seconds());
            while (System.nanoTime() - end < 0) {
                inject(plan.faults().get(random.nextInt(plan.faults().size())), clients);
            }
        } catch (ClusterException e) {
            troubles.add(e.getMessage());
        }
    }

    private void inject(Fault fault, FaultClients clients) {
        switch (fault) {
            case KILL -> kill(fault, some(1, true), clients);
            case KILL_OLDEST -> kill(fault, List.of(oldest()), clients);
            case KILL_TWO -> kill(fault, some(2, false), clients);
            case KILL_ALL -> killAll(clients);
            case FREEZE -> freeze(some(1, false).get(0), clients);
            case DRAIN -> drain(some(1, false).get(0), clients);
            case ROLLING -> cluster.plannedNodes().forEach(name -> drain(cluster.member(name), clients));
            case CUT_BALANCER -> cut(List.of(BALANCER), names(some(1, false)), clients);
            case CUT_PAIR -> {
                List<String> pair = names(some(2, false));
                cut(pair.subList(0, 1), pair.subList(1, 2), clients);
            }
            case CUT_HALF -> {
                List<String> nodes = names(some(plan.nodes(), false));
                List<String> near = new ArrayList<>(nodes.subList(0, nodes.size() / 2));
                near.add(BALANCER);
                cut(near, nodes.subList(nodes.size() / 2, nodes.size()), clients);
            }
        }
    }

    /** Nodes by chance. */
    private List<MemberProcess> some(int count, boolean butTheOldest) {
        List<MemberProcess> nodes = new ArrayList<>(cluster.runningNodes());
        if (butTheOldest) {
            nodes.remove(oldest());
        }
        Collections.shuffle(nodes, random);
        return List.copyOf(nodes.subList(0, Math.min(count, nodes.size())));
    }

    private MemberProcess oldest() {
        return cluster.oldestNode().orElseThrow(() -> new ClusterException("nobody knows the oldest node"));
    }

    private void kill(Fault fault, List<MemberProcess> victims, FaultClients clients) {
        long since = mark(clients, fault.label() + " " + listed(victims));
        MemberProcess.kill(victims);
        awaitServed(clients, since);
        settle();
        comeBack(clients, victims);
    }

    private void killAll(FaultClients clients) {
        List<MemberProcess> all = cluster.runningNodes();
        long since = mark(clients, Fault.KILL_ALL.label() + " and start");
        MemberProcess.kill(all);
        all.forEach(node -> cluster.start(node.name()));
        cluster.awaitServing();
        awaitServed(clients, since);
        settle();
    }

    private void freeze(MemberProcess node, FaultClients clients) {
        long since = mark(clients, "freeze " + node.name());
        long thawAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(plan.faultSeconds());
        node.freeze();
        awaitServed(clients, since);
        pass(Duration.ofNanos(thawAt - System.nanoTime()));
        long thawed = mark(clients, "thaw " + node.name());
        node.thaw();
        awaitWhole();
        awaitServed(clients, thawed);
        settle();
    }

    private void cut(List<String> side, List<String> other, FaultClients clients) {
        Namespaces links = namespaces;
        if (links == null) {
            throw new IllegalStateException("a cut without namespaces");
        }
        long since = mark(clients, "cut " + String.join(", ", side) + " from " + String.join(", ", other));
        long healAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(plan.faultSeconds());
        links.cut(side, other);
        awaitServed(clients, since);
        pass(Duration.ofNanos(healAt - System.nanoTime()));
        long healed = mark(clients, "heal");
        links.heal();
        awaitWhole();
        awaitServed(clients, healed);
        settle();
    }

    /** Members that were taken for dead rejoin by themselves, or end and are started again, as a supervisor would. */
    private void awaitWhole() {
        for (int attempt = 0; !serves() || !cluster.ended().isEmpty(); attempt++) {
            if (attempt == MOST_RESTARTS) {
                throw new ClusterException("members end again and again");
            }
            for (MemberProcess member : cluster.ended()) {
                progress.accept(member.name() + " ended, and is started again");
                cluster.start(member.name());
            }
        }
    }

    /** Waits until the cluster serves; false when a member ended before that. */
    private boolean serves() {
        try {
            cluster.awaitServing();
            return true;
        } catch (ClusterException e) {
            if (cluster.ended().isEmpty()) {
                throw e;
            }
            return false;
        }
    }

    private void drain(MemberProcess node, FaultClients clients) {
        long since = mark(clients, "drain " + node.name());
        int exitCode = node.stop(STOP_DEADLINE);
        if (exitCode != 0) {
            troubles.add(node.name() + " ended with exit code " + exitCode + " (expected: 0, after SIGTERM)");
        }
        awaitServed(clients, since);
        settle();
        comeBack(clients, List.of(node));
    }

    private void comeBack(FaultClients clients, List<MemberProcess> gone) {
        long since = mark(clients, "start " + listed(gone));
        gone.forEach(node -> cluster.start(node.name()));
        cluster.awaitServing();
        awaitServed(clients, since);
        settle();
    }

    private static List<String> names(List<MemberProcess> members) {
        return members.stream().map(MemberProcess::name).toList();
    }

    private static String listed(List<MemberProcess> members) {
        return String.join(", ", names(members));
    }

    private static List<String> namesOfMembers(int nodes) {
        List<String> names = new ArrayList<>();
        for (int number = 1; number <= nodes; number++) {
            names.add("node-" + number);
        }
        names.add(BALANCER);
        return names;
    }

    private long mark(FaultClients clients, String what) {
        progress.accept(what);
        return clients.mark(what);
    }

    private void awaitServed(FaultClients clients, long since) {
        if (!waitFor(SERVED_DEADLINE, () -> clients.unservedSince(since) == 0)) {
            throw new ClusterException(clients.unservedSince(since) + " clients got no good answer for "
                    + SERVED_DEADLINE.toSeconds() + " s");
        }
    }

    private void settle() {
        pass(Duration.ofSeconds(plan.settleSeconds()));
    }

    /** What an earlier run has left; nothing else that may be there. */
    private static void deleteRemains(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        List<Path> remains;
        try (Stream<Path> found = Files.find(directory, 2, (path, unused) -> isRemains(path))) {
            remains = found.toList();
        }
        for (Path one : remains) {
            Files.delete(one);
        }
    }

    private static boolean isRemains(Path path) {
        String name = path.getFileName().toString();
        return name.equals(HISTORY) || Trace.isTrace(path) || name.matches("(node|balancer)-\\d+\\.log");
    }
}
