package io.trunkline.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.trunkline.protocol.member.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Balancers whose loopback addresses are limited as any other, on real sockets: one of them floods, another is served.
 */
@Timeout(60)
class SourceLimitsIT {
    private static final String FLOOD = "127.0.0.1";
    private static final String OTHER = "127.0.0.2";
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
    private static final String KEY = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

    private final TestBalancers balancers = new TestBalancers();
    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        balancers.close();
    }

    // --- connections

    @Test
    void oneAddressDoesNotTakeAllConnections() throws IOException {
        Balancer balancer = start(Map.of("edge.connection-limit", 16));
        for (int i = 0; i < 4; i++) {
            assertThat(answered(connect(FLOOD, balancer.address(BalancerPort.HTTP))))
                    .isEqualTo(404);
        }
        String refused = readAll(connect(FLOOD, balancer.address(BalancerPort.HTTP)));
        assertThat(refused).startsWith("HTTP/1.1 429 Too Many Requests\r\n").contains("\r\nRetry-After: 1\r\n");
        assertThat(readAll(connect(FLOOD, balancer.address(BalancerPort.TCP))))
                .contains("\"reason\":\"rate_limited\"")
                .endsWith("}\n");
        assertThat(answered(connect(OTHER, balancer.address(BalancerPort.HTTP))))
                .isEqualTo(404);
        assertThat(limited("connections")).isEqualTo(2);
    }

    @Test
    void aConnectionThatIsClosedGivesItsPlaceBack() throws Exception {
        Balancer balancer = start(Map.of("edge.connection-limit", 4));
        Socket first = connect(FLOOD, balancer.address(BalancerPort.HTTP));
        assertThat(answered(first)).isEqualTo(404);
        first.close();
        await().atMost(TestBalancers.PATIENCE)
                .ignoreException(IOException.class)
                .until(() -> answered(connect(FLOOD, balancer.address(BalancerPort.HTTP))) == 404);
    }

    @Test
    void aClientThatClosesWhileItWaitsForAnAnswerGivesItsPlaceBack() throws Exception {
        Balancer balancer = start(Map.of("edge.connection-limit", 4, "relay.queue-deadline", "60s"));
        Socket first = connect(FLOOD, balancer.address(BalancerPort.TCP));
        first.getOutputStream().write((PING + "\n").getBytes(StandardCharsets.UTF_8));
        first.close();
        await().atMost(TestBalancers.PATIENCE)
                .ignoreException(IOException.class)
                .until(() -> answered(connect(FLOOD, balancer.address(BalancerPort.HTTP))) == 404);
    }

    @Test
    void aClientThatHasSaidItsLastWordIsStillAnswered() throws Exception {
        Balancer balancer = start(Map.of("relay.queue-deadline", "4s"));
        Socket client = connect(OTHER, balancer.address(BalancerPort.TCP));
        client.getOutputStream().write((PING + "\n").getBytes(StandardCharsets.UTF_8));
        client.shutdownOutput();
        assertThat(readAll(client).strip())
                .startsWith("{\"jsonrpc\":\"2.0\",\"id\":1,")
                .endsWith("}");
    }

    @Test
    void connectionsDoNotComeMoreQuicklyThanTheyMay() throws IOException {
        Balancer balancer = start(Map.of("limits.address.connects", 5, "limits.burst", "1s"));
        int refused = 0;
        for (int i = 0; i < 30; i++) {
            try (Socket socket = connect(FLOOD, balancer.address(BalancerPort.TCP))) {
                socket.shutdownOutput();
                refused += readAll(socket).contains("rate_limited") ? 1 : 0;
            }
        }
        assertThat(refused).isGreaterThan(10);
        assertThat(limited("connects")).isEqualTo(refused);
        assertThat(answered(connect(OTHER, balancer.address(BalancerPort.HTTP))))
                .isEqualTo(404);
    }

    @Test
    void handshakesDoNotComeMoreQuicklyThanTheyMay(@TempDir Path directory) throws Exception {
        X509Bundle bundle = new CertificateBuilder()
                .subject("CN=localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Path both = Files.writeString(
                directory.resolve("both.pem"), bundle.getCertificatePEM() + bundle.getPrivateKeyPEM());
        Balancer balancer = start(Map.of(
                "tls.certificate",
                both.toString(),
                "tls.key",
                both.toString(),
                "tls.http-port",
                0,
                "tls.tcp-port",
                0,
                "limits.address.handshakes",
                2,
                "limits.burst",
                "1s"));
        int closed = 0;
        for (int i = 0; i < 20; i++) {
            Socket socket = connect(FLOOD, balancer.address(BalancerPort.HTTPS));
            socket.setSoTimeout(50);
            closed += isClosed(socket) ? 1 : 0;
        }
        assertThat(closed).isBetween(10, 18);
        assertThat(limited("handshakes")).isEqualTo(closed);
        Socket other = connect(OTHER, balancer.address(BalancerPort.HTTPS));
        other.setSoTimeout(50);
        assertThat(isClosed(other)).isFalse();
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    // --- sessions

    @Test
    void oneAddressDoesNotTakeAllSessionsOfWebSockets() throws IOException {
        Balancer balancer = start(Map.of("http.sessions.limit", 8));
        for (int i = 0; i < 2; i++) {
            assertThat(upgraded(connect(FLOOD, balancer.address(BalancerPort.HTTP))))
                    .isEqualTo(101);
        }
        assertThat(upgraded(connect(FLOOD, balancer.address(BalancerPort.HTTP))))
                .isEqualTo(429);
        assertThat(upgraded(connect(OTHER, balancer.address(BalancerPort.HTTP))))
                .isEqualTo(101);
        assertThat(limited("sessions")).isEqualTo(1);
    }

    @Test
    void oneAddressDoesNotTakeAllSessionsOfLines() throws IOException {
        Balancer balancer = start(Map.of("http.sessions.limit", 8, "relay.queue-deadline", "10s"));
        for (int i = 0; i < 2; i++) {
            connect(FLOOD, balancer.address(BalancerPort.TCP))
                    .getOutputStream()
                    .write((PING + "\n").getBytes(StandardCharsets.UTF_8));
        }
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        String said = "";
        while (!said.contains("rate_limited") && System.nanoTime() < deadline) {
            Socket third = connect(FLOOD, balancer.address(BalancerPort.TCP));
            third.setSoTimeout(200);
            third.getOutputStream().write((PING + "\n").getBytes(StandardCharsets.UTF_8));
            said = readSome(third);
        }
        assertThat(said).contains("\"reason\":\"rate_limited\"").contains("\"id\":null");
    }

    // --- guesses

    @Test
    void guessesOfSessionIdsAreSlowedDown() throws IOException {
        Balancer balancer = start(Map.of("limits.address.unknown-sessions", 10, "limits.burst", "2s"));
        Map<Integer, Integer> statuses = new HashMap<>();
        long began = System.nanoTime();
        for (int i = 0; i < 300; i++) {
            Socket socket = connect(FLOOD, balancer.address(BalancerPort.HTTP));
            statuses.merge(guess(socket, i), 1, Integer::sum);
            socket.close();
        }
        long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
        assertThat(statuses.getOrDefault(404, 0)).isBetween(20, 22 + 10 * ((int) seconds + 1));
        assertThat(statuses).containsOnlyKeys(404, 429);
        assertThat(limited("unknown_sessions"))
                .isEqualTo(statuses.getOrDefault(429, 0).longValue());
        assertThat(guess(connect(OTHER, balancer.address(BalancerPort.HTTP)), 1))
                .isEqualTo(404);
    }

    private static int guess(Socket socket, int number) throws IOException {
        String id = "AAAA" + String.format("%028d", number);
        socket.getOutputStream()
                .write(("DELETE /mcp HTTP/1.1\r\nHost: localhost\r\nMcp-Session-Id: " + id + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return status(socket);
    }

    @Test
    void tokensThatAreNoGoodAreSlowedDownAndGoodOnesAreNot(@TempDir Path directory) throws Exception {
        Path tokens = Files.writeString(
                directory.resolve("tokens"), "ann " + sha256("good") + " mcp\n", StandardCharsets.UTF_8);
        Balancer balancer = start(Map.of(
                "auth.tokens",
                tokens.toString(),
                "auth.tcp",
                "off",
                "limits.address.failed-tokens",
                5,
                "limits.burst",
                "2s"));
        Map<Integer, Integer> statuses = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            statuses.merge(show(connect(FLOOD, balancer.address(BalancerPort.HTTP)), "bad-" + i), 1, Integer::sum);
        }
        assertThat(statuses).containsOnlyKeys(401, 429);
        assertThat(statuses.getOrDefault(429, 0)).isGreaterThan(50);
        assertThat(show(connect(FLOOD, balancer.address(BalancerPort.HTTP)), "good"))
                .isNotIn(401, 429);
        assertThat(answered(connect(FLOOD, balancer.address(BalancerPort.HTTP))))
                .as("whoever shows nothing")
                .isEqualTo(404);
        assertThat(show(connect(OTHER, balancer.address(BalancerPort.HTTP)), "bad"))
                .isEqualTo(401);
    }

    private static int show(Socket socket, String token) throws IOException {
        socket.getOutputStream()
                .write(("DELETE /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return status(socket);
    }

    private static String sha256(String text) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest);
    }

    // --- messages

    @Test
    void whoeverSaysMoreThanItMayIsReadMoreSlowlyAndStays() throws IOException {
        Balancer balancer = start(Map.of("limits.address.messages", 20, "limits.burst", "500ms"));
        Socket socket = connect(FLOOD, balancer.address(BalancerPort.HTTP));
        long began = System.nanoTime();
        for (int i = 0; i < 40; i++) {
            assertThat(guess(socket, i)).isEqualTo(404);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(1200));
        assertThat(limited("messages")).isPositive();

        Socket other = connect(OTHER, balancer.address(BalancerPort.HTTP));
        began = System.nanoTime();
        assertThat(guess(other, 1)).isEqualTo(404);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(1));
    }

    // ---

    private Balancer start(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("limits.exempt", "");
        return balancers.start(all);
    }

    private long limited(String limit) {
        return balancers
                .metrics()
                .counter("trunkline.limited", Map.of("limit", limit))
                .total();
    }

    private Socket connect(String from, HostPort to) throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.bind(new InetSocketAddress(from, 0));
        socket.setSoTimeout(10_000);
        socket.connect(new InetSocketAddress(to.host(), to.port()), 10_000);
        return socket;
    }

    private static int answered(Socket socket) throws IOException {
        socket.getOutputStream()
                .write("GET /.well-known/oauth-protected-resource HTTP/1.1\r\nHost: localhost\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
        return status(socket);
    }

    private static int upgraded(Socket socket) throws IOException {
        socket.getOutputStream()
                .write(("GET /mcp/ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                + "Sec-WebSocket-Version: 13\r\n" + KEY + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return status(socket);
    }

    /** The status of one response, whose body is read. */
    private static int status(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertThat(next).as(head.toString()).isNotNegative();
            head.append((char) next);
        }
        Matcher length = Pattern.compile("(?i)content-length: (\\d+)").matcher(head);
        if (length.find()) {
            in.readNBytes(Integer.parseInt(length.group(1)));
        }
        return Integer.parseInt(head.substring(9, 12));
    }

    private static String readAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String readSome(Socket socket) throws IOException {
        StringBuilder all = new StringBuilder();
        try {
            for (int next = socket.getInputStream().read();
                    next >= 0;
                    next = socket.getInputStream().read()) {
                all.append((char) next);
            }
        } catch (SocketTimeoutException e) {
            // Nothing more.
        }
        return all.toString();
    }
}
