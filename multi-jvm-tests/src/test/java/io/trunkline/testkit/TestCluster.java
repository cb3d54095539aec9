package io.trunkline.testkit;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.testkit.MemberPlan.Port;
import io.trunkline.testkit.MemberPlan.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
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
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A cluster of real member processes on loopback, started through the main classes and environment variables that
 * operators use.
 *
 * <p>Logs go to {@code target/test-cluster/<name>} and stay there until the next run. Nothing outlives {@link #close},
 * and nothing outlives this JVM: see {@link OrphanGuard}. For one thread.
 */
public final class TestCluster implements AutoCloseable {

    private static final String HOST = "127.0.0.1";
    private static final int SLOTS = 256;
    private static final Duration START_DEADLINE = Duration.ofSeconds(60);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(200);

    /** A setting with which {@link #down} works: management changes nothing otherwise. */
    public static final Map<String, String> WRITABLE_MANAGEMENT =
            Map.of("JAVA_TOOL_OPTIONS", "-Dpekko.management.http.route-providers-read-only=false");

    private final Path directory;
    private final Map<String, String> settings;
    private final Ports ports = new Ports();
    private final Map<String, MemberProcess> members = new LinkedHashMap<>();
    private final List<TestClient> clients = new ArrayList<>();
    private final OrphanGuard guard;
    private String seeds = "";

    private TestCluster(Path directory, Map<String, String> settings, OrphanGuard guard) {
        this.directory = directory;
        this.settings = settings;
        this.guard = guard;
    }

    /** A cluster of this many nodes and one balancer with the settings of production. */
    public static TestCluster start(Class<?> scenario, int nodes) {
        return start(scenario, nodes, 1, Map.of());
    }

    /**
     * Starts all members at once and returns when every one of them serves.
     *
     * @param scenario whose name the directory of the logs gets
     * @param settings further environment variables for all members, such as {@code TRUNKLINE_POLICY}
     * @throws AssertionError when a member ends, or the whole does not serve within 60 s; nothing runs on then
     */
    public static TestCluster start(Class<?> scenario, int nodes, int balancers, Map<String, String> settings) {
        TestCluster cluster = prepare(scenario.getSimpleName(), settings);
        try {
            cluster.startFirstMembers(nodes, balancers);
            cluster.awaitServing();
            return cluster;
        } catch (IOException e) {
            cluster.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    private static TestCluster prepare(String name, Map<String, String> settings) {
        try {
            Path directory = Files.createDirectories(
                    Path.of("target", "test-cluster", name).toAbsolutePath());
            Map<String, String> all = new LinkedHashMap<>(settings);
            all.put("TRUNKLINE_HOST", HOST);
            all.put("TRUNKLINE_SECRET", UUID.randomUUID().toString());
            return new TestCluster(directory, all, OrphanGuard.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void startFirstMembers(int nodes, int balancers) throws IOException {
        List<MemberPlan> plans = new ArrayList<>();
        for (int number = 1; number <= nodes; number++) {
            plans.add(MemberPlan.of(Role.NODE, number, ports));
        }
        settings.put("TRUNKLINE_EXPECTED_NODES", Integer.toString(nodes));
        int clientPort = ports.next();
        for (int number = 1; number <= balancers; number++) {
            plans.add(MemberPlan.of(Role.BALANCER, number, ports).withPort(Port.TCP, clientPort));
        }
        seeds = plans.stream()
                .limit(2)
                .map(plan -> HOST + ":" + plan.port(Port.ARTERY))
                .collect(Collectors.joining(","));
        for (MemberPlan plan : plans) {
            start(plan);
        }
    }

    private MemberProcess start(MemberPlan plan) throws IOException {
        Path log = directory.resolve(plan.name() + ".log");
        ProcessBuilder builder = new ProcessBuilder(MemberCommand.of(plan.role()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("TRUNKLINE_"));
        builder.environment().putAll(settings);
        builder.environment().putAll(plan.environment());
        builder.environment().put("TRUNKLINE_SEEDS", seeds);
        Process process = builder.start();
        guard.guard(process);
        MemberProcess member = new MemberProcess(plan, log, process);
        members.put(plan.name(), member);
        return member;
    }

    /** Starts one more node and returns when the whole cluster serves with it. */
    public MemberProcess addNode() {
        try {
            int number = (int) members.values().stream()
                            .filter(member -> member.plan().role() == Role.NODE)
                            .count()
                    + 1;
            MemberProcess node = start(MemberPlan.of(Role.NODE, number, ports));
            awaitServing();
            return node;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts members that have ended as they were, with the same names and ports; returns when the whole cluster serves. */
    public void startAgain(String... names) {
        try {
            for (String name : names) {
                start(member(name).plan());
            }
            awaitServing();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A member by its name: {@code node-1} and up, {@code balancer-1} and up. */
    public MemberProcess member(String name) {
        MemberProcess member = members.get(name);
        if (member == null) {
            throw new IllegalArgumentException("no member " + name + " (expected one of: " + members.keySet() + ")");
        }
        return member;
    }

    /**
     * Has the first member of the cluster down this one, as if it could not be reached any more.
     *
     * @throws AssertionError when the first member refuses; see {@link #WRITABLE_MANAGEMENT}
     */
    public void down(String name) {
        MemberPlan first = members.values().iterator().next().plan();
        String address = "pekko://trunkline@" + HOST + ":" + member(name).plan().port(Port.ARTERY);
        String path = "/cluster/members/" + URLEncoder.encode(address, StandardCharsets.UTF_8);
        int status = HttpProbe.put(HOST, first.port(Port.MANAGEMENT), path, "operation=Down");
        if (status != 200) {
            throw new AssertionError("down of " + name + ": status " + status);
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
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(), balancer().port(Port.TCP));
    }

    /** A client of this cluster, which closes it at the latest with itself. */
    public TestClient connect() {
        return remember(TestClient.connect(address()));
    }

    /** A client that connects from this address, one of 127.0.0.0/8, and is otherwise the same. */
    public TestClient connectFrom(String source) {
        return remember(TestClient.connectFrom(source, address()));
    }

    private TestClient remember(TestClient client) {
        clients.add(client);
        return client;
    }

    /** What the first balancer says about the whole cluster. */
    public JsonNode statistics() {
        return HttpProbe.json(HOST, balancer().port(Port.STATS), "/cluster")
                .orElseThrow(() -> new AssertionError("balancer-1 does not answer /cluster"));
    }

    /**
     * Waits until the first balancer sees all living members and no others, each of them well, every balancer has a node
     * for new clients, and the slots have come to rest.
     *
     * @throws AssertionError when a member ends meanwhile, or after 60 s
     */
    public void awaitServing() {
        List<MemberProcess> living =
                members.values().stream().filter(MemberProcess::isAlive).toList();
        await().atMost(START_DEADLINE).pollInterval(POLL_INTERVAL).until(() -> {
            living.forEach(TestCluster::failIfEnded);
            return allMembersAreWell(living.size())
                    && slotsAreAtRest(living)
                    && living.stream()
                            .filter(member -> member.plan().role() == Role.BALANCER)
                            .allMatch(TestCluster::hasNodes);
        });
    }

    private static void failIfEnded(MemberProcess member) {
        if (!member.isAlive()) {
            int exitCode = member.awaitEnd(Duration.ZERO);
            throw new AssertionError(member.name() + " ended with exit code " + exitCode + "\n" + member.tail());
        }
    }

    private boolean allMembersAreWell(int expected) {
        return HttpProbe.json(HOST, balancer().port(Port.STATS), "/cluster")
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
                .mapToInt(node -> HttpProbe.gauge(HOST, node.plan().port(Port.PROMETHEUS), "trunkline_slots"))
                .summaryStatistics();
        return perNode.getSum() == SLOTS && perNode.getMax() - perNode.getMin() <= 1;
    }

    private static boolean hasNodes(MemberProcess balancer) {
        return HttpProbe.status(HOST, balancer.plan().port(Port.HEALTH), "/health") == 200;
    }

    private MemberPlan balancer() {
        return member(Role.BALANCER.label + "-1").plan();
    }

    /** Closes the clients and kills every member that still runs. */
    @Override
    public void close() {
        clients.forEach(TestClient::close);
        Stream<MemberProcess> running = members.values().stream().filter(MemberProcess::isAlive);
        running.forEach(MemberProcess::kill);
        try {
            guard.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
