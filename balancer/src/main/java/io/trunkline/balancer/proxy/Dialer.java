package io.trunkline.balancer.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.trunkline.balancer.pool.Failure;
import io.trunkline.balancer.pool.Server;
import io.trunkline.protocol.trunk.NetTransport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/** Connects to servers, on one event loop. */
public final class Dialer {
    /** Hears what became of an attempt, on the event loop. */
    public interface Caller {
        void connected(Channel channel);

        /** There is no connection. */
        void failed(Failure why);
    }

    private final Bootstrap bootstrap;

    /**
     * Connects so.
     *
     * @param halfClosure whether a server that has said all may still be told something
     * @param stages adds handlers to each connection, before it connects
     */
    public Dialer(NetTransport transport, EventLoop loop, boolean halfClosure, Consumer<Channel> stages) {
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(transport.channel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, halfClosure)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        stages.accept(channel);
                    }
                });
    }

    /** Connects; to be called on the event loop. The caller is told once. */
    public void dial(Server server, Duration timeout, Caller caller) {
        InetSocketAddress address = Objects.requireNonNull(server.address(), "a server without an address was chosen");
        bootstrap
                .clone()
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
                .connect(address)
                .addListener((ChannelFuture done) -> {
                    if (done.isSuccess()) {
                        caller.connected(done.channel());
                    } else {
                        caller.failed(
                                done.cause() instanceof ConnectTimeoutException ? Failure.TIMEOUT : Failure.CONNECT);
                    }
                });
    }
}
