package io.trunkline.balancer.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.Promise;
import io.trunkline.balancer.pool.Balance;
import io.trunkline.balancer.pool.CheckSettings;
import io.trunkline.balancer.pool.CheckSettings.Kind;
import io.trunkline.balancer.pool.Pool;
import io.trunkline.balancer.pool.PoolSettings;
import io.trunkline.balancer.pool.Server;
import io.trunkline.balancer.pool.ServerSettings;
import io.trunkline.balancer.pool.ServerState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ChecksTest {
    private static final Duration OFTEN = Duration.ofMillis(100);

    private final Checks checks = new Checks();
    private final TestServer server = new TestServer();

    @AfterEach
    void close() throws IOException {
        checks.close();
        server.close();
    }

    @Test
    void aServerThatRefusesConnectionsGoesDownAndComesBackWhenItListensAgain() throws IOException {
        Server checked = watch(of(Kind.TCP, "", Duration.ofSeconds(3)));
        server.close();
        await().until(() -> checked.state() == ServerState.DOWN);
        server.listen();
        await().until(() -> checked.state() == ServerState.UP);
    }

    @Test
    void aServerThatConnectsButAnswersWithAnotherStatusGoesDown() {
        server.answer = "HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n";
        Server checked = watch(of(Kind.HTTP, "", Duration.ofSeconds(3)));
        await().until(() -> checked.state() == ServerState.DOWN);
        server.answer = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 Fine\r\n\r\n";
        await().until(() -> checked.state() == ServerState.UP);
        assertThat(server.requests.peek())
                .startsWith("GET /ready HTTP/1.1")
                .contains("host: 127.0.0.1:" + server.port())
                .contains("user-agent: trunkline-check");
    }

    @Test
    void theBodyMustHaveInItWhatIsExpected() {
        server.answer = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nnot today";
        Server checked = watch(of(Kind.HTTP, "bereit für alles", Duration.ofSeconds(3)));
        await().until(() -> checked.state() == ServerState.DOWN);
        server.answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nbereit f\r\nb\r\nür alles\n\r\n";
        await().until(() -> checked.state() == ServerState.UP);
    }

    @Test
    void garbageAndAnEarlyEndAndSilenceAreNoAnswers() {
        for (String answer : List.of("garbage\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhal", "")) {
            server.answer = answer;
            Server checked = watch(of(Kind.HTTP, "whole", Duration.ofMillis(200)));
            await().until(() -> checked.state() == ServerState.DOWN);
        }
    }

    @Test
    void aServerInMaintenanceIsNotCheckedAndOneThatHasLeftThePoolNeither() {
        Pool pool = pool(of(Kind.HTTP, "", Duration.ofSeconds(3)), "127.0.0.1");
        server.answer = "HTTP/1.1 204 Fine\r\n\r\n";
        pool.servers().get(0).want(ServerState.MAINTENANCE);
        checks.watch(pool, null);
        Server other = watch(of(Kind.HTTP, "", Duration.ofSeconds(3)));
        await().until(() -> server.requests.size() >= 3);
        other.want(ServerState.MAINTENANCE);
        int seen = server.requests.size();
        pool.servers().get(0).want(ServerState.UP);
        await().until(() -> server.requests.size() > seen + 1);
    }

    @Test
    void aNameOfTheFileOfHostsIsLookedUp() {
        server.answer = "HTTP/1.1 204 Fine\r\n\r\n";
        Pool pool = pool(of(Kind.OFF, "", Duration.ofSeconds(3)), "localhost");
        checks.watch(pool, null);
        await().until(() -> pool.servers().get(0).address() != null);
    }

    @Test
    void aNameThatLeadsElsewhereIsFollowedAndOneThatLeadsNowhereIsNot() throws UnknownHostException {
        Names names = new Names();
        names.now = List.of(InetAddress.getLoopbackAddress());
        try (Checks own = new Checks(names)) {
            Pool pool = pool(of(Kind.OFF, "", Duration.ofSeconds(3)), "web.example");
            Server checked = pool.servers().get(0);
            own.watch(pool, null);
            await().until(() -> checked.address() != null);
            names.now = List.of(InetAddress.getByName("127.0.0.2"), InetAddress.getByName("127.0.0.3"));
            await().until(() -> hostOf(checked).equals("127.0.0.2"));
            names.now = List.of(InetAddress.getByName("127.0.0.3"), InetAddress.getByName("127.0.0.2"));
            names.awaitTwoMore();
            assertThat(hostOf(checked)).isEqualTo("127.0.0.2");
            names.now = List.of();
            names.awaitTwoMore();
            assertThat(hostOf(checked)).isEqualTo("127.0.0.2");
        }
    }

    private static String hostOf(Server server) {
        return Objects.requireNonNull(server.address()).getAddress().getHostAddress();
    }

    private Server watch(CheckSettings settings) {
        Pool pool = pool(settings, "127.0.0.1");
        checks.watch(pool, null);
        return pool.servers().get(0);
    }

    private Pool pool(CheckSettings check, String host) {
        PoolSettings plain =
                PoolSettings.of("web", List.of(ServerSettings.of(host, server.port())), Balance.ROUND_ROBIN);
        return new Pool(
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
    }

    private static CheckSettings of(Kind kind, String body, Duration timeout) {
        return new CheckSettings(kind, "GET", "/ready", 200, 299, body, OFTEN, timeout, 2, 3);
    }

    /** Names that lead where the test says. */
    private static final class Names extends InetNameResolver {
        volatile List<InetAddress> now = List.of();
        final AtomicInteger asked = new AtomicInteger();

        Names() {
            super(new DefaultEventExecutor());
        }

        void awaitTwoMore() {
            int before = asked.get();
            await().until(() -> asked.get() >= before + 2);
        }

        @Override
        protected void doResolve(String host, Promise<InetAddress> promise) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
            asked.incrementAndGet();
            if (now.isEmpty()) {
                promise.setFailure(new UnknownHostException(host));
            } else {
                promise.setSuccess(now);
            }
        }

        @Override
        public void close() {
            executor().shutdownGracefully();
        }
    }

    /** Answers every connection with the same bytes; with none, it stays silent and open. */
    private static final class TestServer {
        final Queue<String> requests = new ConcurrentLinkedQueue<>();
        volatile String answer = "";
        private ServerSocket socket;
        private int port;

        TestServer() {
            listen();
        }

        int port() {
            return port;
        }

        void listen() {
            try {
                socket = new ServerSocket();
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                port = socket.getLocalPort();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            ServerSocket mine = socket;
            Thread accepting = new Thread(() -> accept(mine), "test-server");
            accepting.setDaemon(true);
            accepting.start();
        }

        private void accept(ServerSocket mine) {
            while (!mine.isClosed()) {
                try (Socket client = mine.accept()) {
                    client.setSoTimeout(5_000);
                    byte[] request = new byte[4_096];
                    int read = client.getInputStream().read(request);
                    if (read > 0) {
                        requests.add(new String(request, 0, read, StandardCharsets.US_ASCII));
                    }
                    client.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
                    if (answer.isEmpty()) {
                        // Until the client gives up.
                        client.getInputStream().read();
                    }
                } catch (IOException e) {
                    // This client, or all of them, are gone.
                }
            }
        }

        void close() throws IOException {
            socket.close();
        }
    }
}
