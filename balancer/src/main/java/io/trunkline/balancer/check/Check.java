package io.trunkline.balancer.check;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.ssl.SslHandler;
import io.trunkline.balancer.pool.CheckSettings;
import io.trunkline.balancer.pool.Server;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One check of one server: connects, asks if that is wanted, says how it went, closes. Belongs to its event loop. */
final class Check {
    /** Who is told how it went, once. */
    interface Asker {
        void after(boolean well, String why);
    }

    private static final byte[] PROXY_V1 = "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Signature, version 2 and LOCAL, no addresses. */
    private static final byte[] PROXY_V2 = {
        0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 'Q', 'U', 'I', 'T', 0x0A, 0x20, 0, 0, 0
    };

    private final CheckSettings settings;
    private final int proxyProtocol;
    private final Server server;
    private final Asker asker;
    private boolean done;
    private @Nullable Channel channel;
    private @Nullable Future<?> deadline;

    Check(CheckSettings settings, int proxyProtocol, Server server, Asker asker) {
        this.settings = settings;
        this.proxyProtocol = proxyProtocol;
        this.server = server;
        this.asker = asker;
    }

    void run(EventLoop loop, InetSocketAddress address, @Nullable Function<Server, SslHandler> tls) {
        int millis = (int) settings.timeout().toMillis();
        deadline = loop.schedule(
                () -> end(false, "said nothing of use in " + millis + " ms"), millis, TimeUnit.MILLISECONDS);
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                // The deadline is for all of it.
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        pipeline(connection.pipeline(), tls);
                    }
                })
                .connect(address);
        channel = connecting.channel();
        connecting.addListener((ChannelFuture connected) -> connected(connected));
    }

    private void pipeline(ChannelPipeline pipeline, @Nullable Function<Server, SslHandler> tls) {
        if (tls != null) {
            pipeline.addLast(tls.apply(server));
        }
        if (settings.kind() == CheckSettings.Kind.HTTP) {
            pipeline.addLast(new HttpClientCodec());
        }
        pipeline.addLast(new CheckedAnswer(settings, this::end));
    }

    private void connected(ChannelFuture connected) {
        if (!connected.isSuccess()) {
            end(false, "no connection: " + connected.cause().getMessage());
            return;
        }
        if (proxyProtocol > 0) {
            // Below TLS and HTTP.
            byte[] first = proxyProtocol == 1 ? PROXY_V1 : PROXY_V2;
            connected.channel().pipeline().firstContext().writeAndFlush(Unpooled.wrappedBuffer(first));
        }
        SslHandler safe = connected.channel().pipeline().get(SslHandler.class);
        if (safe == null) {
            ready(connected.channel());
        } else {
            safe.handshakeFuture().addListener((io.netty.util.concurrent.Future<Channel> shaken) -> {
                if (shaken.isSuccess()) {
                    ready(shaken.getNow());
                } else {
                    end(false, "no TLS: " + shaken.cause().getMessage());
                }
            });
        }
    }

    private void ready(Channel connection) {
        if (settings.kind() == CheckSettings.Kind.TCP) {
            end(true, "connects");
        } else {
            CheckedAnswer.ask(connection, settings, server);
        }
    }

    private void end(boolean well, String why) {
        if (done) {
            return;
        }
        done = true;
        Future<?> timer = deadline;
        if (timer != null) {
            timer.cancel(false);
        }
        Channel open = channel;
        if (open != null) {
            open.close();
        }
        asker.after(well, why);
    }
}
