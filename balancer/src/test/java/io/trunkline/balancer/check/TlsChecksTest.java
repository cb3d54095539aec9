package io.trunkline.balancer.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.trunkline.balancer.pool.Balance;
import io.trunkline.balancer.pool.CheckSettings;
import io.trunkline.balancer.pool.Pool;
import io.trunkline.balancer.pool.PoolSettings;
import io.trunkline.balancer.pool.Server;
import io.trunkline.balancer.pool.ServerSettings;
import io.trunkline.balancer.pool.ServerState;
import io.trunkline.balancer.tls.ServerTls;
import io.trunkline.protocol.member.SettingsException;
import io.trunkline.protocol.trunk.NetTransport;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class TlsChecksTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final EventLoopGroup group = NetTransport.NIO.group(1, "tls-server");
    private final Checks checks = new Checks();

    @AfterEach
    void close() {
        checks.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void aCertificateMustLeadToARootAndBeForTheServersName() throws Exception {
        X509Bundle root = certificate("CN=root").setIsCertificateAuthority(true).buildSelfSigned();
        X509Bundle other =
                certificate("CN=root").setIsCertificateAuthority(true).buildSelfSigned();
        X509Bundle own = certificate("CN=web").addSanDnsName("localhost").buildIssuedBy(root);
        int port = serve(own);
        try (ServerTls good = tls(root);
                ServerTls strange = tls(other)) {
            Server right = watch("a", port, good, "localhost");
            Server byOther = watch("b", port, strange, "localhost");
            Server otherName = watch("c", port, good, "web.example");
            await().until(() -> byOther.state() == ServerState.DOWN && otherName.state() == ServerState.DOWN);
            assertThat(right.state()).isEqualTo(ServerState.UP);
        }
    }

    @Test
    void aFileOfRootsThatCannotBeUsedIsRefused() {
        String missing = directory.resolve("missing.pem").toString();
        assertThatThrownBy(() -> ServerTls.of("tls.roots", missing, false, Duration.ofSeconds(5)))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("tls.roots: ");
    }

    private static CertificateBuilder certificate(String subject) {
        return new CertificateBuilder().subject(subject).ecp256();
    }

    private ServerTls tls(X509Bundle root) throws Exception {
        Path file = Files.writeString(Files.createTempFile(directory, "roots", ".pem"), root.getCertificatePEM());
        return ServerTls.of("tls.roots", file.toString(), false, Duration.ofSeconds(5));
    }

    private int serve(X509Bundle certificate) throws Exception {
        SslContext context =
                SslContextBuilder.forServer(certificate.toKeyManagerFactory()).build();
        Channel server = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel client) {
                        client.pipeline().addLast(context.newHandler(client.alloc()), new Deaf());
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    /** Takes it as it comes that clients do not like the certificate. */
    private static final class Deaf extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    private Server watch(String name, int port, ServerTls tls, String certified) {
        PoolSettings plain = PoolSettings.of(name, List.of(ServerSettings.of("127.0.0.1", port)), Balance.ROUND_ROBIN);
        CheckSettings check = new CheckSettings(
                CheckSettings.Kind.TCP, "GET", "/", 200, 299, "", Duration.ofMillis(100), Duration.ofSeconds(3), 2, 3);
        Pool pool = new Pool(
                new PoolSettings(
                        plain.name(),
                        plain.servers(),
                        plain.balance(),
                        plain.sticky(),
                        plain.slowStart(),
                        plain.passive(),
                        check,
                        plain.connections(),
                        plain.queue()),
                new byte[] {1},
                System::nanoTime);
        checks.watch(pool, server -> tls.handler(UnpooledByteBufAllocator.DEFAULT, certified, port));
        return pool.servers().get(0);
    }
}
