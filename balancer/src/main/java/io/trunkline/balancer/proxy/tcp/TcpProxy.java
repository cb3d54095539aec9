package io.trunkline.balancer.proxy.tcp;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.EventExecutor;
import io.trunkline.balancer.client.Listener;
import io.trunkline.balancer.limits.Networks;
import io.trunkline.balancer.pool.Pool;
import io.trunkline.balancer.proxy.ProxyHeader;
import io.trunkline.balancer.proxy.ProxyServices;
import io.trunkline.balancer.tls.Tls;
import io.trunkline.protocol.member.Expect;
import io.trunkline.protocol.refusal.Reason;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A listener whose clients get the servers of a pool, byte for byte. Usable from any thread. */
public final class TcpProxy {
    private final Map<EventLoop, TcpLoop> loops = new HashMap<>();
    private final Listener listener;
    private final @Nullable Networks proxies;

    /**
     * A proxy that does not listen yet.
     *
     * @param proxies the peers that begin with a PROXY header; null: none does
     */
    public TcpProxy(TcpProxySettings settings, Pool pool, ProxyServices services, @Nullable Networks proxies) {
        Expect.that(!pool.settings().connections().tls().on(), "tls", "on", "off: bytes go to servers in the clear");
        this.proxies = proxies;
        for (EventExecutor executor : services.group()) {
            EventLoop loop = (EventLoop) executor;
            loops.put(loop, new TcpLoop(loop, settings, pool, services));
        }
        this.listener = new Listener(services.admission(), services.transport(), services.group(), new Clients());
        loops.values().forEach(TcpLoop::start);
    }

    /**
     * Listens; completes with the bound address, or fails when the port cannot be had.
     *
     * @param tls null for none
     */
    public CompletionStage<InetSocketAddress> bind(String host, int port, @Nullable Tls tls) {
        return listener.bind(host, port, tls);
    }

    /** Takes no new clients; those that it has may go on until the deadline. Completes when all are gone. */
    public CompletionStage<Void> drain(long deadlineMillis) {
        listener.close();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(deadlineMillis);
        return CompletableFuture.allOf(
                loops.values().stream().map(loop -> loop.drain(deadline)).toArray(CompletableFuture<?>[]::new));
    }

    private TcpLoop loop(Channel channel) {
        return Objects.requireNonNull(loops.get(channel.eventLoop()), "an event loop of another group");
    }

    private final class Clients implements Listener.Protocol {
        @Override
        public Tls.Carries carries() {
            return Tls.Carries.LINES;
        }

        @Override
        public void begin(Channel channel, boolean overTls) {
            InetSocketAddress peer = (InetSocketAddress) channel.remoteAddress();
            Networks trusted = proxies;
            TcpConnection client = loop(channel).add(channel);
            if (trusted == null || !trusted.has(peer.getAddress())) {
                channel.pipeline().addLast("client", client);
                start(channel, client);
            } else {
                ProxyHeader.await(channel, () -> start(channel, client));
                channel.pipeline().addLast("client", client);
            }
        }

        /** A server is found once TLS has been agreed on. */
        private void start(Channel channel, TcpConnection client) {
            SslHandler tls = channel.pipeline().get(SslHandler.class);
            if (tls == null) {
                client.start();
            } else {
                tls.handshakeFuture().addListener(done -> {
                    if (done.isSuccess()) {
                        client.start();
                    }
                });
            }
        }

        @Override
        public void refused(Channel channel, Reason why) {
            loop(channel).clients().ended(why);
        }

        @Override
        public void refuse(Channel channel, Reason why) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.close();
        }
    }
}
