package io.trunkline.balancer;

import io.netty.channel.EventLoopGroup;
import io.trunkline.balancer.admit.Admission;
import io.trunkline.balancer.assign.RoundRobin;
import io.trunkline.balancer.auth.AuthSettings;
import io.trunkline.balancer.auth.Authorizer;
import io.trunkline.balancer.client.ClientMemory;
import io.trunkline.balancer.cluster.BalancerDesk;
import io.trunkline.balancer.cluster.DeathProof;
import io.trunkline.balancer.cluster.Membership;
import io.trunkline.balancer.cluster.NodeInfo;
import io.trunkline.balancer.cluster.SlotCounts;
import io.trunkline.balancer.edge.FileLimit;
import io.trunkline.balancer.edge.HttpEdge;
import io.trunkline.balancer.limits.SessionCensus;
import io.trunkline.balancer.limits.SourceLimits;
import io.trunkline.balancer.lines.TcpEdge;
import io.trunkline.balancer.peer.PeerListener;
import io.trunkline.balancer.relay.SessionEvents;
import io.trunkline.balancer.tls.Tls;
import io.trunkline.balancer.trunk.Trunks;
import io.trunkline.protocol.control.DescribeNode;
import io.trunkline.protocol.control.NodeDescription;
import io.trunkline.protocol.member.DeadMember;
import io.trunkline.protocol.member.HostPort;
import io.trunkline.protocol.member.Lives;
import io.trunkline.protocol.member.MemberAddresses;
import io.trunkline.protocol.member.MemberSettings;
import io.trunkline.protocol.member.SettingsException;
import io.trunkline.protocol.member.StartException;
import io.trunkline.protocol.memory.MemoryBudget;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.metrics.Readiness;
import io.trunkline.protocol.metrics.Vitals;
import io.trunkline.protocol.trunk.ClusterSecret;
import io.trunkline.protocol.trunk.NetTransport;
import io.trunkline.protocol.trunk.TrunkIdentity;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.typed.Cluster;
import org.jspecify.annotations.Nullable;

/**
 * A balancer, wired: the edge takes clients, a policy assigns them, trunks carry them, membership names the nodes.
 *
 * <p>Clients and trunks belong to the process; membership and all else that needs an actor system to one of its {@link
 * Lives}. So clients stay connected, and are served by the nodes that were known last, while this member is out of the
 * cluster.
 */
public final class Balancer {
    /** The role of balancers in the cluster. */
    public static final String ROLE = "balancer";

    /** The role of the members that balancers look for. */
    private static final String NODE_ROLE = "node";

    private static final Duration BIND_DEADLINE = Duration.ofSeconds(10);

    private final MemberSettings member;
    private final BalancerSettings settings;
    private final SessionEvents sessionEvents;
    private final Metrics metrics;
    private final Admission admission;
    private final ClientMemory memory;
    private final EventLoopGroup group;
    private final Trunks trunks;
    private final TcpEdge edge;
    private final HttpEdge http;
    private final Trunks peerTrunks;
    private final PeerListener peers;
    private final @Nullable Tls tls;
    private final @Nullable Authorizer authorizer;
    private final DeathProof deathProof = new DeathProof(this::onDeath);
    private final Map<Long, NodeDescription> described = new ConcurrentHashMap<>();
    private final Map<Long, NodeDescription> describedPeers = new ConcurrentHashMap<>();
    private volatile @Nullable ActorSystem<?> system;
    private volatile @Nullable HostPort tcpAddress;
    private volatile @Nullable HostPort httpAddress;
    private volatile @Nullable HostPort peerAddress;
    private volatile @Nullable HostPort tlsTcpAddress;
    private volatile @Nullable HostPort tlsHttpAddress;
    private @Nullable CompletableFuture<Done> drained;

    private Balancer(MemberSettings member, BalancerSettings settings, Metrics metrics) {
        this.member = member;
        this.settings = settings;
        this.sessionEvents = new SessionEvents(metrics);
        this.metrics = metrics;
        // First, because it is what may fail.
        settings.auth().requireSafeBind(member.network().host());
        this.authorizer = settings.auth().on() ? Authorizer.create(settings.auth(), metrics) : null;
        this.tls = settings.tls().on() ? Tls.create(settings.tls(), metrics) : null;
        NetTransport transport = NetTransport.choose(settings.edge().net().preferNative());
        this.group = transport.group(settings.edge().net().loops(), "edge");
        this.admission = new Admission(
                FileLimit.connections(settings.edge().connectionLimit()), new SourceLimits(settings.limits(), metrics));
        this.memory = new ClientMemory(new MemoryBudget(settings.memory().limit()), metrics, group);
        this.trunks =
                new Trunks(settings.trunk(), identity(0), settings.policy().create(), transport, group);
        this.edge = new TcpEdge(
                settings.edge(),
                settings.relay(),
                admission,
                memory,
                sessionEvents,
                metrics,
                transport,
                group,
                trunks,
                settings.auth().tcp() == AuthSettings.Tcp.MTLS ? authorizer : null);
        this.peerTrunks = new Trunks(settings.trunk(), identity(0), new RoundRobin(), transport, group);
        this.http = new HttpEdge(
                settings.http(),
                settings.edge(),
                settings.relay(),
                new HttpEdge.Services(admission, memory, sessionEvents, metrics, transport, group, trunks),
                new HttpEdge.Peers(peerTrunks, member.name(), secret()),
                authorizer);
        this.peers = new PeerListener(
                settings.peer(), this::peerIdentity, http.peerRequests(), memory::of, transport, group);
        admission.sources().rooms(admission::connectionLimit, this::sessionRoom);
        for (Trunks all : List.of(trunks, peerTrunks)) {
            all.onLost(deathProof::check);
            all.onReplaced(this::onDeath);
        }
    }

