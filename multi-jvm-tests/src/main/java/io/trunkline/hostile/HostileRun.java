package io.trunkline.hostile;

import static io.trunkline.experiment.Stage.BALANCER;
import static io.trunkline.experiment.Stage.pass;
import static io.trunkline.experiment.Stage.waitFor;

import io.trunkline.experiment.Stage;
import io.trunkline.hostile.Neighbour.Sight;
import io.trunkline.hostile.attack.Attack;
import io.trunkline.hostile.attack.Field;
import io.trunkline.hostile.attack.Requests;
import io.trunkline.hostile.tools.HostileTools;
import io.trunkline.local.ClusterException;
import io.trunkline.local.Layout;
import io.trunkline.local.LocalCluster;
import io.trunkline.local.MemberProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One run: a cluster of its own, neighbours on it, one attack after the other, and what each did to the neighbours.
 * For one thread.
 */
public final class HostileRun {
    private static final String NODE = "node-1";
    private static final String MEMORY = "trunkline_memory_used_bytes";

    /** Counters that name a reason. */
    private static final String REASONS =
            "trunkline_(clients_ended|limited|memory|log|auth_refused|tool)[a-z_]*_total.*";

    /** A silence that a neighbour may notice: a node is lost, or the machine is busy. */
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** What latencies may grow by in any case: on two cores the attackers themselves need some. */
    private static final long NOISE_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    private static final long MEMORY_SLACK = 2 * 1024 * 1024;
    private static final Duration RECOVERY = Duration.ofSeconds(45);

    private final HostilePlan plan;
    private final Consumer<String> progress;
    private final LocalCluster cluster;
    private final List<Neighbour> neighbours = new ArrayList<>();
    /** Whether the cluster does not serve any more, so that there is nobody left to attack. */
    private boolean broken;

    /**
     * Prepares the directory and starts nothing.
     *
     * @param progress is told what happens, a line each
     */
    public HostileRun(HostilePlan plan, Consumer<String> progress) throws IOException {
        this.plan = plan;
        this.progress = progress;
        this.cluster = LocalCluster.of(new Layout(
                plan.root(),
                plan.directory(),
                plan.nodes(),
                1,
                plan.settings(),
                Stage.classPath(plan.directory(), HostileTools.class)));
    }

    /**
     * Runs it.
     *
     * @throws ClusterException when the cluster does not even start; nothing runs on then
     */
    public HostileReport run() throws IOException {
        List<Outcome> outcomes = new ArrayList<>();
        try (cluster) {
            progress.accept("starting " + plan.nodes() + " nodes and a balancer");
            cluster.startAll();
            cluster.awaitServing();
            for (Attack attack : plan.attacks()) {
                if (!broken) {
                    outcomes.add(one(attack));
                }
            }
        } finally {
            leave();
        }
        return new HostileReport(outcomes);
    }

    private Outcome one(Attack attack) throws IOException {
        leave();
        neighbours.add(Neighbour.overTcp(cluster.address()));
        neighbours.add(Neighbour.overHttp(
                cluster.httpAddress(BALANCER),
                Requests.post("tools/call", "whoami", Requests.call(1, "whoami", "{}"))));
        pass(Duration.ofSeconds(1));
        look();
        pass(Duration.ofSeconds(plan.restSeconds()));
        List<Sight> before = look();
        Map<String, Long> counted = cluster.member(BALANCER).metrics();
        progress.accept(attack.name() + ": " + attack.summary());
        List<String> troubles = new ArrayList<>();
        try (Watch watch = new Watch(cluster, BALANCER)) {
            int connections;
            int healthy;
            List<Sight> during;
            try (Field field = new Field(addresses(), plan.full(), plan.attackSeconds())) {
                Thread thread = new Thread(() -> attack.run(field), attack.name());
                thread.setDaemon(true);
                thread.start();
                healthy = healthWhile(thread);
                during = look();
                connections = field.opened();
            }
            judge(before, during, healthy, troubles);
            int lost = cluster.ended().size();
            judgeMembers(attack, troubles);
            if (!broken) {
                awaitMemory(counted.getOrDefault(memory(counted), 0L), troubles);
            }
            return new Outcome(
                    attack.name(),
                    attack.summary(),
                    connections,
                    before,
                    during,
                    watch.heap(),
                    watch.direct(),
                    lost,
                    told(counted, cluster.member(BALANCER).metrics()),
                    troubles);
        }
    }

