package io.trunkline.balancer.lines;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.trunkline.balancer.admit.Admission;
import io.trunkline.balancer.assign.ClientKey;
import io.trunkline.balancer.auth.Authorizer;
import io.trunkline.balancer.auth.Grant;
import io.trunkline.balancer.auth.ScopeGate;
import io.trunkline.balancer.client.ClientMemory;
import io.trunkline.balancer.client.EdgeSettings;
import io.trunkline.balancer.client.LoopMemory;
import io.trunkline.balancer.events.BalancerEvents;
import io.trunkline.balancer.limits.Source;
import io.trunkline.balancer.limits.SourceLimits;
import io.trunkline.balancer.relay.Relay;
import io.trunkline.balancer.relay.RelaySettings;
import io.trunkline.balancer.relay.SessionEvents;
import io.trunkline.balancer.tls.Tls;
import io.trunkline.balancer.trunk.LoopTrunks;
import io.trunkline.balancer.trunk.Trunks;
import io.trunkline.protocol.member.Meter;
import io.trunkline.protocol.member.Metrics;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.trunk.NetTransport;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listener for clients that speak newline-delimited JSON-RPC over TCP. A client stays with the event loop that
 * accepted it, and so do its trunk and everything it says.
 */
public final class TcpEdge {
    private static final Logger LOG = LoggerFactory.getLogger(TcpEdge.class);

    private final EdgeSettings settings;
    private final RelaySettings relaySettings;
    private final Admission admission;
    private final ClientMemory memory;
    private final SessionEvents events;
    private final Metrics metrics;
    private final NetTransport transport;
    private final EventLoopGroup group;
    /** Whose certificate is shown over TLS; null when nobody is asked. */
    private final LineOwner.@Nullable Finder owners;

    private final Map<EventLoop, Loop> loops = new HashMap<>();
    private final List<Channel> listeners = new ArrayList<>();

    /**
     * An edge that does not listen yet, on the event loops of these trunks.
     *
     * @param authorizer knows the owners of the certificates that clients show over TLS; null when they show none
     */
    public TcpEdge(
            EdgeSettings settings,
            RelaySettings relaySettings,
            Admission admission,
            ClientMemory memory,
            SessionEvents events,
            Metrics metrics,
            NetTransport transport,
            EventLoopGroup group,
            Trunks trunks,
            @Nullable Authorizer authorizer) {
        this.owners = authorizer == null ? null : owners(authorizer);
        this.settings = settings;
        this.relaySettings = relaySettings;
        this.admission = admission;
        this.memory = memory;
        this.events = events;
        this.metrics = metrics;
        this.transport = transport;
        this.group = group;
        for (EventExecutor executor : group) {
            EventLoop loop = (EventLoop) executor;
            loops.put(loop, new Loop(trunks.of(loop)));
        }
    }

    private static LineOwner.Finder owners(Authorizer authorizer) {
        ScopeGate scopes = new ScopeGate(authorizer);
        return channel -> {
            X509Certificate shown = Tls.clientCertificate(channel);
            Grant grant = shown == null ? null : authorizer.grant(shown);
            return grant == null ? null : new LineOwner(grant, scopes);
        };
    }

    /** Begins to look at deadlines; once, and also when no port is bound. */
    public void start() {
        loops.values().forEach(Loop::start);
    }

    /** Listens; completes with the bound address, or fails when the port cannot be had. */
    public CompletionStage<InetSocketAddress> bind(String host) {
        return listen(host, settings.port(), null);
    }

    /** Listens on one more port for the same over TLS. */
    public CompletionStage<InetSocketAddress> bind(String host, int port, Tls tls) {
        return listen(host, port, tls);
    }

