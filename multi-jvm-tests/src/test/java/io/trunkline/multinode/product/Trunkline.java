package io.trunkline.multinode.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import io.trunkline.balancer.Balancer;
import io.trunkline.balancer.BalancerPort;
import io.trunkline.balancer.BalancerSettings;
import io.trunkline.multinode.MultiNode;
import io.trunkline.node.Node;
import io.trunkline.node.NodeSettings;
import io.trunkline.node.mcp.McpServer;
import io.trunkline.node.session.Session;
import io.trunkline.node.spi.ToolProvider;
import io.trunkline.protocol.member.HostPort;
import io.trunkline.protocol.member.MemberSettings;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.testkit.TestClient;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.sharding.ShardRegion.CurrentShardRegionState;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingQuery;
import org.apache.pekko.cluster.sharding.typed.GetShardRegionState;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.remote.testconductor.RoleName;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;

/** The member that runs in this JVM of a multi-node test, and the clients of it when it is a balancer. */
final class Trunkline {

    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Duration ASK_DEADLINE = Duration.ofSeconds(5);
    private static final Duration LEAVE_DEADLINE = Duration.ofSeconds(25);

    private final MultiNode self;
    private final ActorSystem<Void> system;
    private final Cluster cluster;
    private final boolean isNode;
    private final @Nullable HostPort clientAddress;
    private final List<TestClient> clients = new ArrayList<>();

    private Trunkline(MultiNode self, ActorSystem<Void> system, @Nullable HostPort clientAddress) {
        this.self = self;
        this.system = system;
        this.cluster = Cluster.get(system);
        this.isNode = clientAddress == null;
        this.clientAddress = clientAddress;
    }

    /** Starts what the member of this role has in production. It does not join yet. */
    static Trunkline startOn(MultiNode self) {
        ActorSystem<Void> system = Adapter.toTyped(self.system());
        Config config = system.settings().config();
        boolean isNode = Cluster.get(system).selfMember().hasRole(Node.ROLE);
        MemberSettings member = MemberSettings.from(config, isNode ? Node.ROLE : Balancer.ROLE);
        if (isNode) {
            NodeSettings settings = NodeSettings.from(config);
            McpServer server = McpServer.create(settings.mcp(), ServiceLoader.load(ToolProvider.class));
            Node.start(system, member, settings, server, new Metrics());
            return new Trunkline(self, system, null);
        }
        Balancer balancer = new Balancer(member, BalancerSettings.from(config), new Metrics());
        balancer.live(system);
        return new Trunkline(self, system, balancer.address(BalancerPort.TCP));
    }

    /**
     * Makes one cluster of these members, the first of which founds it, and waits until its slots have come to rest
     * and every balancer among them sends clients to every node among them. All JVMs of the test take part, for the
     * barriers.
     */
    void form(List<RoleName> members) throws Exception {
        RoleName founder = members.get(0);
        self.runOn(founder, () -> joinThrough(founder));
        self.barrier("founded");
        self.runOn(members.subList(1, members.size()), () -> joinThrough(founder));
        self.runOn(members, () -> {
            Set<String> names = members.stream().map(RoleName::name).collect(Collectors.toSet());
            soon(() -> assertThat(upMembers()).isEqualTo(names));
            awaitShareOfSlots(nodesAmong(members).size());
            awaitClientsAtEach(nodesAmong(members));
        });
        self.barrier(SOON.multipliedBy(3), "formed");
    }

    void joinThrough(RoleName member) {
        cluster.manager().tell(Join.create(self.addressOf(member)));
    }

    /**
     * Leaves the way a member does after SIGTERM: drains, hands its slots over, is removed. Returns when all is done.
     */
    void leave() throws Exception {
        CoordinatedShutdown.get(system)
                .runAll(CoordinatedShutdown.jvmExitReason())
                .toCompletableFuture()
                .get(LEAVE_DEADLINE.toSeconds(), TimeUnit.SECONDS);
    }

