package io.trunkline.balancer.client;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.trunkline.balancer.admit.Admission;
import io.trunkline.balancer.limits.Source;
import io.trunkline.balancer.limits.SourceLimits;
import io.trunkline.balancer.tls.Tls;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.trunk.NetTransport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The ports on which one protocol is spoken, in the clear and over TLS: admits connections, or lets the protocol say
 * why not. Usable from any thread.
 */
public final class Listener {
    /** What is spoken to those that connect. All calls come on the connection's event loop. */
    public interface Protocol {
        /** How TLS carries it. */
        Tls.Carries carries();

        /** Adds the stages of a connection that was admitted. */
        void begin(Channel channel, boolean overTls);

        /** A connection is not admitted. */
        void refused(Channel channel, Reason why);

        /** Tells why a connection is not admitted, in the clear, and closes it. */
        void refuse(Channel channel, Reason why);
    }

    private final Admission admission;
    private final NetTransport transport;
    private final EventLoopGroup group;
    private final Protocol protocol;
    private final List<Channel> ports = new ArrayList<>();

    /** No port yet. */
    public Listener(Admission admission, NetTransport transport, EventLoopGroup group, Protocol protocol) {
        this.admission = admission;
        this.transport = transport;
        this.group = group;
        this.protocol = protocol;
    }

    /**
     * Listens; completes with the bound address, or fails when the port cannot be had.
     *
     * @param tls null for none
     */
    public CompletionStage<InetSocketAddress> bind(String host, int port, @Nullable Tls tls) {
        ServerBootstrap server = transport
                .server(group, EdgeSettings.BACKLOG)
                // Whoever speaks lines may close its side of the connection and still be answered.
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, protocol.carries() == Tls.Carries.LINES)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(512, 2048, 64 * 1024))
                .childHandler(new Accepted(tls));
        transport.vanished(server, EdgeSettings.VANISHED);
        transport.reusePort(server);
        return NetTransport.bind(server, host, port).thenApply(bound -> {
            synchronized (ports) {
                ports.add(bound);
            }
            return (InetSocketAddress) bound.localAddress();
        });
    }

    /** Admits nobody any more. */
    public void close() {
        admission.close();
        synchronized (ports) {
            ports.forEach(Channel::close);
        }
    }

    private final class Accepted extends ChannelInitializer<Channel> {
        private final @Nullable Tls tls;

        Accepted(@Nullable Tls tls) {
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
                protocol.refused(channel, why);
                if (tls == null) {
                    protocol.refuse(channel, why);
                } else {
                    tls.refuse(channel, protocol.carries());
                }
                return;
            }
            if (tls != null) {
                tls.secure(channel, protocol.carries());
            }
            protocol.begin(channel, tls != null);
        }

        /** Why a connection is not taken; null when it is, and counted. */
        private @Nullable Reason refusal(Channel channel) {
            SourceLimits sources = admission.sources();
            boolean mayCome = sources.connect(channel)
                    && (tls == null || Source.of(channel, sources).handshake(System.nanoTime()));
            return mayCome ? admission.refusal() : Reason.RATE_LIMITED;
        }
    }
}