    /**
     * A balancer that listens to nobody yet: {@link #live} makes it one.
     *
     * @throws SettingsException when the certificate for TLS or the file of tokens cannot be used, or clients of other
     *     machines would be served without being asked who they are
     */
    public static Balancer create(MemberSettings member, BalancerSettings settings, Metrics metrics) {
        return new Balancer(member, settings, metrics);
    }

    /**
     * Takes part in the cluster by a member's actor system, which may still be joining. Listens for clients from the first
     * time on. When the actor system ends unasked, clients and trunks stay as they are until the next one takes its place.
     *
     * @throws StartException when a port for clients cannot be bound
     */
    public void live(ActorSystem<?> life) {
        system = life;
        long incarnation = Cluster.get(life).selfMember().uniqueAddress().longUid();
        trunks.identity(identity(incarnation));
        peerTrunks.identity(identity(incarnation));
        peerTrunks.othersMayHaveJoined();
        if (httpAddress == null) {
            AuthSettings.Tcp lines = settings.auth().tcp();
            trunks.start();
            peerTrunks.start();
            edge.start();
            memory.start();
            if (lines == AuthSettings.Tcp.UNSAID || lines == AuthSettings.Tcp.OPEN) {
                tcpAddress = bind("tcp", edge::bind, settings.edge().port(), "TRUNKLINE_TCP_PORT");
            }
            httpAddress = bind("http", http::bind, settings.http().port(), "TRUNKLINE_HTTP_PORT");
            peerAddress = bind("peer", peers::bind, settings.peer().port(), "TRUNKLINE_PEER_PORT");
            if (tls != null) {
                if (lines != AuthSettings.Tcp.OFF) {
                    tlsTcpAddress = bind(
                            "tls",
                            host -> edge.bind(host, settings.tls().tcpPort(), tls),
                            settings.tls().tcpPort(),
                            "TRUNKLINE_TLS_PORT");
                }
                tlsHttpAddress = bind(
                        "https",
                        host -> http.bind(host, settings.tls().httpPort(), tls),
                        settings.tls().httpPort(),
                        "TRUNKLINE_HTTPS_PORT");
            }
            metrics.vitals(new BalancerVitals());
            metrics.gauge("trunkline.frames.stale", Map.of(), trunks::staleFrames);
        }
        life.systemActorOf(
                Membership.create(NODE_ROLE, described, trunks::update), "trunkline-membership", Props.empty());
        life.systemActorOf(
                Membership.create(ROLE, describedPeers, balancers -> peerTrunks.update(balancers.without(incarnation))),
                "trunkline-peers",
                Props.empty());
        life.systemActorOf(MemberAddresses.create(peers::members), "trunkline-member-addresses", Props.empty());
        life.systemActorOf(
                BalancerDesk.create(new NodeDescription(
                        member.name(),
                        incarnation,
                        member.network().advertisedHost(),
                        peerAddress().port())),
                DescribeNode.DESK,
                Props.empty());
        CoordinatedShutdown.get(life)
                .addTask(
                        CoordinatedShutdown.PhaseServiceRequestsDone(),
                        "clients-drain",
                        () -> Lives.endsAsAsked(life)
                                ? drain()
                                : CompletableFuture.completedFuture(Done.getInstance()));
    }

    /** Where clients that speak JSON-RPC lines connect; there is no such port with {@code auth.tcp} off or mtls. */
    public HostPort tcpAddress() {
        return Objects.requireNonNull(tcpAddress, "not bound");
    }

    /** Where clients that speak HTTP connect. */
    public HostPort httpAddress() {
        return Objects.requireNonNull(httpAddress, "not bound");
    }

    /** Where other balancers connect. */
    public HostPort peerAddress() {
        return Objects.requireNonNull(peerAddress, "not bound");
    }

