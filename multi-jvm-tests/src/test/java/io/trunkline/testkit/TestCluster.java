package io.trunkline.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.conformance.ConformancePack;
import io.trunkline.local.Layout;
import io.trunkline.local.LocalCluster;
import io.trunkline.local.MemberProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A {@link LocalCluster} for a scenario, and its clients.
 *
 * <p>Logs go to {@code target/test-cluster/<name>} and stay there until the next run. For one thread.
 */
public final class TestCluster implements AutoCloseable {

    /** A setting with which {@link #down} and {@link #leave} work: management changes nothing otherwise. */
    public static final Map<String, String> WRITABLE_MANAGEMENT =
            Map.of("JAVA_TOOL_OPTIONS", "-Dpekko.management.http.route-providers-read-only=false");

    /** Slots move in rounds: when a node comes or goes, a quarter of them comes to rest in a quarter of the time. */
    public static final Map<String, String> FEW_SLOTS = Map.of("TRUNKLINE_SLOTS", "64");

    private final LocalCluster cluster;
    private final List<TestClient> clients = new ArrayList<>();

    private TestCluster(LocalCluster cluster) {
        this.cluster = cluster;
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
     * @throws RuntimeException when a member ends, or the whole does not serve within 60 s; nothing runs on then
     */
    public static TestCluster start(Class<?> scenario, int nodes, int balancers, Map<String, String> settings) {
        return started(prepare(scenario, nodes, balancers, settings));
    }

    /**
     * The same with modules on the nodes.
     *
     * @param modules jars, which each node reads when it starts
     */
    public static TestCluster start(
            Class<?> scenario, int nodes, int balancers, Map<String, String> settings, List<Path> modules) {
        return started(prepare(scenario, nodes, balancers, settings, modules));
    }

    /** The same with nodes that offer the tools, resources and prompts of the conformance pack besides their own. */
    public static TestCluster startWithPack(Class<?> scenario, int nodes, int balancers, Map<String, String> settings) {
        Path pack = directoryOf(scenario).resolve("pack");
        try {
            ConformancePack.register(pack);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<Path> modules = List.of(Path.of("target", "classes").toAbsolutePath(), pack.toAbsolutePath());
        return started(prepare(scenario, nodes, balancers, settings, modules));
    }

    private static TestCluster started(TestCluster cluster) {
        try {
            cluster.startAll();
            return cluster;
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    /** Starts all members of a cluster that has been prepared, and returns when every one of them serves. */
    public void startAll() {
        cluster.startAll();
        awaitServing();
    }

    /** Sets a further environment variable, for members that are started from now on. */
    public TestCluster with(String variable, String value) {
        cluster.set(variable, value);
        return this;
    }

    /** A port that no member has, and that was free a moment ago. */
    public int freePort() {
        return cluster.freePort();
    }

    /** The same with no member started: the scenario starts them one by one. */
    public static TestCluster prepare(Class<?> scenario, int nodes, int balancers, Map<String, String> settings) {
        return prepare(scenario, nodes, balancers, settings, List.of());
    }

    private static TestCluster prepare(
            Class<?> scenario, int nodes, int balancers, Map<String, String> settings, List<Path> modules) {
        return new TestCluster(
                LocalCluster.of(new Layout(Path.of(".."), directoryOf(scenario), nodes, balancers, settings, modules)));
    }

    private static Path directoryOf(Class<?> scenario) {
        return Path.of("target", "test-cluster", scenario.getSimpleName());
    }

    /** Starts a member, for the first time or after its end, and returns at once. */
    public MemberProcess start(String name) {
        return cluster.start(name);
    }

    /** Starts one more node and returns when the whole cluster serves with it. */
    public MemberProcess addNode() {
        return cluster.addNode();
    }

    /**
     * Starts members that have ended as they were, with the same names, ports and seeds; returns when the whole
     * serves.
     */
    public void startAgain(String... names) {
        for (String name : names) {
            startAsSupervised(name);
        }
        awaitServing();
    }

    /** Starts a member that has ended as it was, as a supervisor does, and returns at once. */
    public MemberProcess startAsSupervised(String name) {
        return cluster.startWithFirstSeeds(name);
    }

    /** A member by its name: {@code node-1} and up, {@code balancer-1} and up. */
    public MemberProcess member(String name) {
        return cluster.member(name);
    }

    /** The name of the oldest node, which hosts the coordinator of sharding. */
    public String oldestNode() {
        return cluster.oldestNode()
                .map(MemberProcess::name)
                .orElseThrow(() -> new AssertionError("balancer-1 does not say which node is the oldest"));
    }

    /**
     * Has a living node down this member, as if it could not be reached any more.
     *
     * @throws RuntimeException when that node refuses; see {@link #WRITABLE_MANAGEMENT}
     */
    public void down(String name) {
        otherNodeThan(name).down(member(name));
    }

    /** Has a living node ask this member to leave; the same otherwise. */
    public void leave(String name) {
        otherNodeThan(name).askToLeave(member(name));
    }

    private MemberProcess otherNodeThan(String name) {
        return cluster.runningNodes().stream()
                .filter(node -> !node.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no other node than " + name + " runs"));
    }

    /** The names of the members that this one knows, in any status; empty when it does not answer. */
    public Set<String> membersKnownTo(String name) {
        return cluster.member(name).membersKnown();
    }

    /** The slots that these nodes host, as their metrics said last: up to a second old. */
    public int slotsOf(String... nodes) {
        return Stream.of(nodes)
                .map(cluster::member)
                .mapToInt(MemberProcess::slots)
                .sum();
    }

    /** Where clients connect. All balancers share it. */
    public InetSocketAddress address() {
        return cluster.address();
    }

    /** Where clients of this balancer connect that speak HTTP; each balancer has a port of its own. */
    public InetSocketAddress httpAddress(String balancer) {
        return cluster.httpAddress(balancer);
    }

    /** Sessions of HTTP that this balancer holds, as its metrics said last. */
    public int httpSessions(String balancer) {
        return cluster.member(balancer).httpSessions();
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
        return cluster.statistics();
    }

    /** Whether this balancer has a node for new clients. */
    public boolean serves(MemberProcess balancer) {
        return balancer.serves();
    }

    /** How many clients (balancer) or sessions (node) the member said it has; up to 2 s old. */
    public int connections(MemberProcess member) {
        return member.connections();
    }

    /** Waits until the member runs, in a cluster or not. */
    public void awaitAlive(MemberProcess member) {
        member.awaitAlive();
    }

    /** Waits until all living members serve and the slots have come to rest: see {@link LocalCluster#awaitServing}. */
    public void awaitServing() {
        cluster.awaitServing();
    }

    /** Closes the clients and kills every member that still runs. */
    @Override
    public void close() {
        clients.forEach(TestClient::close);
        cluster.close();
    }
}
