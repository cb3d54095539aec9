package io.trunkline.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.netty.channel.EventLoopGroup;
import io.trunkline.balancer.admit.Admission;
import io.trunkline.balancer.assign.RoundRobin;
import io.trunkline.balancer.client.ClientMemory;
import io.trunkline.balancer.cluster.KnownMembers;
import io.trunkline.balancer.edge.HttpEdge;
import io.trunkline.balancer.lines.TcpEdge;
import io.trunkline.balancer.relay.SessionEvents;
import io.trunkline.balancer.trunk.Trunks;
import io.trunkline.protocol.member.SystemConfig;
import io.trunkline.protocol.memory.MemoryBudget;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.metrics.Readiness;
import io.trunkline.protocol.trunk.NetTransport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What hostile clients can make a balancer hold, over real sockets and with a small budget, and what becomes of a
 * well-behaved client beside them.
 */
@Timeout(60)
class MemoryIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long BUDGET = 8 * 1024 * 1024;
    private static final int MESSAGE = 512 * 1024;
    /** More than one read of every client. */
    private static final long OVERSHOOT = 4 * 1024 * 1024;

    private static final Config CONFIG = ConfigFactory.parseMap(Map.of(
                    "trunkline.balancer.edge.port",
                    0,
                    "trunkline.balancer.http.port",
                    0,
                    "trunkline.member.message-limit",
                    "1 MiB"))
            .withFallback(SystemConfig.load());

    private enum Way {
        LINES,
        HTTP,
        WEB_SOCKET
    }

    private final BalancerSettings settings = BalancerSettings.from(CONFIG);
    private final NetTransport transport = NetTransport.choose(true);
    private final EventLoopGroup group = transport.group(2, "memory-it");
    private final Metrics metrics = new Metrics();
    private final Admission admission = new Admission(1000);
    private final ClientMemory memory = new ClientMemory(new MemoryBudget(BUDGET), metrics, group);
    private final SessionEvents events = new SessionEvents(metrics);
    private final Trunks.Identity identity = new Trunks.Identity("balancer-1", 7, SocketNode.SECRET);
    private final Trunks trunks = new Trunks(settings.trunk(), identity, new RoundRobin(), transport, group);
    private final Trunks peers = new Trunks(settings.trunk(), identity, new RoundRobin(), transport, group);
    private final TcpEdge lines = new TcpEdge(
            settings.edge(), settings.relay(), admission, memory, events, metrics, transport, group, trunks, null);
    private final HttpEdge http = new HttpEdge(
            settings.http(),
            settings.edge(),
            settings.relay(),
            new HttpEdge.Services(admission, memory, events, metrics, transport, group, trunks),
            new HttpEdge.Peers(peers, "balancer-1", SocketNode.SECRET));
    private final SocketNode node = new SocketNode();
    private final List<AutoCloseable> sockets = new ArrayList<>();
    private InetSocketAddress linesAt;
    private InetSocketAddress httpAt;
    private Lines light;

    @BeforeEach
    void start() throws IOException {
        memory.start();
        lines.start();
        linesAt = lines.bind("127.0.0.1").toCompletableFuture().join();
        httpAt = http.bind("127.0.0.1").toCompletableFuture().join();
        trunks.update(new KnownMembers(List.of(node.info()), true));
        await().atMost(PATIENCE).until(() -> trunks.readiness() == Readiness.READY && node.accepted() == 2);
        light = new Lines(linesAt);
        assertThat(light.ask(0)).contains("\"id\":0,\"result\"");
    }

    @AfterEach
    void nothingIsHeldForClientsThatAreGone() throws Exception {
        assertThat(light.ask(1_000_000)).as("the client beside them").contains("\"id\":1000000,\"result\"");
        assertThat(node.accepted()).as("no trunk was lost").isEqualTo(2);
        for (AutoCloseable socket : sockets) {
            socket.close();
        }
        light.close();
        http.drain(0).toCompletableFuture().join();
        lines.drain(0).toCompletableFuture().join();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(memory.budget().used()).isZero());
        // An event loop that is told to end may do so without closing its channels when it just ran something (Netty
        // 4.2).
        trunks.update(new KnownMembers(List.of(), true));
        await().atMost(PATIENCE).until(() -> node.open() == 0);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        node.close();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void messagesThatAreNotAnsweredCostTheHeaviestAndNobodyElse(Way way) throws Exception {
        String message = request(1, "swallow", MESSAGE);
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            clients.add(open(way));
            send(way, clients.get(i), message);
        }
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(shed()).isPositive());
        assertThat(light.ask(1)).contains("\"result\"");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(memory.budget().used()).isLessThan(BUDGET));
        assertThat(memory.budget().peak()).isLessThan(BUDGET + OVERSHOOT);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void answersThatAreNotReadCostTheirClientsAndNoTrunk(Way way) throws Exception {
        for (int i = 0; i < 20; i++) {
            Socket client = open(way);
            send(way, client, request(1, "answer:" + 2 * 1024 * 1024, 0));
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(memory.budget().peak()).isGreaterThan(BUDGET / 2));
        for (int i = 1; i < 20; i++) {
            assertThat(light.ask(i)).contains("\"result\"");
        }
        assertThat(memory.budget().peak()).isLessThan(BUDGET + OVERSHOOT);
    }

    @Test
    void aClientThatHasSaidAllGetsALongAnswerThatItReadsLate() throws Exception {
        int length = 4 * 1024 * 1024;
        Socket client = open(Way.LINES);
        send(Way.LINES, client, request(1, "answer:" + length, 0));
        client.shutdownOutput();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(memory.budget().used()).isGreaterThan(MESSAGE));
        // Time for the event loop to find out that nothing can be written and nothing is to be read.
        assertThat(light.ask(1)).contains("\"result\"");
        assertThat(client.getInputStream().readAllBytes().length).isGreaterThan(length);
    }

    @Test
    void partsOfMessagesCostTheHeaviest() throws Exception {
        byte[] part = ("{" + "x".repeat(MESSAGE)).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 40; i++) {
            open(Way.LINES).getOutputStream().write(part);
        }
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(shed()).isPositive());
        assertThat(memory.budget().peak()).isLessThan(BUDGET + OVERSHOOT);
    }

    @Test
    void badRequestsWhoseAnswersAreNotReadAreReadNoMore() throws Exception {
        flood(("POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: application/json, "
                        + "text/event-stream\r\nContent-Length: 1\r\n\r\nx")
                .getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void requestsForMetadataWhoseAnswersAreNotReadAreReadNoMore() throws Exception {
        flood("GET /.well-known/oauth-protected-resource HTTP/1.1\r\nHost: localhost\r\n\r\n"
                .getBytes(StandardCharsets.UTF_8));
    }

    /** Writes until the balancer takes no more. */
    private void flood(byte[] request) throws Exception {
        ByteBuffer many = ByteBuffer.allocate(1000 * request.length);
        for (int i = 0; i < 1000; i++) {
            many.put(request);
        }
        for (int client = 0; client < 2; client++) {
            SocketChannel channel = SocketChannel.open(httpAt);
            sockets.add(channel);
            channel.configureBlocking(false);
            long written = 0;
            long idleSince = System.nanoTime();
            many.flip();
            while (System.nanoTime() - idleSince < Duration.ofMillis(500).toNanos()) {
                int more = channel.write(many);
                written += more;
                idleSince = more > 0 ? System.nanoTime() : idleSince;
                if (!many.hasRemaining()) {
                    many.rewind();
                }
                // What both kernels hold for a socket, and then some.
                assertThat(written).isLessThan(64L * 1024 * 1024);
                Thread.onSpinWait();
            }
            many.limit(many.capacity()).position(many.capacity());
        }
        assertThat(memory.budget().peak()).isLessThan(BUDGET / 4);
        assertThat(light.ask(5)).contains("\"result\"");
    }

    @Test
    void tinyRequestsBehindOneThatRunsStayBytes() throws Exception {
        byte[] tiny = "GET / HTTP/1.1\r\n\r\n".repeat(3000).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 50; i++) {
            Socket client = open(Way.HTTP);
            send(Way.HTTP, client, request(1, "swallow", 0));
            client.getOutputStream().write(tiny);
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(memory.budget().used()).isGreaterThan(50L * 1000));
        assertThat(light.ask(6)).contains("\"result\"");
        assertThat(memory.budget().peak()).isLessThan(BUDGET);
    }

    @Test
    void largeBodiesAreReadElsewhereAndServedInOrder() throws Exception {
        StringBuilder members = new StringBuilder();
        for (int i = 0; members.length() < 900_000; i++) {
            members.append("\"k").append(i).append("\":1,");
        }
        String large = request(1, "large", 0).replace("\"a\":", members + "\"a\":");
        Socket client = open(Way.HTTP);
        for (int i = 0; i < 3; i++) {
            send(Way.HTTP, client, large.replace("\"id\":1", "\"id\":" + (10 + i)));
            send(Way.HTTP, client, request(20 + i, "small", 0));
        }
        for (int i = 0; i < 3; i++) {
            assertThat(response(client)).contains("\"id\":" + (10 + i) + ",\"result\"");
            assertThat(response(client)).contains("\"id\":" + (20 + i) + ",\"result\"");
        }
        send(Way.HTTP, client, large.replace("\"k7\":", "\"k8\":"));
        assertThat(response(client)).contains("not valid JSON");
    }

    private static String response(Socket socket) throws IOException {
        int length = 0;
        for (String line = line(socket); !line.isEmpty(); line = line(socket)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length: ")) {
                length = Integer.parseInt(line.substring(16));
            }
        }
        return new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
    }

    private long shed() {
        long all = 0;
        for (String reason : List.of("heaviest", "arrival", "stuck", "full")) {
            all += metrics.counter("trunkline.memory.shed", Map.of("reason", reason))
                    .total();
        }
        return all;
    }

    private static String request(int id, String method, int size) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":{\"a\":\""
                + "a".repeat(size) + "\"}}";
    }

    /** A client that reads nothing by itself, and little fits into its socket. */
    private Socket open(Way way) throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.connect(way == Way.LINES ? linesAt : httpAt);
        if (way == Way.WEB_SOCKET) {
            String key = Base64.getEncoder().encodeToString(new byte[16]);
            socket.getOutputStream()
                    .write(("GET /mcp/ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key + "\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            for (String line = line(socket); !line.isEmpty(); line = line(socket)) {
                assertThat(line).doesNotStartWith("HTTP/1.1 4");
            }
        }
        return socket;
    }

    private static String line(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = socket.getInputStream().read();
                c >= 0 && c != '\n';
                c = socket.getInputStream().read()) {
            line.append((char) c);
        }
        return line.toString().trim();
    }

    private static void send(Way way, Socket socket, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        byte[] head = switch (way) {
            case LINES -> new byte[0];
            case HTTP -> stateless(json, body.length);
            case WEB_SOCKET -> frame(body.length);
        };
        OutputStream out = socket.getOutputStream();
        try {
            out.write(head);
            out.write(withMeta(way, body));
            if (way == Way.LINES) {
                out.write('\n');
            }
        } catch (IOException closed) {
            // It was shed while it wrote.
        }
    }

    /** The head of a text frame whose mask changes nothing. */
    private static byte[] frame(int length) {
        ByteBuffer head = length < 126
                ? ByteBuffer.allocate(6).put((byte) 0x81).put((byte) (0x80 | length))
                : ByteBuffer.allocate(14).put((byte) 0x81).put((byte) 0xff).putLong(length);
        return head.putInt(0).array();
    }

    private static final String META = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{}},";

    private static byte[] withMeta(Way way, byte[] body) {
        return way != Way.HTTP
                ? body
                : new String(body, StandardCharsets.UTF_8)
                        .replace("\"params\":{", "\"params\":{" + META)
                        .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] stateless(String json, int length) {
        int at = json.indexOf("\"method\":\"") + 10;
        String method = json.substring(at, json.indexOf('"', at));
        return ("POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2026-07-28\r\n"
                        + "Mcp-Method: " + method + "\r\nContent-Length: " + (length + META.length()) + "\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** A well-behaved client that speaks lines. */
    private static final class Lines implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader reader;

        Lines(InetSocketAddress to) throws IOException {
            socket = new Socket(to.getAddress(), to.getPort());
            socket.setSoTimeout((int) PATIENCE.toMillis());
            reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        @Nullable
        String ask(int id) throws IOException {
            socket.getOutputStream().write((request(id, "ping", 0) + "\n").getBytes(StandardCharsets.UTF_8));
            return reader.readLine();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
