package io.trunkline.balancer.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.EventExecutor;
import io.trunkline.balancer.admit.Admission;
import io.trunkline.balancer.auth.Authorizer;
import io.trunkline.balancer.client.ClientMemory;
import io.trunkline.balancer.client.EdgeSettings;
import io.trunkline.balancer.limits.Source;
import io.trunkline.balancer.limits.SourceLimits;
import io.trunkline.balancer.peer.PeerRequests;
import io.trunkline.balancer.relay.RelaySettings;
import io.trunkline.balancer.relay.SessionEvents;
import io.trunkline.balancer.tls.Tls;
import io.trunkline.balancer.trunk.Trunks;
import io.trunkline.protocol.member.Metrics;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.trunk.ClusterSecret;
import io.trunkline.protocol.trunk.NetTransport;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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

    private final Peers peers;
    private final @Nullable Authorizer authorizer;
    private final HttpSettings settings;
    private final EdgeSettings edgeSettings;
    private final RelaySettings relaySettings;
    private final Services services;
    private final HeadCheck check;
    private final HttpSessions sessions;
    private final BodyReader bodies = new BodyReader();
    private final Map<EventLoop, HttpLoop> loops = new HashMap<>();
    private final List<Channel> listeners = new ArrayList<>();

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
        this.peers = peers;
        this.authorizer = authorizer;
        this.settings = settings;
        this.edgeSettings = edgeSettings;
        this.relaySettings = relaySettings;
        this.services = services;
        this.check = new HeadCheck(settings, edgeSettings.messageLimit());
        this.sessions = new HttpSessions(settings, services.admission().sources());
        for (EventExecutor executor : services.group()) {
            EventLoop loop = (EventLoop) executor;
            loops.put(
                    loop,
                    new HttpLoop(
                            this, services.trunks().of(loop), services.metrics().meter()));
        }
        services.metrics().gauge("trunkline.http.sessions", Map.of(), sessions::size);
        services.trunks().onOrphan((loop, orphan) -> loop(loop).finder().offered(orphan));
    }

    /** Listens; completes with the bound address, or fails when the port cannot be had. */
    public CompletionStage<InetSocketAddress> bind(String host) {
        loops.values().forEach(HttpLoop::start);
        return listen(host, settings.port(), null);
    }

    /** Listens on one more port for the same over TLS. */
    public CompletionStage<InetSocketAddress> bind(String host, int port, Tls tls) {
        return listen(host, port, tls);
    }

    private CompletionStage<InetSocketAddress> listen(String host, int port, @Nullable Tls tls) {
        ServerBootstrap server = services.transport()
                .server(services.group(), EdgeSettings.BACKLOG)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(512, 2048, 64 * 1024))
                .childHandler(new Stages(tls));
        services.transport().vanished(server, EdgeSettings.VANISHED);
        services.transport().reusePort(server);
        return NetTransport.bind(server, host, port).thenApply(bound -> {
            synchronized (listeners) {
                listeners.add(bound);
            }
            return (InetSocketAddress) bound.localAddress();
        });
    }

    /**
     * Takes no new clients, lets those that wait for an answer have it until {@code deadlineMillis} have passed, and ends
     * the rest. Completes when all are gone.
     */
    public CompletionStage<Void> drain(long deadlineMillis) {
        services.admission().close();
        synchronized (listeners) {
            listeners.forEach(Channel::close);
        }
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(deadlineMillis);
        return CompletableFuture.allOf(
                loops.values().stream().map(loop -> loop.drain(deadline)).toArray(CompletableFuture<?>[]::new));
    }

    /** Serves other balancers' requests for the sessions of this one. */
    public PeerRequests peerRequests() {
        return new PeerEndpoint(sessions, bodies);
    }

    @Nullable
    Authorizer authorizer() {
        return authorizer;
    }

    Peers peers() {
        return peers;
    }

    HttpSettings settings() {
        return settings;
    }

    EdgeSettings edgeSettings() {
        return edgeSettings;
    }

    RelaySettings relaySettings() {
        return relaySettings;
    }

    Services services() {
        return services;
    }

    HeadCheck check() {
        return check;
    }

    BodyReader bodies() {
        return bodies;
    }

    HttpSessions httpSessions() {
        return sessions;
    }

    HttpLoop loop(EventLoop of) {
        return Objects.requireNonNull(loops.get(of), "an event loop of another group");
    }

    /** Adds the stages of one connection, which has been admitted. */
    void stages(Channel channel, HttpLoop loop) {
        HttpConnection connection = new HttpConnection(loop);
        channel.pipeline()
                .addLast("decoder", new StrictRequestDecoder(settings.head(), connection))
                .addLast("encoder", new HttpResponseEncoder())
                .addLast("connection", connection);
    }

    private final class Stages extends ChannelInitializer<Channel> {
        private final @Nullable Tls tls;

        Stages(@Nullable Tls tls) {
            this.tls = tls;
        }

        @Override
        protected void initChannel(Channel channel) {
            if (channel.remoteAddress() == null) {
                // Reset before it was accepted.
                channel.close();
                return;
            }
            Reason why = refusal(channel);
            if (why != null) {
                refuse(channel, tls, why);
                return;
            }
            if (tls != null) {
                tls.secure(channel, Tls.Carries.HTTP);
            }
            stages(channel, loop(channel.eventLoop()));
        }

        /** Why a connection is not taken; null when it is, and counted. */
        private @Nullable Reason refusal(Channel channel) {
            SourceLimits sources = services.admission().sources();
            boolean mayCome = sources.connect(channel)
                    && (tls == null || Source.of(channel, sources).handshake(System.nanoTime()));
            return mayCome ? services.admission().refusal() : Reason.RATE_LIMITED;
        }
    }

    private void refuse(Channel channel, @Nullable Tls tls, Reason why) {
        HttpLoop loop = loop(channel.eventLoop());
        loop.ended(why);
        if (tls != null) {
            tls.refuse(channel, Tls.Carries.HTTP);
            return;
        }
        int status = HttpRefusal.statusOf(why);
        loop.counted(status);
        byte[] words = Refusal.of(why).toJsonRpc();
        byte[] head = ("HTTP/1.1 " + HttpResponseStatus.valueOf(status) + "\r\nDate: " + loop.date()
                        + "\r\nConnection: close\r\nRetry-After: 1\r\nContent-Type: "
                        + HeadCheck.JSON + "\r\nContent-Length: " + words.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        channel.writeAndFlush(Unpooled.wrappedBuffer(head, words)).addListener(ChannelFutureListener.CLOSE);
    }
}