    private CompletionStage<InetSocketAddress> listen(String host, int port, @Nullable Tls tls) {
        ServerBootstrap server = transport
                .server(group, EdgeSettings.BACKLOG)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(512, 2048, 64 * 1024))
                .childHandler(new Stages(tls));
        transport.vanished(server, EdgeSettings.VANISHED);
        transport.reusePort(server);
        return NetTransport.bind(server, host, port).thenApply(bound -> {
            synchronized (listeners) {
                listeners.add(bound);
            }
            return (InetSocketAddress) bound.localAddress();
        });
    }

    /**
     * Takes no new clients, lets those that wait for an answer have it until {@code deadlineMillis} have passed, tells
     * the rest why, and closes them. Completes when all are gone.
     */
    public CompletionStage<Void> drain(long deadlineMillis) {
        admission.close();
        synchronized (listeners) {
            listeners.forEach(Channel::close);
        }
        BalancerEvents.draining(admission.connections());
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(deadlineMillis);
        CompletableFuture<?>[] drained =
                loops.values().stream().map(loop -> loop.drain(deadline)).toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(drained);
    }

    /** The clients of one event loop of the group. */
    Loop loop(EventLoop of) {
        return Objects.requireNonNull(loops.get(of), "an event loop of another group");
    }

    /** What the clients of one event loop share. Belongs to the event loop. */
    final class Loop {
        private final LoopTrunks trunks;
        private final Meter meter = metrics.meter();
        private final List<TcpClient> clients = new ArrayList<>();
        private final Map<Reason, Long> ended = new EnumMap<>(Reason.class);
        private final CompletableFuture<Void> drained = new CompletableFuture<>();
        private long drainDeadline;
        private boolean draining;

        private Loop(LoopTrunks trunks) {
            this.trunks = trunks;
        }

        EdgeSettings settings() {
            return settings;
        }

        LoopMemory memory() {
            return memory.of(trunks.loop());
        }

        SourceLimits sources() {
            return admission.sources();
        }

        Relay relay(Channel channel, TcpClient client) {
            InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
            String text = remote.getAddress().getHostAddress() + ":" + remote.getPort();
            return new Relay(
                    trunks, client, relaySettings, meter, events, new ClientKey(remote.getAddress()), "tcp", text);
        }

        void add(TcpClient client) {
            client.place(clients.size());
            clients.add(client);
        }

        void remove(TcpClient client) {
            TcpClient last = clients.remove(clients.size() - 1);
            if (last != client) {
                clients.set(client.place(), last);
                last.place(client.place());
            }
            admission.disconnect();
        }

        /** A client was refused or ended by this side. */
        void ended(Reason reason) {
            metrics.counter("trunkline.clients.ended", Map.of("reason", reason.label()))
                    .increment();
            ended.merge(reason, 1L, Long::sum);
        }

        /** Input or output of a client failed: mostly a reset by the peer. */
        void failed(Throwable cause) {
            LOG.debug("client.failed", cause);
        }

        private void start() {
            long check = settings.timeouts().check().toMillis();
            trunks.loop().scheduleWithFixedDelay(() -> tick(System.nanoTime()), check, check, TimeUnit.MILLISECONDS);
        }

        private CompletableFuture<Void> drain(long deadline) {
            trunks.loop().execute(() -> {
                draining = true;
                drainDeadline = deadline;
                endIdle();
            });
            return drained;
        }

        /** How many clients this event loop has. */
        int clients() {
            return clients.size();
        }

        /** Looks at the deadlines of all clients. */
        void tick(long now) {
            for (int i = clients.size() - 1; i >= 0; i--) {
                check(clients.get(i), now);
            }
            ended.forEach(BalancerEvents::clientsEnded);
            ended.clear();
            if (draining) {
                endIdle();
            }
        }

        /** What goes wrong with one client must not end the checks of all. */
        private void check(TcpClient client, long now) {
            try {
                client.tick(now);
            } catch (RuntimeException e) {
                LOG.error("client.check_failed", e);
                client.drop();
            }
        }

        private void endIdle() {
            boolean late = drainDeadline - System.nanoTime() <= 0;
            for (TcpClient client : List.copyOf(clients)) {
                if (late || !client.busy()) {
                    client.refuse(Reason.SHUTTING_DOWN, "");
                }
            }
            if (clients.isEmpty() || late) {
                drained.complete(null);
            }
        }
    }

    /** The stages of a client's pipeline: one, for the bytes of a line need no other, and those of TLS before it. */
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
            Loop loop = loop(channel.eventLoop());
            Reason why = refusal(channel);
            if (why != null) {
                loop.ended(why);
                if (tls != null) {
                    tls.refuse(channel, Tls.Carries.LINES);
                    return;
                }
                byte[] words = Refusal.of(why).toJsonRpc();
                channel.writeAndFlush(channel.alloc()
                                .buffer(words.length + 1)
                                .writeBytes(words)
                                .writeByte('\n'))
                        .addListener(ChannelFutureListener.CLOSE);
                return;
            }
            if (tls != null) {
                tls.secure(channel, Tls.Carries.LINES);
            }
            channel.pipeline().addLast("client", new TcpClient(loop, tls == null ? null : owners));
        }

        /** Why a connection is not taken; null when it is, and counted. */
        private @Nullable Reason refusal(Channel channel) {
            boolean mayCome = admission.sources().connect(channel)
                    && (tls == null || Source.of(channel, admission.sources()).handshake(System.nanoTime()));
            return mayCome ? admission.refusal() : Reason.RATE_LIMITED;
        }
    }
}