    private List<Sight> look() {
        return neighbours.stream().map(Neighbour::look).toList();
    }

    /**
     * Asks for the balancer's health until the attack is over; returns how often in a row it did not answer, at most.
     */
    private int healthWhile(Thread attack) {
        int failed = 0;
        int most = 0;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(plan.attackSeconds() + 5L);
        while (attack.isAlive() && System.nanoTime() - end < 0) {
            failed = cluster.member(BALANCER).serves() ? 0 : failed + 1;
            most = Math.max(most, failed);
            waitFor(Duration.ofSeconds(1), () -> !attack.isAlive());
        }
        return most;
    }

    private void judge(List<Sight> before, List<Sight> during, int healthFailed, List<String> troubles) {
        for (int i = 0; i < during.size(); i++) {
            Sight sight = during.get(i);
            if (!sight.ending().isEmpty()) {
                troubles.add("the neighbour on " + sight.name() + " was closed: " + sight.ending());
            } else if (sight.silenceNanos() > SILENCE_NANOS) {
                troubles.add("the neighbour on " + sight.name() + " had no answer for "
                        + TimeUnit.NANOSECONDS.toMillis(sight.silenceNanos()) + " ms");
            } else if (plan.full() && sight.p99Nanos() > 2 * before.get(i).p99Nanos() + NOISE_NANOS) {
                troubles.add("the latency of the neighbour on " + sight.name() + " more than doubled");
            }
        }
        if (healthFailed > 2) {
            troubles.add("/health did not answer, or said no, " + healthFailed + " times in a row");
        }
    }

    private void judgeMembers(Attack attack, List<String> troubles) {
        List<MemberProcess> ended = cluster.ended();
        if (ended.size() > attack.mostNodesLost()) {
            troubles.add(ended.size() + " members ended (expected: at most " + attack.mostNodesLost() + "): "
                    + ended.stream().map(MemberProcess::name).toList());
        }
        try {
            ended.forEach(member -> cluster.start(member.name()));
            cluster.awaitServing();
        } catch (ClusterException e) {
            broken = true;
            troubles.add("the cluster did not come back: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    private void awaitMemory(long before, List<String> troubles) {
        if (!waitFor(RECOVERY, () -> {
            Map<String, Long> now = cluster.member(BALANCER).metrics();
            return !now.isEmpty() && now.getOrDefault(memory(now), 0L) <= before + MEMORY_SLACK;
        })) {
            troubles.add("the balancer's memory did not return to what it was within " + RECOVERY.toSeconds() + " s");
        }
    }

    private static String memory(Map<String, Long> metrics) {
        return metrics.keySet().stream()
                .filter(series -> series.startsWith(MEMORY))
                .findFirst()
                .orElse(MEMORY);
    }

    private static Map<String, Long> told(Map<String, Long> before, Map<String, Long> after) {
        Map<String, Long> told = new TreeMap<>();
        after.forEach((series, value) -> {
            long more = value - before.getOrDefault(series, 0L);
            if (more > 0 && series.matches(REASONS)) {
                told.put(shortened(series), more);
            }
        });
        return told;
    }

    /** The series without the labels that every series has. */
    private static String shortened(String series) {
        return series.replaceAll("(member|role)=\"[^\"]*\",?", "")
                .replaceAll(",?}", "}")
                .replace("trunkline_", "");
    }

    private Field.Addresses addresses() {
        return new Field.Addresses(
                cluster.address(),
                cluster.httpAddress(BALANCER),
                cluster.addressOf(BALANCER, "health"),
                cluster.addressOf(BALANCER, "stats"),
                cluster.addressOf(NODE, "trunk"),
                cluster.addressOf(BALANCER, "peer"),
                cluster.addressOf(NODE, "artery"));
    }

    private void leave() throws IOException {
        for (Neighbour neighbour : neighbours) {
            neighbour.close();
        }
        neighbours.clear();
    }
}
