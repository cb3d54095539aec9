package io.trunkline.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.local.MemberPlan.Port;
import io.trunkline.local.MemberPlan.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of real member processes on this machine, started through the main classes and environment variables that
 * operators use.
 *
 * <p>Each member writes to {@code <name>.log} in the directory of the layout, and goes on there when it is started again.
 * Nothing outlives {@link #close}, and nothing outlives this JVM: see {@link OrphanGuard}. For one thread.
 */
public final class LocalCluster implements AutoCloseable {

    private static final String HOST = "127.0.0.1";
    private static final int SLOTS = 256;
    private static final Duration START_DEADLINE = Duration.ofSeconds(60);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(200);
    private static final int SEEDS_OF_A_RUNNING_CLUSTER = 3;

    private final Layout layout;
    private final @Nullable Namespaces namespaces;
    private final Map<String, String> settings;
    private final Ports ports = new Ports();
    private final Map<String, MemberPlan> plans = new LinkedHashMap<>();
    private final Map<String, MemberProcess> members = new LinkedHashMap<>();
    private final String founders;
    private final OrphanGuard guard;
    private boolean formed;

    /**
     * What a cluster is to be.
     *
     * @param root the directory of the repository, with its modules packaged
     * @param directory of the logs; made when it is missing
     * @param nodes that are there from the start: {@code node-1} and up
     * @param balancers that share the port for clients: {@code balancer-1} and up
     * @param settings further environment variables for all members, such as {@code TRUNKLINE_POLICY}
     * @param nodeClassPath directories and jars with tools that the nodes are to offer besides their own
     */
    public record Layout(
            Path root,
            Path directory,
            int nodes,
            int balancers,
            Map<String, String> settings,
            List<Path> nodeClassPath) {

        public Layout {
            root = root.toAbsolutePath().normalize();
            directory = directory.toAbsolutePath().normalize();
            settings = Map.copyOf(settings);
            nodeClassPath = List.copyOf(nodeClassPath);
        }
    }

    private LocalCluster(Layout layout, @Nullable Namespaces namespaces, OrphanGuard guard) {
        this.layout = layout;
        this.namespaces = namespaces;
        this.guard = guard;
        settings = new LinkedHashMap<>(layout.settings());
        settings.put("TRUNKLINE_SECRET", UUID.randomUUID().toString());
        if (namespaces != null) {
            // Their network is this process's own, and links are cut below TLS as well as without it.
            settings.put("TRUNKLINE_ARTERY_PLAIN", "accepted");
        }
        settings.put("TRUNKLINE_EXPECTED_NODES", Integer.toString(layout.nodes()));
        for (int number = 1; number <= layout.nodes(); number++) {
            plan(MemberPlan.of(Role.NODE, number, hostOf(Role.NODE, number), ports));
        }
        int clientPort = ports.next();
        for (int number = 1; number <= layout.balancers(); number++) {
            plan(MemberPlan.of(Role.BALANCER, number, hostOf(Role.BALANCER, number), ports)
                    .withPort(Port.TCP, clientPort));
        }
        founders = seedsOf(plans.values().stream().limit(2));
    }

    private String hostOf(Role role, int number) {
        return namespaces == null ? HOST : namespaces.host(role.label + "-" + number);
    }

    private void plan(MemberPlan plan) {
        plans.put(plan.name(), plan);
    }

    /**
     * Chooses the ports of all members and starts none.
     *
     * @throws UncheckedIOException when the directory of the logs cannot be made
     */
    public static LocalCluster of(Layout layout) {
        return of(layout, null);
    }

    /**
     * The same with each member in a namespace of its own; it must have been made for all of them.
     *
     * @param namespaces null for all on loopback; the caller closes them after the cluster
     */
    public static LocalCluster of(Layout layout, @Nullable Namespaces namespaces) {
        try {
            Files.createDirectories(layout.directory());
            return new LocalCluster(layout, namespaces, OrphanGuard.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A port that no member has, and that was free a moment ago. */
    public int freePort() {
        return ports.next();
    }

    /** Sets a further environment variable, for members that are started from now on. */
    public void set(String variable, String value) {
        settings.put(variable, value);
    }

    /** Starts all members of the layout at once; the caller closes the cluster whatever happens. */
    public void startAll() {
        List.copyOf(plans.keySet()).forEach(this::start);
    }

    /**
     * Starts one member, for the first time or after its end, and returns at once. A member that is started again keeps
     * its ports and its name, and joins those that live.
     *
     * @throws IllegalStateException when it runs already, or its module has not been packaged
     */
    public MemberProcess start(String name) {
        return start(name, seedsNow());
    }

    /** The same with the seeds that the member had when the cluster was founded, as a supervisor would start it again. */
    public MemberProcess startWithFirstSeeds(String name) {
        return start(name, founders);
    }

    private MemberProcess start(String name, String seeds) {
        MemberPlan plan = planOf(name);
        MemberProcess before = members.get(name);
        if (before != null && before.isAlive()) {
            throw new IllegalStateException(name + " runs already");
        }
        try {
            Path log = layout.directory().resolve(name + ".log");
            List<String> command = new ArrayList<>(namespaces == null ? List.of() : namespaces.entry(name));
            command.addAll(MemberCommand.of(plan.role(), layout.root(), layout.nodeClassPath()));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(before == null ? Redirect.to(log.toFile()) : Redirect.appendTo(log.toFile()));
            builder.environment().keySet().removeIf(variable -> variable.startsWith("TRUNKLINE_"));
            builder.environment().putAll(settings);
            builder.environment().putAll(plan.environment());
            builder.environment().put("TRUNKLINE_SEEDS", seeds);
            Process process = builder.start();
            guard.guard(process);
            MemberProcess member = new MemberProcess(plan, log, process);
            members.put(name, member);
            return member;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private MemberPlan planOf(String name) {
        MemberPlan plan = plans.get(name);
        if (plan == null) {
            throw new IllegalArgumentException("no member " + name + " (expected one of: " + plans.keySet() + ")");
        }
        return plan;
    }

    /** A founder that is started again must not found a second cluster, so once there is one, those who live are asked. */
    private String seedsNow() {
        String living = seedsOf(members.values().stream()
                .filter(member -> member.isAlive() && !member.isFrozen())
                .map(MemberProcess::plan)
                .limit(SEEDS_OF_A_RUNNING_CLUSTER));
        return formed && !living.isEmpty() ? living : founders;
    }

    private static String seedsOf(Stream<MemberPlan> plans) {
        return plans.map(plan -> plan.host() + ":" + plan.port(Port.ARTERY)).collect(Collectors.joining(","));
    }

    /** Starts one more node than the layout has, and returns when the whole cluster serves with it. */
    public MemberProcess addNode() {
        int number = plannedNodes().size() + 1;
        MemberPlan plan = MemberPlan.of(Role.NODE, number, hostOf(Role.NODE, number), ports);
        plan(plan);
        MemberProcess node = start(plan.name());
        awaitServing();
        return node;
    }

    /** A member that was started, by its name: {@code node-1} and up, {@code balancer-1} and up. */
    public MemberProcess member(String name) {
        MemberProcess member = members.get(name);
        if (member == null) {
            throw new IllegalArgumentException("no member " + name + " (expected one of: " + members.keySet() + ")");
        }
        return member;
    }

    /** The names of all nodes, whether they run or not, in the order of their numbers. */
    public List<String> plannedNodes() {
        return plans.values().stream()
                .filter(plan -> plan.role() == Role.NODE)
                .map(MemberPlan::name)
                .toList();
    }

    /** The members that were started and have ended since. */
    public List<MemberProcess> ended() {
        return members.values().stream().filter(member -> !member.isAlive()).toList();
    }

    /** The nodes that run and are not frozen. */
    public List<MemberProcess> runningNodes() {
        return members.values().stream()
                .filter(member -> member.plan().role() == Role.NODE && member.isAlive() && !member.isFrozen())
                .toList();
    }

    /** The node that hosts the coordinator of the slots: the oldest, in the eyes of the first balancer. */
    public Optional<MemberProcess> oldestNode() {
        return HttpProbe.json(balancer().host(), balancer().port(Port.MANAGEMENT), "/cluster/members")
                .map(view -> view.path("oldestPerRole").path(Role.NODE.label).asText())
                .flatMap(oldest -> runningNodes().stream()
                        .filter(node -> oldest.endsWith(
                                "@" + node.plan().host() + ":" + node.plan().port(Port.ARTERY)))
                        .findFirst());
    }

    /**
     * Has a living node down this member, as if it could not be reached any more.
     *
     * @throws ClusterException when that node refuses, for example because its management is read-only
     */
    public void down(String name) {
        manage(name, "Down");
    }

    /** Has a living node ask this member to leave; the same otherwise. */
    public void leave(String name) {
        manage(name, "Leave");
    }

    private void manage(String name, String operation) {
        MemberProcess other = runningNodes().stream()
                .filter(node -> !node.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ClusterException(operation + " of " + name + ": there is no other node"));
        MemberPlan plan = member(name).plan();
        String address = "pekko://trunkline@" + plan.host() + ":" + plan.port(Port.ARTERY);
        String path = "/cluster/members/" + URLEncoder.encode(address, StandardCharsets.UTF_8);
        MemberPlan asked = other.plan();
        int status = HttpProbe.put(asked.host(), asked.port(Port.MANAGEMENT), path, "operation=" + operation);
        if (status != 200) {
            throw new ClusterException(operation + " of " + name + ": status " + status);
        }
    }

    /** The names of the members that this one knows, in any status; empty when it does not answer. */
    public Set<String> membersKnownTo(String name) {
        int port = member(name).plan().port(Port.MANAGEMENT);
        return HttpProbe.json(HOST, port, "/cluster/members").stream()
                .flatMap(view -> view.path("members").valueStream())
                .flatMap(peer -> peer.path("roles").valueStream())
                .map(JsonNode::asText)
                .filter(role -> role.startsWith("name-"))
                .map(role -> role.substring("name-".length()))
                .collect(Collectors.toSet());
    }

    /** The slots that these nodes host, as their metrics said last: up to a second old. */
    public int slotsOf(String... nodes) {
        return Stream.of(nodes)
                .mapToInt(node -> HttpProbe.gauge(HOST, member(node).plan().port(Port.PROMETHEUS), "trunkline_slots"))
                .sum();
    }

    /** Where clients connect. All balancers share it. */
    public InetSocketAddress address() {
        return new InetSocketAddress(balancer().host(), balancer().port(Port.TCP));
    }

    /** Where clients of this balancer connect that speak HTTP, or will, once it is started; each has a port of its own. */
    public InetSocketAddress httpAddress(String balancer) {
        MemberPlan plan = planOf(balancer);
        return new InetSocketAddress(plan.host(), plan.port(Port.HTTP));
    }

    /**
     * Where this member listens.
     *
     * @param port what for: {@code artery}, {@code trunk}, {@code peer}, {@code stats}, {@code health} ...
     */
    public InetSocketAddress addressOf(String member, String port) {
        MemberPlan plan = planOf(member);
        return new InetSocketAddress(plan.host(), plan.port(Port.valueOf(port.toUpperCase(Locale.ROOT))));
    }

    /** What this member's metrics say, by series with labels; empty when it does not answer within 2 s. */
    public Map<String, Long> metrics(String member) {
        MemberPlan plan = planOf(member);
        return HttpProbe.series(plan.host(), plan.port(Port.PROMETHEUS));
    }

    /** Sessions of HTTP that this balancer holds, as its metrics said last. */
    public int httpSessions(String balancer) {
        MemberPlan plan = member(balancer).plan();
        return HttpProbe.gauge(plan.host(), plan.port(Port.PROMETHEUS), "trunkline_http_sessions");
    }

    /** What the first balancer says about the whole cluster. */
    public JsonNode statistics() {
        return HttpProbe.json(balancer().host(), balancer().port(Port.STATS), "/cluster")
                .orElseThrow(() -> new ClusterException("balancer-1 does not answer /cluster"));
    }

    /** Whether this balancer has a node for new clients. */
    public boolean serves(MemberProcess balancer) {
        return HttpProbe.status(balancer.plan().host(), balancer.plan().port(Port.HEALTH), "/health") == 200;
    }

    /** How many clients (balancer) or sessions (node) the member said it has; up to 2 s old. */
    public int connections(MemberProcess member) {
        return HttpProbe.gauge(member.plan().host(), member.plan().port(Port.PROMETHEUS), "trunkline_connections");
    }

    /** Waits until the member listens everywhere, at most 60 s; it need not be in a cluster then. */
    public void awaitAlive(MemberProcess member) {
        await("an answer of " + member.name(), () -> {
            failIfEnded(member);
            boolean balancer = member.name().startsWith("balancer-");
            // The last port that each of them binds.
            return balancer
                    ? HttpProbe.status(member.plan().host(), member.plan().port(Port.HEALTH), "/health") > 0
                    : HttpProbe.status(member.plan().host(), member.plan().port(Port.MANAGEMENT), "/alive") == 200;
        });
    }

    /**
     * Waits until the first balancer sees all living members and no others, each of them well, every balancer has a node
     * for new clients, and the slots have come to rest.
     *
     * @throws ClusterException when a member ends meanwhile, or after 60 s
     */
    public void awaitServing() {
        List<MemberProcess> living =
                members.values().stream().filter(MemberProcess::isAlive).toList();
        await("all members to serve", () -> {
            living.forEach(LocalCluster::failIfEnded);
            return allMembersAreWell(living.size())
                    && slotsAreAtRest(living)
                    && living.stream()
                            .filter(member -> member.plan().role() == Role.BALANCER)
                            .allMatch(this::serves);
        });
        formed = true;
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + START_DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new ClusterException("waited " + START_DEADLINE.toSeconds() + " s for " + what);
            }
            try {
                TimeUnit.NANOSECONDS.sleep(POLL_INTERVAL.toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ClusterException("interrupted while waiting for " + what, e);
            }
        }
    }

    private static void failIfEnded(MemberProcess member) {
        if (!member.isAlive()) {
            int exitCode = member.awaitEnd(Duration.ZERO);
            throw new ClusterException(member.name() + " ended with exit code " + exitCode + "\n" + member.tail());
        }
    }

    private boolean allMembersAreWell(int expected) {
        return HttpProbe.json(balancer().host(), balancer().port(Port.STATS), "/cluster")
                .filter(view -> view.at("/cluster/members/total").asInt() == expected)
                .filter(view -> view.at("/cluster/members/healthy").asInt() == expected)
                .filter(view -> view.path("backends")
                        .valueStream()
                        .allMatch(node -> node.path("accepting").asBoolean()))
                .isPresent();
    }

    /** Whether all slots are hosted, and as evenly as they can be: only then nothing moves any more. */
    private static boolean slotsAreAtRest(List<MemberProcess> living) {
        IntSummaryStatistics perNode = living.stream()
                .filter(member -> member.plan().role() == Role.NODE)
                .mapToInt(node ->
                        HttpProbe.gauge(node.plan().host(), node.plan().port(Port.PROMETHEUS), "trunkline_slots"))
                .summaryStatistics();
        return perNode.getSum() == SLOTS && perNode.getMax() - perNode.getMin() <= 1;
    }

    /** The first balancer that lives, or simply the first. */
    private MemberPlan balancer() {
        List<MemberPlan> balancers = plans.values().stream()
                .filter(plan -> plan.role() == Role.BALANCER)
                .toList();
        return balancers.stream().filter(this::isAlive).findFirst().orElse(balancers.get(0));
    }

    private boolean isAlive(MemberPlan plan) {
        MemberProcess member = members.get(plan.name());
        return member != null && member.isAlive();
    }

    /** Kills every member that still runs. */
    @Override
    public void close() {
        MemberProcess.kill(members.values());
        try {
            guard.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