    /** The names of the members that are up in the eyes of this one. */
    Set<String> upMembers() {
        return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
                .filter(member -> member.status() == MemberStatus.up())
                .map(Trunkline::nameOf)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The names of the members that this one cannot reach. */
    Set<String> unreachableMembers() {
        return cluster.state().getUnreachable().stream().map(Trunkline::nameOf).collect(Collectors.toSet());
    }

    private static String nameOf(Member member) {
        String prefix = io.trunkline.protocol.member.Member.NAME_ROLE;
        return member.getRoles().stream()
                .filter(role -> role.startsWith(prefix))
                .map(role -> role.substring(prefix.length()))
                .findFirst()
                .orElseThrow();
    }

    private static Set<String> nodesAmong(List<RoleName> members) {
        return members.stream()
                .map(RoleName::name)
                .filter(name -> name.startsWith("node-"))
                .collect(Collectors.toSet());
    }

    /** Waits until this node hosts its share, after which nothing moves. Means nothing to a balancer. */
    private void awaitShareOfSlots(int nodes) {
        if (isNode) {
            int slots = system.settings().config().getInt("trunkline.node.session.slots");
            soon(() -> assertThat(hostedSlots()).isBetween(slots / nodes, (slots + nodes - 1) / nodes));
        }
    }

    private int hostedSlots() throws Exception {
        return AskPattern.<ClusterShardingQuery, CurrentShardRegionState>ask(
                        ClusterSharding.get(system).shardState(),
                        replyTo -> new GetShardRegionState(Session.TYPE, replyTo),
                        ASK_DEADLINE,
                        system.scheduler())
                .toCompletableFuture()
                .get()
                .getShards()
                .size();
    }

    /**
     * Waits until new clients of this balancer come to each of these nodes and to no other. Means nothing to a node.
     */
    void awaitClientsAtEach(Set<String> nodes) {
        if (clientAddress != null) {
            soon(() -> assertThat(nodesOfNewClients(2 * nodes.size()).keySet()).isEqualTo(nodes));
        }
    }

    /** From a source each, because a policy may go by the source. */
    private Map<String, Integer> nodesOfNewClients(int count) {
        List<TestClient> probes = new ArrayList<>();
        try {
            for (int number = 0; number < count; number++) {
                TestClient probe = TestClient.connectFrom("127.0.2." + (number + 1), address());
                probes.add(probe);
                probe.initialize();
            }
            return perNode(probes);
        } finally {
            probes.forEach(TestClient::close);
        }
    }

    /** An initialized client of this balancer. */
    TestClient connect() {
        return initialized(TestClient.connect(address()));
    }

    /** An initialized client of this balancer that comes from this address of the machine. */
    TestClient connectFrom(String source) {
        return initialized(TestClient.connectFrom(source, address()));
    }

    private TestClient initialized(TestClient client) {
        clients.add(client);
        client.initialize();
        return client;
    }

    /** As many initialized clients. */
    List<TestClient> connect(int count) {
        List<TestClient> connected = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            connected.add(connect());
        }
        return connected;
    }

    /** How many of these clients each node serves, by the name of the node. */
    static Map<String, Integer> perNode(List<TestClient> clients) {
        Map<String, Integer> counts = new TreeMap<>();
        clients.forEach(client -> counts.merge(client.node(), 1, Integer::sum));
        return counts;
    }

    /** Closes all clients so far. */
    void closeClients() {
        clients.forEach(TestClient::close);
        clients.clear();
    }

    private InetSocketAddress address() {
        if (clientAddress == null) {
            throw new IllegalStateException(self.myself().name() + " is not a balancer");
        }
        return new InetSocketAddress(clientAddress.host(), clientAddress.port());
    }

    /** Waits at most 40 s until the assertion holds. */
    static void soon(ThrowingRunnable assertion) {
        await().atMost(SOON).untilAsserted(assertion);
    }
}
