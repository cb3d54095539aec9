package io.trunkline.balancer;

import io.netty.channel.EventLoopGroup;
import io.trunkline.balancer.admit.Admission;
import io.trunkline.balancer.cluster.Membership;
import io.trunkline.balancer.edge.FileLimit;
import io.trunkline.balancer.edge.TcpEdge;
import io.trunkline.balancer.relay.SessionEvents;
import io.trunkline.balancer.trunk.Trunks;
import io.trunkline.protocol.member.HostPort;
import io.trunkline.protocol.member.MemberSettings;
import io.trunkline.protocol.member.Metrics;
import io.trunkline.protocol.member.StartException;
import io.trunkline.protocol.member.Vitals;
import io.trunkline.protocol.trunk.ClusterSecret;
import io.trunkline.protocol.trunk.NetTransport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.typed.Cluster;

/** A balancer, wired: the edge takes clients, a policy assigns them, trunks carry them, membership names the nodes. */
public final class Balancer {
    /** The role of balancers in the cluster. */
    public static final String ROLE = "balancer";

    /** The role of the members that balancers look for. */
    private static final String NODE_ROLE = "node";

    private static final Duration BIND_DEADLINE = Duration.ofSeconds(10);

    private final ActorSystem<?> system;
    private final MemberSettings member;
    private final BalancerSettings settings;
    private final SessionEvents sessionEvents;
    private final Admission admission;
    private final EventLoopGroup group;
    private final Trunks trunks;
    private final TcpEdge edge;
    private final HostPort tcpAddress;

    private Balancer(ActorSystem<?> system, MemberSettings member, BalancerSettings settings, Metrics metrics) {
        this.system = system;
        this.member = member;
        this.settings = settings;
        this.sessionEvents = new SessionEvents(metrics);
        NetTransport transport = NetTransport.choose(settings.edge().preferNative());
        this.group = transport.group(settings.edge().loops(), "edge");
        this.admission = new Admission(
                FileLimit.connections(settings.edge().connectionLimit()),
                settings.edge().partialLimit());
        this.trunks = new Trunks(settings.trunk(), identity(), settings.policy().create(), transport, group);
        this.edge = new TcpEdge(
                settings.edge(), settings.relay(), admission, sessionEvents, metrics, transport, group, trunks);
        this.tcpAddress = bindEdge();
        metrics.vitals(new BalancerVitals());
        metrics.gauge("trunkline.frames.stale", Map.of(), trunks::staleFrames);
        metrics.gauge("trunkline.partial.bytes", Map.of(), admission::partialBytes);
        startMembership();
        drainOnShutdown();
    }

    /**
     * Starts everything a balancer has on a member's actor system, which may still be joining.
     *
     * @throws StartException when a port for clients cannot be bound
     */
    public static Balancer start(
            ActorSystem<?> system, MemberSettings member, BalancerSettings settings, Metrics metrics) {
        return new Balancer(system, member, settings, metrics);
    }

    /** Where clients that speak JSON-RPC lines connect. */
    public HostPort tcpAddress() {
        return tcpAddress;
    }

    /** What happened to the sessions of this balancer's clients. */
    public SessionEvents sessionEvents() {
        return sessionEvents;
    }

    /** Whether a client that comes now finds a node. Usable from any thread. */
    public boolean serving() {
        return admission.open() && trunks.serving();
    }

    private Trunks.Identity identity() {
        long incarnation = Cluster.get(system).selfMember().uniqueAddress().longUid();
        return new Trunks.Identity(
                member.name(), incarnation, new ClusterSecret(member.secret().value()));
    }

    private HostPort bindEdge() {
        String host = member.network().host();
        try {
            InetSocketAddress bound = edge.bind(host)
                    .toCompletableFuture()
                    .orTimeout(BIND_DEADLINE.toSeconds(), TimeUnit.SECONDS)
                    .join();
            return new HostPort(host, bound.getPort());
        } catch (CompletionException e) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw StartException.notBound("tcp", host + ":" + settings.edge().port(), "TRUNKLINE_TCP_PORT", e);
        }
    }

    private void startMembership() {
        system.systemActorOf(
                Membership.create(NODE_ROLE, settings.askInterval(), trunks::update),
                "trunkline-membership",
                Props.empty());
    }

    private void drainOnShutdown() {
        CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
        shutdown.addTask(
                CoordinatedShutdown.PhaseServiceRequestsDone(),
                "clients-drain",
                () -> edge.drain(drainMillis()).thenCompose(drained -> closeGroup()));
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
        public boolean accepting() {
            return serving();
        }

        @Override
        public Map<String, Long> backends() {
            return trunks.sessionsByNode();
        }

        @Override
        public Map<String, String> endpoints() {
            return Map.of("tcp", tcpAddress.toString());
        }
    }
}
