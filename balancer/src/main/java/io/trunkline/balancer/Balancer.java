package io.trunkline.balancer;

import io.netty.channel.EventLoopGroup;
import io.trunkline.balancer.admit.Admission;
import io.trunkline.balancer.assign.RoundRobin;
import io.trunkline.balancer.auth.AuthSettings;
import io.trunkline.balancer.auth.Authorizer;
import io.trunkline.balancer.client.ClientMemory;
import io.trunkline.balancer.cluster.DeathProof;
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
import io.trunkline.protocol.control.NodeDescription;
import io.trunkline.protocol.member.DeadMember;
import io.trunkline.protocol.member.HostPort;
import io.trunkline.protocol.member.Lives;
import io.trunkline.protocol.member.MemberSettings;
import io.trunkline.protocol.member.SettingsException;
import io.trunkline.protocol.member.StartException;
import io.trunkline.protocol.memory.MemoryBudget;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.metrics.Readiness;
import io.trunkline.protocol.trunk.ClusterSecret;
import io.trunkline.protocol.trunk.NetTransport;
import io.trunkline.protocol.trunk.TrunkIdentity;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
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
    private final ClusterActors actors;
    private final @Nullable Tls tls;
    private final @Nullable Authorizer authorizer;
    private final BoundPorts ports;
    private final DeathProof deathProof = new DeathProof(this::onDeath);
    private volatile @Nullable ActorSystem<?> system;
    private @Nullable CompletableFuture<Done> drained;

    /**
     * A balancer that does not listen yet: {@link #live} starts it.
     *
     * @throws SettingsException when the certificate for TLS or the file of tokens cannot be used, or clients of other
     *     machines would be served without authentication
     */
    public Balancer(MemberSettings member, BalancerSettings settings, Metrics metrics) {
        this.member = member;
        this.settings = settings;
        this.sessionEvents = new SessionEvents(metrics);
        this.metrics = metrics;
        this.ports = new BoundPorts(member.network().host());
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
        this.actors = new ClusterActors(trunks, peerTrunks, peers);
        admission.sources().rooms(admission::connectionLimit, this::sessionRoom);
        for (Trunks all : List.of(trunks, peerTrunks)) {
            all.onLost(deathProof::check);
            all.onReplaced(this::onDeath);
        }
    }

    /**
     * Takes part in the cluster by a member's actor system, which may still be joining. Listens for clients from the
     * first time on. When the actor system ends unasked, clients and trunks stay as they are until the next one takes
     * its place.
     *
     * @throws StartException when a port for clients cannot be bound
     */
    public void live(ActorSystem<?> life) {
        system = life;
        long incarnation = Cluster.get(life).selfMember().uniqueAddress().longUid();
        trunks.identity(identity(incarnation));
        peerTrunks.identity(identity(incarnation));
        peerTrunks.othersMayHaveJoined();
        if (!ports.any()) {
            listen();
        }
        int peerPort = address(BalancerPort.PEER).port();
        actors.start(
                life,
                new NodeDescription(member.name(), incarnation, member.network().advertisedHost(), peerPort));
        CoordinatedShutdown.get(life)
                .addTask(
                        CoordinatedShutdown.PhaseServiceRequestsDone(),
                        "clients-drain",
                        () -> Lives.endsAsAsked(life)
                                ? drain()
                                : CompletableFuture.completedFuture(Done.getInstance()));
    }

    /**
     * Where this balancer listens. Usable from any thread.
     *
     * @throws NullPointerException when the port is not bound
     */
    public HostPort address(BalancerPort port) {
        return ports.address(port);
    }

    /** Where clients connect, by name. */
    public Map<String, String> endpoints() {
        return ports.endpoints();
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
     * Takes no new clients, lets those that wait for an answer have it for a while, and ends. The same end however
     * often it is asked for, from any thread.
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

    private void listen() {
        trunks.start();
        peerTrunks.start();
        edge.start();
        memory.start();
        try {
            bind();
        } catch (StartException e) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw e;
        }
        metrics.vitals(new BalancerVitals(admission, trunks, ports, this::readiness));
        metrics.gauge("trunkline.frames.stale", Map.of(), trunks::staleFrames);
    }

    private void bind() {
        AuthSettings.Tcp lines = settings.auth().tcp();
        if (lines == AuthSettings.Tcp.UNSAID || lines == AuthSettings.Tcp.OPEN) {
            ports.bind(BalancerPort.TCP, settings.edge().port(), edge::bind);
        }
        ports.bind(BalancerPort.HTTP, settings.http().port(), http::bind);
        ports.bind(BalancerPort.PEER, settings.peer().port(), peers::bind);
        Tls with = tls;
        if (with != null) {
            int port = settings.tls().tcpPort();
            if (lines != AuthSettings.Tcp.OFF) {
                ports.bind(BalancerPort.TLS, port, host -> edge.bind(host, port, with));
            }
            int https = settings.tls().httpPort();
            ports.bind(BalancerPort.HTTPS, https, host -> http.bind(host, https, with));
        }
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
}
