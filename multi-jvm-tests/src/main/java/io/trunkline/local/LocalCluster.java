package io.trunkline.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.local.MemberPlan.Port;
import io.trunkline.local.MemberPlan.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of real member processes on this machine, started through the main classes and environment variables that
 * operators use.
 *
 * <p>Each member writes to {@code <name>.log} in the directory of the layout, and goes on there when it is started
 * again. Nothing outlives {@link #close}, and nothing outlives this JVM: see {@link OrphanGuard}. For one thread.
 */
public final class LocalCluster implements AutoCloseable {

    private static final String HOST = "127.0.0.1";
    private static final String SLOTS = "TRUNKLINE_SLOTS";
    private static final String SLOTS_OF_PRODUCTION = "256";
    private static final int SEEDS_OF_A_RUNNING_CLUSTER = 3;

    private final Layout layout;
    private final @Nullable Namespaces namespaces;
    private final Map<String, String> settings;
    private final Ports ports = new Ports();
    private final Map<String, MemberPlan> plans = new LinkedHashMap<>();
    private final Map<String, MemberProcess> members = new LinkedHashMap<>();
    private final String founder;
    private final String founders;
    private final OrphanGuard guard;
    private final MemberCommands commands;
    private boolean formed;

    private LocalCluster(Layout layout, @Nullable Namespaces namespaces, OrphanGuard guard) {
        this.layout = layout;
        this.namespaces = namespaces;
        this.guard = guard;
        commands = new MemberCommands(layout.root(), layout.nodeClassPath());
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
        founder = seedsOf(plans.values().stream().limit(1));
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

    /** The same with seeds that do not depend on which members live, as a supervisor would start it again. */
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
            command.addAll(commands.of(name, plans.keySet()));
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

    /**
     * The living members once there is a cluster, so that a founder that is started again does not found a second one;
     * before, the first node, which has no other to wait for.
     */
    private String seedsNow() {
        String living = seedsOf(members.values().stream()
                .filter(member -> member.isAlive() && !member.isFrozen())
                .map(MemberProcess::plan)
                .limit(SEEDS_OF_A_RUNNING_CLUSTER));
        return formed && !living.isEmpty() ? living : founder;
    }

    private static String seedsOf(Stream<MemberPlan> plans) {
        return plans.map(MemberPlan::artery).collect(Collectors.joining(","));
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
                        .filter(node -> oldest.endsWith("@" + node.plan().artery()))
                        .findFirst());
    }

    /** Where clients connect. All balancers share it. */
    public InetSocketAddress address() {
        return new InetSocketAddress(balancer().host(), balancer().port(Port.TCP));
    }

    /**
     * Where clients of this balancer connect that speak HTTP, or will, once it is started; each has a port of its own.
     */
    public InetSocketAddress httpAddress(String balancer) {
        return addressOf(balancer, "http");
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

    /** What the first balancer says about the whole cluster. */
    public JsonNode statistics() {
        return HttpProbe.json(balancer().host(), balancer().port(Port.STATS), "/cluster")
                .orElseThrow(() -> new ClusterException("balancer-1 does not answer /cluster"));
    }

    /**
     * Waits until the cluster serves and nothing in it moves any more: see {@link Serving#holds}.
     *
     * @throws ClusterException when a member ends meanwhile, or after 60 s
     */
    public void awaitServing() {
        List<MemberProcess> living =
                members.values().stream().filter(MemberProcess::isAlive).toList();
        int slots = Integer.parseInt(settings.getOrDefault(SLOTS, SLOTS_OF_PRODUCTION));
        Serving serving = new Serving(balancer(), living, slots);
        Patience.await("all members to serve", serving::holds);
        formed = true;
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
            commands.membersEnded(formed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
