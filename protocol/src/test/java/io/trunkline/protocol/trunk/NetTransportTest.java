package io.trunkline.protocol.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NetTransportTest {
    @Test
    @EnabledOnOs(
            value = OS.LINUX,
            architectures = "amd64",
            disabledReason = "the native library is that of Linux, x86_64")
    void epollIsChosenWhereItsLibraryIsShipped() {
        assertThat(NetTransport.choose(true)).isEqualTo(NetTransport.EPOLL);
        assertThat(NetTransport.choose(false)).isEqualTo(NetTransport.NIO);
    }

    /**
     * Classes of one version of Netty over a native library of another say that they work, and connections never open.
     */
    @ParameterizedTest
    @EnumSource
    @EnabledOnOs(
            value = OS.LINUX,
            architectures = "amd64",
            disabledReason = "the native library is that of Linux, x86_64")
    void aConnectionOpensAndCarriesBytesBothWays(NetTransport transport) throws Exception {
        EventLoopGroup group = transport.group(1, "test");
        try {
            Channel server = NetTransport.bind(transport.server(group, 8).childHandler(new Echo()), "127.0.0.1", 0)
                    .toCompletableFuture()
                    .get(5, TimeUnit.SECONDS);
            CompletableFuture<String> answer = new CompletableFuture<>();
            Channel client = new Bootstrap()
                    .group(group)
                    .channel(transport.channel())
                    .handler(new Listener(answer))
                    .connect((InetSocketAddress) server.localAddress())
                    .sync()
                    .channel();
            client.writeAndFlush(Unpooled.copiedBuffer("trunk", StandardCharsets.US_ASCII));
            assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo("trunk");
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        }
    }

    @Test
    @EnabledOnOs(
            value = OS.LINUX,
            architectures = "amd64",
            disabledReason = "the native library is that of Linux, x86_64")
    void theSystemWatchesThePeersOfAServer() throws Exception {
        EventLoopGroup group = NetTransport.EPOLL.group(1, "test");
        try {
            CompletableFuture<Channel> accepted = new CompletableFuture<>();
            ServerBootstrap server = NetTransport.EPOLL.server(group, 1).childHandler(new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new ChannelInboundHandlerAdapter());
                    accepted.complete(channel);
                }
            });
            NetTransport.EPOLL.vanished(server, Duration.ofSeconds(60));
            Channel bound = NetTransport.bind(server, "127.0.0.1", 0)
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            int port = ((InetSocketAddress) bound.localAddress()).getPort();
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(client.isConnected()).isTrue();
                Channel channel = accepted.get(10, TimeUnit.SECONDS);
                assertThat(channel.config().getOption(EpollChannelOption.TCP_USER_TIMEOUT))
                        .isEqualTo(60_000);
                assertThat(channel.config().getOption(EpollChannelOption.SO_KEEPALIVE))
                        .isTrue();
                assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPIDLE))
                        .isEqualTo(30);
                assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPINTVL))
                        .isEqualTo(15);
            }
        } finally {
            group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
    }

    private static final class Echo extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object bytes) {
                    ctx.writeAndFlush(bytes);
                }
            });
        }
    }

    private static final class Listener extends SimpleChannelInboundHandler<ByteBuf> {
        private final CompletableFuture<String> answer;

        Listener(CompletableFuture<String> answer) {
            this.answer = answer;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
            answer.complete(bytes.toString(StandardCharsets.US_ASCII));
        }
    }
}
