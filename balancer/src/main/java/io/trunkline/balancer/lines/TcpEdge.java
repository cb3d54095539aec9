package io.trunkline.balancer.lines;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.trunkline.balancer.admit.Admission;
import io.trunkline.balancer.auth.Authorizer;
import io.trunkline.balancer.auth.Grant;
import io.trunkline.balancer.auth.ScopeGate;
import io.trunkline.balancer.client.ClientLoop;
import io.trunkline.balancer.client.ClientMemory;
import io.trunkline.balancer.client.EdgeSettings;
import io.trunkline.balancer.client.Listener;
import io.trunkline.balancer.events.BalancerEvents;
import io.trunkline.balancer.relay.RelaySettings;
import io.trunkline.balancer.relay.Relays;
import io.trunkline.balancer.relay.SessionEvents;
import io.trunkline.balancer.tls.Tls;
import io.trunkline.balancer.trunk.Trunks;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.trunk.NetTransport;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The listener for clients that speak newline-delimited JSON-RPC over TCP. A client stays with the event loop that
 * accepted it, and so do its trunk and everything it says.
 */
public final class TcpEdge {
    private final EdgeSettings settings;
    private final Admission admission;
    private final Listener listener;
    private final Map<EventLoop, LineLoop> loops = new HashMap<>();

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
        this.settings = settings;
        this.admission = admission;
        LineOwner.Finder owners = authorizer == null ? null : owners(authorizer);
        this.listener = new Listener(admission, transport, group, new Lines(owners));
        for (EventExecutor executor : group) {
            EventLoop loop = (EventLoop) executor;
            ClientLoop clients = new ClientLoop(loop, settings, admission, memory.of(loop), metrics, Duration.ZERO);
            Relays relays = new Relays(trunks.of(loop), relaySettings, metrics.meter(), events);
            loops.put(loop, new LineLoop(clients, relays));
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
        loops.values().forEach(loop -> loop.common().start());
    }

    /** Listens; completes with the bound address, or fails when the port cannot be had. */
    public CompletionStage<InetSocketAddress> bind(String host) {
        return listener.bind(host, settings.port(), null);
    }

    /** Listens on one more port for the same over TLS. */
    public CompletionStage<InetSocketAddress> bind(String host, int port, Tls tls) {
        return listener.bind(host, port, tls);
    }

    /**
     * Takes no new clients, lets those that wait for an answer have it until {@code deadlineMillis} have passed, tells
     * the rest why, and closes them. Completes when all are gone.
     */
    public CompletionStage<Void> drain(long deadlineMillis) {
        listener.close();
        BalancerEvents.draining(admission.connections());
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(deadlineMillis);
        return CompletableFuture.allOf(loops.values().stream()
                .map(loop -> loop.common().drain(deadline))
                .toArray(CompletableFuture<?>[]::new));
    }

    /** The clients of one event loop of the group. */
    LineLoop loop(EventLoop of) {
        return Objects.requireNonNull(loops.get(of), "an event loop of another group");
    }

    /** One stage: the bytes of a line need no other. */
    private final class Lines implements Listener.Protocol {
        /** Whose certificate is shown over TLS; null when authentication is off. */
        private final LineOwner.@Nullable Finder owners;

        Lines(LineOwner.@Nullable Finder owners) {
            this.owners = owners;
        }

        @Override
        public Tls.Carries carries() {
            return Tls.Carries.LINES;
        }

        @Override
        public void begin(Channel channel, boolean overTls) {
            channel.pipeline().addLast("client", new TcpClient(loop(channel.eventLoop()), overTls ? owners : null));
        }

        @Override
        public void refused(Channel channel, Reason why) {
            loop(channel.eventLoop()).common().ended(why);
        }

        @Override
        public void refuse(Channel channel, Reason why) {
            byte[] words = Refusal.of(why).toJsonRpc();
            ByteBuf line =
                    channel.alloc().buffer(words.length + 1).writeBytes(words).writeByte('\n');
            channel.writeAndFlush(line).addListener(ChannelFutureListener.CLOSE);
        }
    }
}
