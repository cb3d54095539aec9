package io.trunkline.balancer.edge;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.EventExecutor;
import io.trunkline.balancer.admit.Admission;
import io.trunkline.balancer.auth.Authorizer;
import io.trunkline.balancer.client.ClientLoop;
import io.trunkline.balancer.client.ClientMemory;
import io.trunkline.balancer.client.EdgeSettings;
import io.trunkline.balancer.client.Listener;
import io.trunkline.balancer.http.BodyReader;
import io.trunkline.balancer.http.ContentType;
import io.trunkline.balancer.http.HeadCheck;
import io.trunkline.balancer.http.HttpConnection;
import io.trunkline.balancer.http.HttpRefusal;
import io.trunkline.balancer.http.HttpSettings;
import io.trunkline.balancer.http.HttpWire;
import io.trunkline.balancer.http.StrictRequestDecoder;
import io.trunkline.balancer.peer.PeerRequests;
import io.trunkline.balancer.relay.RelaySettings;
import io.trunkline.balancer.relay.Relays;
import io.trunkline.balancer.relay.SessionEvents;
import io.trunkline.balancer.roam.PeerEndpoint;
import io.trunkline.balancer.roam.SessionFinder;
import io.trunkline.balancer.session.HttpSessions;
import io.trunkline.balancer.session.SessionLoop;
import io.trunkline.balancer.session.SessionSeal;
import io.trunkline.balancer.tls.Tls;
import io.trunkline.balancer.trunk.Trunks;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.trunk.ClusterSecret;
import io.trunkline.protocol.trunk.NetTransport;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The listener for clients that speak HTTP. A connection stays with the event loop that accepted it. */
public final class HttpEdge {
    /** What the edge shares with the rest of the process. */
    public record Services(
            Admission admission,
            ClientMemory memory,
            SessionEvents events,
            Metrics metrics,
            NetTransport transport,
            EventLoopGroup group,
            Trunks trunks) {}

    /**
     * The other balancers.
     *
     * @param trunks to each of them, with the same event loops as those to the nodes
     * @param self the name of this balancer
     */
    public record Peers(Trunks trunks, String self, ClusterSecret secret) {}

    private final HttpSettings settings;
    private final EdgeSettings edgeSettings;
    private final RelaySettings relaySettings;
    private final Services services;
    private final Peers peers;
    private final @Nullable Authorizer authorizer;
    private final HeadCheck check;
    private final HttpSessions sessions;
    private final BodyReader bodies = new BodyReader();
    private final Listener listener;
    private final Map<EventLoop, HttpLoop> loops = new HashMap<>();

    /** An edge that does not listen yet, and asks nobody who he is. */
    public HttpEdge(
            HttpSettings settings,
            EdgeSettings edgeSettings,
            RelaySettings relaySettings,
            Services services,
            Peers peers) {
        this(settings, edgeSettings, relaySettings, services, peers, null);
    }

    /**
     * An edge that does not listen yet.
     *
     * @param authorizer knows who clients are; null: nobody is asked
     */
    public HttpEdge(
            HttpSettings settings,
            EdgeSettings edgeSettings,
            RelaySettings relaySettings,
            Services services,
            Peers peers,
            @Nullable Authorizer authorizer) {
        this.settings = settings;
        this.edgeSettings = edgeSettings;
        this.relaySettings = relaySettings;
        this.services = services;
        this.peers = peers;
        this.authorizer = authorizer;
        this.check = new HeadCheck(settings, edgeSettings.messageLimit());
        this.sessions = new HttpSessions(settings, services.admission().sources());
        this.listener = new Listener(services.admission(), services.transport(), services.group(), new Http());
        for (EventExecutor executor : services.group()) {
            EventLoop loop = (EventLoop) executor;
            loops.put(loop, wired(loop));
        }
        services.metrics().gauge("trunkline.http.sessions", Map.of(), sessions::size);
        services.trunks().onOrphan((loop, orphan) -> loop(loop).finder().offered(orphan));
    }

    /** What one event loop needs. */
    private HttpLoop wired(EventLoop loop) {
        ClientLoop clients = new ClientLoop(
                loop,
                edgeSettings,
                services.admission(),
                services.memory().of(loop),
                services.metrics(),
                settings.timeouts().farewell());
        Relays relays = new Relays(
                services.trunks().of(loop), relaySettings, services.metrics().meter(), services.events());
        HttpWire wire = new HttpWire(settings, clients, check, bodies, services.metrics(), authorizer);
        SessionLoop shared = new SessionLoop(clients, relays, new SessionSeal(peers.secret(), peers.self()), sessions);
        return new HttpLoop(
                wire, shared, new SessionFinder(shared, peers.trunks().of(loop)), authorizer);
    }

    /** Listens; completes with the bound address, or fails when the port cannot be had. */
    public CompletionStage<InetSocketAddress> bind(String host) {
        loops.values().forEach(loop -> loop.wire().clients().start());
        return listener.bind(host, settings.port(), null);
    }

    /** Listens on one more port for the same over TLS. */
    public CompletionStage<InetSocketAddress> bind(String host, int port, Tls tls) {
        return listener.bind(host, port, tls);
    }

    /**
     * Takes no new clients, lets those that wait for an answer have it until {@code deadlineMillis} have passed, and
     * ends the rest. Completes when all are gone.
     */
    public CompletionStage<Void> drain(long deadlineMillis) {
        listener.close();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(deadlineMillis);
        return CompletableFuture.allOf(
                loops.values().stream().map(loop -> loop.drain(deadline)).toArray(CompletableFuture<?>[]::new));
    }

    /** Serves other balancers' requests for the sessions of this one. */
    public PeerRequests peerRequests() {
        return new PeerEndpoint(sessions, bodies);
    }

    /** The sessions of this process. */
    public HttpSessions httpSessions() {
        return sessions;
    }

    HttpLoop loop(EventLoop of) {
        return Objects.requireNonNull(loops.get(of), "an event loop of another group");
    }

    /** Adds the stages of one connection, which has been admitted. */
    void stages(Channel channel, HttpLoop loop) {
        HttpConnection connection = new HttpConnection(loop.wire(), new ConnectionRequests(loop));
        channel.pipeline()
                .addLast("decoder", new StrictRequestDecoder(settings.head(), connection))
                .addLast("encoder", new HttpResponseEncoder())
                .addLast("connection", connection);
    }

    private final class Http implements Listener.Protocol {
        @Override
        public Tls.Carries carries() {
            return Tls.Carries.HTTP;
        }

        @Override
        public void begin(Channel channel, boolean overTls) {
            stages(channel, loop(channel.eventLoop()));
        }

        @Override
        public void refused(Channel channel, Reason why) {
            loop(channel.eventLoop()).wire().clients().ended(why);
        }

        @Override
        public void refuse(Channel channel, Reason why) {
            HttpWire wire = loop(channel.eventLoop()).wire();
            int status = HttpRefusal.statusOf(why);
            wire.counted(status);
            byte[] words = Refusal.of(why).toJsonRpc();
            byte[] head = ("HTTP/1.1 " + HttpResponseStatus.valueOf(status) + "\r\nDate: " + wire.date()
                            + "\r\nConnection: close\r\nRetry-After: 1\r\nContent-Type: "
                            + ContentType.JSON + "\r\nContent-Length: " + words.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            channel.writeAndFlush(Unpooled.wrappedBuffer(head, words)).addListener(ChannelFutureListener.CLOSE);
        }
    }
}
