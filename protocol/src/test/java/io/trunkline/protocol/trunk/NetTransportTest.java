package io.trunkline.protocol.trunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NetTransportTest {
    @Test
    void theSystemWatchesThePeersOfAServer() throws Exception {
        assumeTrue(Epoll.isAvailable());
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
            try (Socket client = new Socket("127.0.0.1", port)) {
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
}
