package io.trunkline.balancer.proxy.tcp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.trunkline.balancer.limits.Networks;
import io.trunkline.balancer.pool.ConnectionSettings;
import io.trunkline.balancer.pool.Failure;
import io.trunkline.balancer.pool.Pool;
import io.trunkline.balancer.pool.ServerTlsSettings;
import io.trunkline.balancer.proxy.Rig;
import io.trunkline.balancer.proxy.Rig.ScriptedServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TcpProxyIT {
    private static final Rig.Script ECHO = socket -> socket.getInputStream().transferTo(socket.getOutputStream());

    private final Rig rig = new Rig();

    @AfterEach
    void stop() throws Exception {
        rig.close();
    }

    // --- what is carried

    @Test
    void carriesBytesBothWays() throws Exception {
        ScriptedServer echo = rig.server(ECHO);
        byte[] sent = new byte[5 << 20];
        new Random(1).nextBytes(sent);
        try (Socket client = connect(Rig.pool(echo.port()))) {
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try {
                    client.getOutputStream().write(sent);
                    client.shutdownOutput();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(sent);
            sending.join();
        }
        await().until(() -> ended("closed") == 1);
        assertThat(rig.count("trunkline.proxy.bytes.in", tags())).isEqualTo(sent.length);
        assertThat(rig.count("trunkline.proxy.bytes.out", tags())).isEqualTo(sent.length);
    }

    @Test
    void aClientThatHasSaidAllStillHearsTheAnswer() throws Exception {
        ScriptedServer sums = rig.server(socket -> {
            byte[] all = socket.getInputStream().readAllBytes();
            socket.getOutputStream().write(("got " + all.length).getBytes(US_ASCII));
        });
        Pool pool = Rig.pool(sums.port());
        try (Socket client = connect(pool)) {
            client.getOutputStream().write(new byte[100_000]);
            client.shutdownOutput();
            assertThat(text(client)).isEqualTo("got 100000");
        }
        await().until(() -> pool.servers().get(0).inFlight() == 0);
    }

    @Test
    void aClientThatHasSaidAllMayReadALongAnswerSlowly() throws Exception {
        int length = 20 << 20;
        ScriptedServer server = rig.server(socket -> {
            socket.getInputStream().readAllBytes();
            socket.getOutputStream().write(new byte[length]);
        });
        try (Socket client = new Socket()) {
            client.setReceiveBufferSize(8 * 1024);
            client.connect(bind(Rig.pool(server.port()), TcpProxySettings.of("test"), null));
            client.shutdownOutput();
            byte[] piece = new byte[4096];
            int got = 0;
            for (int read = 0; read >= 0; read = client.getInputStream().read(piece)) {
                got += read;
            }
            assertThat(got).isEqualTo(length);
        }
    }

    @Test
    void aServerThatHasSaidAllIsStillTold() throws Exception {
        CompletableFuture<String> heard = new CompletableFuture<>();
        ScriptedServer server = rig.server(socket -> {
            socket.getOutputStream().write("hello".getBytes(US_ASCII));
            socket.shutdownOutput();
            heard.complete(new String(socket.getInputStream().readAllBytes(), US_ASCII));
        });
        try (Socket client = connect(Rig.pool(server.port()))) {
            assertThat(text(client)).isEqualTo("hello");
            client.getOutputStream().write("and now me".getBytes(US_ASCII));
            client.shutdownOutput();
            assertThat(heard.get(5, TimeUnit.SECONDS)).isEqualTo("and now me");
        }
    }

    @Test
    void aClientThatDoesNotReadStopsItsServerAndNobodyElse() throws Exception {
        CompletableFuture<Long> most = new CompletableFuture<>();
        ScriptedServer floods = rig.server(socket -> {
            if (socket.getInputStream().read() == 'e') {
                socket.getOutputStream().write("e".getBytes(US_ASCII));
                return;
            }
            socket.setSendBufferSize(64 * 1024);
            long written = 0;
            byte[] piece = new byte[64 * 1024];
            OutputStream out = socket.getOutputStream();
            CompletableFuture<?> end = new CompletableFuture<>();
            try {
                while (written < 512L << 20) {
                    CompletableFuture<Void> wrote = CompletableFuture.runAsync(() -> write(out, piece));
                    wrote.get(1, TimeUnit.SECONDS);
                    written += piece.length;
                }
            } catch (java.util.concurrent.TimeoutException stopped) {
                most.complete(written);
                end.get(10, TimeUnit.SECONDS);
            }
            most.complete(written);
        });
        InetSocketAddress at = bind(Rig.pool(floods.port()), TcpProxySettings.of("test"), null);
        try (Socket idle = new Socket(at.getAddress(), at.getPort())) {
            idle.getOutputStream().write('f');
            assertThat(most.get(20, TimeUnit.SECONDS)).isLessThan(64L << 20);
            try (Socket other = new Socket(at.getAddress(), at.getPort())) {
                other.getOutputStream().write('e');
                assertThat(other.getInputStream().read()).isEqualTo('e');
            }
        }
    }

    // --- servers that fail

    @Test
    void aServerThatRefusesIsReplacedByAnother() throws Exception {
        ScriptedServer echo = rig.server(ECHO);
        Pool pool = Rig.pool(Rig.closedPort(), echo.port());
        InetSocketAddress at = bind(pool, TcpProxySettings.of("test"), null);
        for (int i = 0; i < 6; i++) {
            try (Socket client = new Socket(at.getAddress(), at.getPort())) {
                assertThat(said(client, "hello")).isEqualTo("hello");
            }
        }
        assertThat(pool.servers().get(0).failures(Failure.CONNECT)).isEqualTo(3);
        assertThat(rig.count("trunkline.proxy.retries", tags())).isEqualTo(3);
    }

    @Test
    void clientsAreResetAtTheDeadlineOfTheQueueWhenAllServersAreDown() throws Exception {
        Pool pool = Rig.pool(Rig.closedPort(), Rig.closedPort());
        long begun = System.nanoTime();
        try (Socket client = connect(pool)) {
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isBetween(Duration.ofMillis(250), Duration.ofSeconds(3));
        await().until(() -> rig.admission.connections() == 0);
        assertThat(pool.waiting()).isZero();
    }

    @Test
    void aServerThatComesUpWhileAClientWaitsServesIt() throws Exception {
        ScriptedServer echo = rig.server(ECHO);
        Pool pool = Rig.pool(connections(), Duration.ofSeconds(20), echo.port());
        pool.servers().get(0).checked(false, "test");
        try (Socket client = connect(pool)) {
            client.getOutputStream().write("early".getBytes(US_ASCII));
            await().until(() -> pool.waiting() == 1);
            pool.servers().get(0).checked(true, "test");
            assertThat(new String(client.getInputStream().readNBytes(5), US_ASCII))
                    .isEqualTo("early");
        }
    }

    @Test
    void aResetIsPassedOnAsAReset() throws Exception {
        ScriptedServer resets = rig.server(socket -> {
            socket.getInputStream().read();
            socket.getOutputStream().write("half an ans".getBytes(US_ASCII));
            socket.getOutputStream().flush();
            socket.getInputStream().read();
            socket.setSoLinger(true, 0);
        });
        Pool pool = Rig.pool(resets.port());
        try (Socket client = connect(pool)) {
            client.getOutputStream().write('x');
            assertThat(new String(client.getInputStream().readNBytes(11), US_ASCII))
                    .isEqualTo("half an ans");
            client.getOutputStream().write('y');
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        await().until(() -> ended("server_reset") == 1);
        assertThat(pool.servers().get(0).inFlight()).isZero();
    }

    @Test
    void aClientsResetReachesTheServer() throws Exception {
        CompletableFuture<@Nullable Throwable> seen = new CompletableFuture<>();
        ScriptedServer server = rig.server(socket -> {
            socket.getInputStream().read();
            socket.getOutputStream().write('y');
            try {
                seen.complete(socket.getInputStream().read() < 0 ? null : new IllegalStateException("bytes"));
            } catch (SocketException e) {
                seen.complete(e);
            }
        });
        try (Socket client = connect(Rig.pool(server.port()))) {
            client.getOutputStream().write('x');
            client.getInputStream().read();
            client.setSoLinger(true, 0);
        }
        assertThat(seen.get(5, TimeUnit.SECONDS)).isInstanceOf(SocketException.class);
        await().until(() -> ended("client_reset") == 1);
    }

    @Test
    void silenceOnBothSidesEndsAConnection() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        ScriptedServer silent = rig.server(socket -> never.await());
        TcpProxySettings settings = new TcpProxySettings("test", Duration.ofMillis(300), 0);
        InetSocketAddress at = bind(Rig.pool(silent.port()), settings, null);
        try (Socket client = new Socket(at.getAddress(), at.getPort())) {
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        await().until(() -> ended("idle") == 1);
        never.countDown();
    }

    @Test
    void aServerThatSpeaksFirstIsHeard() throws Exception {
        ScriptedServer greets = rig.server(socket -> socket.getOutputStream().write("220 hello".getBytes(US_ASCII)));
        try (Socket client = connect(Rig.pool(greets.port()))) {
            assertThat(text(client)).isEqualTo("220 hello");
        }
    }

    // --- spare connections

    @Test
    void spareConnectionsAreHandedOutAndReplaced() throws Exception {
        ScriptedServer echo = rig.server(ECHO);
        InetSocketAddress at = bind(Rig.pool(echo.port()), new TcpProxySettings("test", Duration.ZERO, 2), null);
        await().until(() -> echo.connections.get() == 2);
        for (int i = 1; i <= 3; i++) {
            try (Socket client = new Socket(at.getAddress(), at.getPort())) {
                assertThat(said(client, "hello")).isEqualTo("hello");
            }
            int expected = 2 + i;
            await().until(() -> echo.connections.get() == expected);
        }
        assertThat(rig.count("trunkline.proxy.spares.used", tags())).isEqualTo(3);
    }

    @Test
    void aSpareThatItsServerClosesIsNotHandedOut() throws Exception {
        CountDownLatch closed = new CountDownLatch(2);
        ScriptedServer server = rig.server(socket -> {
            if (closed.getCount() > 0) {
                closed.countDown();
                return;
            }
            ECHO.run(socket);
        });
        InetSocketAddress at = bind(Rig.pool(server.port()), new TcpProxySettings("test", Duration.ZERO, 1), null);
        assertThat(closed.await(5, TimeUnit.SECONDS)).isTrue();
        try (Socket client = new Socket(at.getAddress(), at.getPort())) {
            assertThat(said(client, "hello")).isEqualTo("hello");
        }
    }

    @Test
    void aServerThatSpeaksFirstGetsNoSparesAndIsHeardInFull() throws Exception {
        ScriptedServer greets = rig.server(socket -> {
            socket.getOutputStream().write("220 hello".getBytes(US_ASCII));
            socket.getInputStream().read();
        });
        InetSocketAddress at = bind(Rig.pool(greets.port()), new TcpProxySettings("test", Duration.ZERO, 2), null);
        await().until(() -> greets.connections.get() == 2);
        try (Socket client = new Socket(at.getAddress(), at.getPort())) {
            assertThat(new String(client.getInputStream().readNBytes(9), US_ASCII))
                    .isEqualTo("220 hello");
        }
        assertThat(greets.connections.get()).isEqualTo(3);
        assertThat(rig.count("trunkline.proxy.spares.used", tags())).isZero();
    }

    // --- the PROXY protocol

    @Test
    void aServerIsToldWhoTheClientIsInVersion1() throws Exception {
        ScriptedServer echo = rig.server(ECHO);
        try (Socket client = connect(Rig.pool(Rig.connections(1), Duration.ofSeconds(1), echo.port()))) {
            client.getOutputStream().write("hi".getBytes(US_ASCII));
            client.shutdownOutput();
            assertThat(text(client))
                    .isEqualTo("PROXY TCP4 127.0.0.1 127.0.0.1 " + client.getLocalPort() + " " + client.getPort()
                            + "\r\nhi");
        }
    }

    @Test
    void aServerIsToldWhoTheClientIsInVersion2() throws Exception {
        ScriptedServer echo = rig.server(ECHO);
        try (Socket client = connect(Rig.pool(Rig.connections(2), Duration.ofSeconds(1), echo.port()))) {
            client.getOutputStream().write("hi".getBytes(US_ASCII));
            client.shutdownOutput();
            byte[] all = client.getInputStream().readAllBytes();
            assertThat(all).hasSize(16 + 12 + 2);
            assertThat(Arrays.copyOf(all, 13))
                    .isEqualTo(new byte[] {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10, 0x21});
        }
    }

    @Test
    void aTrustedPeerSaysWhoTheClientIs() throws Exception {
        ScriptedServer echo = rig.server(ECHO);
        Pool pool = Rig.pool(Rig.connections(1), Duration.ofSeconds(1), echo.port());
        InetSocketAddress at = bind(pool, TcpProxySettings.of("test"), Networks.of("proxies", "loopback"));
        try (Socket client = new Socket(at.getAddress(), at.getPort())) {
            client.getOutputStream().write("PROXY TCP4 192.0.2.7 192.0.2.8 1234 80\r\nhi".getBytes(US_ASCII));
            client.shutdownOutput();
            assertThat(text(client)).isEqualTo("PROXY TCP4 192.0.2.7 192.0.2.8 1234 80\r\nhi");
        }
    }

    @Test
    void aTrustedPeerWithoutAHeaderIsClosed() throws Exception {
        ScriptedServer echo = rig.server(ECHO);
        InetSocketAddress at =
                bind(Rig.pool(echo.port()), TcpProxySettings.of("test"), Networks.of("proxies", "loopback"));
        try (Socket client = new Socket(at.getAddress(), at.getPort())) {
            client.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
            assertThat(closes(client)).isTrue();
        }
        assertThat(echo.connections.get()).isZero();
        await().until(() -> rig.admission.connections() == 0);
    }

    @Test
    void aHeaderOfAnybodyElseIsBytes() throws Exception {
        ScriptedServer echo = rig.server(ECHO);
        InetSocketAddress at =
                bind(Rig.pool(echo.port()), TcpProxySettings.of("test"), Networks.of("proxies", "192.0.2.0/24"));
        try (Socket client = new Socket(at.getAddress(), at.getPort())) {
            String header = "PROXY TCP4 192.0.2.7 192.0.2.8 1234 80\r\n";
            assertThat(said(client, header)).isEqualTo(header);
        }
    }

    @Test
    void aPoolWhoseServersSpeakTlsIsRefusedRatherThanServedInTheClear() {
        ConnectionSettings encrypted = Rig.connections(0, new ServerTlsSettings(true, "", ""));
        Pool pool = Rig.pool(encrypted, Duration.ofSeconds(1), 1);
        assertThatThrownBy(() -> new TcpProxy(TcpProxySettings.of("test"), pool, rig.services(), null))
                .hasMessageContaining("tls: on (expected: off");
    }

    @Test
    void drainingLetsConnectionsGoOnUntilTheDeadline() throws Exception {
        ScriptedServer echo = rig.server(ECHO);
        TcpProxy proxy = new TcpProxy(TcpProxySettings.of("test"), Rig.pool(echo.port()), rig.services(), null);
        InetSocketAddress at =
                proxy.bind("127.0.0.1", 0, null).toCompletableFuture().get(5, TimeUnit.SECONDS);
        try (Socket client = new Socket(at.getAddress(), at.getPort())) {
            assertThat(said(client, "one")).isEqualTo("one");
            CompletableFuture<?> drained = proxy.drain(1_000).toCompletableFuture();
            assertThat(said(client, "two")).isEqualTo("two");
            assertThat(drained).isNotDone();
            assertThat(closes(client)).isTrue();
            drained.get(5, TimeUnit.SECONDS);
        }
    }

    private ConnectionSettings connections() {
        return Rig.connections(0);
    }

    private Map<String, String> tags() {
        return Map.of("listener", "test");
    }

    private long ended(String reason) {
        return rig.count("trunkline.proxy.ended", Map.of("listener", "test", "reason", reason));
    }

    private InetSocketAddress bind(Pool pool, TcpProxySettings settings, @Nullable Networks proxies) throws Exception {
        return new TcpProxy(settings, pool, rig.services(), proxies)
                .bind("127.0.0.1", 0, null)
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
    }

    private Socket connect(Pool pool) throws Exception {
        InetSocketAddress at = bind(pool, TcpProxySettings.of("test"), null);
        return new Socket(at.getAddress(), at.getPort());
    }

    private static String said(Socket client, String words) throws IOException {
        client.getOutputStream().write(words.getBytes(US_ASCII));
        return new String(client.getInputStream().readNBytes(words.length()), US_ASCII);
    }

    private static String text(Socket client) throws IOException {
        return new String(client.getInputStream().readAllBytes(), US_ASCII);
    }

    private static boolean closes(Socket client) {
        try (InputStream in = client.getInputStream()) {
            return in.read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    private static void write(OutputStream out, byte[] bytes) {
        try {
            out.write(bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