    /** Where clients that speak JSON-RPC lines over TLS connect; null without TLS. */
    public @Nullable HostPort tlsTcpAddress() {
        return tlsTcpAddress;
    }

    /** Where clients that speak HTTP over TLS connect; null without TLS. */
    public @Nullable HostPort tlsHttpAddress() {
        return tlsHttpAddress;
    }

    /** Where clients connect, by name. */
    public Map<String, String> endpoints() {
        Map<String, String> all = new LinkedHashMap<>();
        put(all, "tcp", tcpAddress);
        put(all, "http", httpAddress);
        put(all, "tls", tlsTcpAddress);
        put(all, "https", tlsHttpAddress);
        return all;
    }

    private static void put(Map<String, String> all, String name, @Nullable HostPort address) {
        if (address != null) {
            all.put(name, address.toString());
        }
    }

    /** What this process holds for its clients. */
    public MemoryBudget memory() {
        return memory.budget();
    }

    /** What happened to the sessions of this balancer's clients. */
    public SessionEvents sessionEvents() {
        return sessionEvents;
    }

    /** How many slots each node hosts. Usable from any thread. */
    public SlotCounts slotCounts() {
        return trunks.slotCounts();
    }

    /** Who holds how much of this balancer. */
    public SessionCensus census() {
        return new SessionCensus(admission.sources());
    }

    /** Whether a client that comes now finds a node, and if not, why. Usable from any thread. */
    public Readiness readiness() {
        ActorSystem<?> life = system;
        if (admission.closed() || (life != null && Lives.endsAsAsked(life))) {
            return Readiness.DRAINING;
        }
        return admission.open() ? trunks.readiness() : Readiness.FULL;
    }

    /**
     * Takes no new clients, lets those that wait for an answer have it for a while, and ends. The same end however often it
     * is asked for, from any thread.
     */
    public synchronized CompletionStage<Done> drain() {
        if (drained == null) {
            deathProof.close();
            drained = CompletableFuture.allOf(
                            edge.drain(drainMillis()).toCompletableFuture(),
                            http.drain(drainMillis()).toCompletableFuture())
                    .thenCompose(done -> {
                        peers.close();
                        if (tls != null) {
                            tls.close();
                        }
                        if (authorizer != null) {
                            authorizer.close();
                        }
                        return closeGroup();
                    })
                    .toCompletableFuture();
        }
        return drained;
    }

    private void onDeath(NodeInfo node) {
        trunks.dead(node.key());
        ActorSystem<?> life = system;
        if (life != null) {
            DeadMember.declare(life, node.artery(), node.key().incarnation());
        }
    }

    /** Sessions that this balancer has room for, and its share of those that the nodes have room for. */
    private long sessionRoom() {
        return Math.min(settings.http().sessions().limit(), trunks.sessionLimit() / (1 + peerTrunks.members()));
    }

    private Trunks.Identity identity(long incarnation) {
        return new Trunks.Identity(member.name(), incarnation, secret());
    }

    private ClusterSecret secret() {
        return new ClusterSecret(member.secret().value());
    }

    private TrunkIdentity peerIdentity() {
        ActorSystem<?> life = system;
        long incarnation = life == null
                ? 0
                : Cluster.get(life).selfMember().uniqueAddress().longUid();
        return new TrunkIdentity(member.name(), incarnation, secret(), PeerListener.welcome(settings.peer()));
    }

    private HostPort bind(
            String name, Function<String, CompletionStage<InetSocketAddress>> listen, int port, String variable) {
        String host = member.network().host();
        try {
            InetSocketAddress bound = listen.apply(host)
                    .toCompletableFuture()
                    .orTimeout(BIND_DEADLINE.toSeconds(), TimeUnit.SECONDS)
                    .join();
            return new HostPort(host, bound.getPort());
        } catch (CompletionException e) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw StartException.notBound(name, host + ":" + port, variable, e);
        }
    }

    /** A little less than the phase's own timeout, so that the clients are told. */
    private long drainMillis() {
        return member.shutdown().drain().toMillis() * 9 / 10;
    }

    private CompletionStage<Done> closeGroup() {
        CompletableFuture<Done> closed = new CompletableFuture<>();
        group.shutdownGracefully(50, 500, TimeUnit.MILLISECONDS)
                .addListener(done -> closed.complete(Done.getInstance()));
        return closed;
    }

    private final class BalancerVitals implements Vitals {
        @Override
        public long connections() {
            return admission.connections();
        }

        @Override
        public long limit() {
            return admission.connectionLimit();
        }

        @Override
        public Readiness readiness() {
            return Balancer.this.readiness();
        }

        @Override
        public Map<String, Long> backends() {
            return trunks.sessionsByNode();
        }

        @Override
        public Map<String, String> endpoints() {
            return Balancer.this.endpoints();
        }
    }
}
