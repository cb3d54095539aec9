package io.trunkline.balancer.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.balancer.admit.Admission;
import io.trunkline.balancer.assign.PolicyName;
import io.trunkline.balancer.auth.Authorizer;
import io.trunkline.balancer.client.ClientMemory;
import io.trunkline.balancer.client.EdgeSettings;
import io.trunkline.balancer.http.HttpSettings;
import io.trunkline.balancer.limits.LimitSettings;
import io.trunkline.balancer.limits.SourceLimits;
import io.trunkline.balancer.relay.RelaySettings;
import io.trunkline.balancer.relay.SessionEvents;
import io.trunkline.balancer.session.SessionSeal;
import io.trunkline.balancer.trunk.FakeNode;
import io.trunkline.balancer.trunk.TestTrunks;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.member.NetSettings;
import io.trunkline.protocol.memory.MemoryBudget;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.trunk.NetTransport;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An HTTP edge whose event loop, clients and nodes are the test's. Closing it asserts that nothing is left behind. */
public final class HttpBench implements AutoCloseable {
    public static final int LIMIT = 64 * 1024;
    public static final long BUDGET = 64L * LIMIT;
    public static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
    public static final String INITIALIZE =
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\"}}";
    public static final String INITIALIZED =
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"protocolVersion\":\"2025-11-25\"}}";

    private static final EdgeSettings EDGE = new EdgeSettings(
            0,
            new NetSettings(1, false, LIMIT),
            0,
            new EdgeSettings.Timeouts(
                    Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofSeconds(30)));

    private static final RelaySettings RELAY =
            new RelaySettings(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(10), 4, 8 * LIMIT);

    public final TestTrunks trunks = new TestTrunks(PolicyName.ROUND_ROBIN.create());
    public final ClientMemory memory;
    public final Metrics metrics = new Metrics();
    public final SourceLimits sources;
    public final Admission admission;
    public final HttpEdge edge;
    private final List<EmbeddedChannel> channels = new ArrayList<>();

    public HttpBench() {
        this(settings(false, 0));
    }

    public HttpBench(HttpSettings settings) {
        this(settings, null);
    }

    /** One that asks clients who they are. */
    public HttpBench(HttpSettings settings, @Nullable Authorizer authorizer) {
        this(settings, authorizer, BUDGET);
    }

    /** One whose clients may hold so many bytes. */
    public HttpBench(HttpSettings settings, @Nullable Authorizer authorizer, long budget) {
        this(settings, authorizer, budget, LimitSettings.NONE);
    }

    /** One with bounds for each source. */
    public HttpBench(HttpSettings settings, @Nullable Authorizer authorizer, LimitSettings limits) {
        this(settings, authorizer, BUDGET, limits);
    }

    private HttpBench(HttpSettings settings, @Nullable Authorizer authorizer, long budget, LimitSettings limits) {
        sources = new SourceLimits(limits, metrics);
        admission = new Admission(100, sources);
        memory = new ClientMemory(new MemoryBudget(budget), metrics, trunks.loop());
        edge = new HttpEdge(
                settings,
                EDGE,
                RELAY,
                new HttpEdge.Services(
                        admission,
                        memory,
                        new SessionEvents(new Metrics()),
                        metrics,
                        NetTransport.NIO,
                        trunks.loop(),
                        trunks.trunks()),
                new HttpEdge.Peers(trunks.peers(), "balancer-1", FakeNode.SECRET),
                authorizer);
    }

    public static HttpSettings settings(boolean cors, int perSource) {
        return settings(
                List.of("localhost", "127.0.0.1", "[::1]"),
                List.of("localhost", "https://app.example.com"),
                cors,
                perSource);
    }

    public static HttpSettings settings(List<String> hosts, List<String> origins, boolean cors, int perSource) {
        return settings(hosts, origins, cors, perSource, List.of());
    }

    public static HttpSettings settings(List<String> affinity) {
        return settings(List.of("*"), List.of("*"), false, 0, affinity);
    }

    private static HttpSettings settings(
            List<String> hosts, List<String> origins, boolean cors, int perSource, List<String> affinity) {
        return new HttpSettings(
                0,
                hosts,
                origins,
                cors,
                1024,
                new HttpSettings.Head(8 * 1024, 16 * 1024, 100),
                new HttpSettings.Timeouts(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(5)),
                new HttpSettings.Sessions(5, perSource, Duration.ofMinutes(30)),
                new HttpSettings.Replay(4, 4096, 1 << 20),
                affinity);
    }

    public EmbeddedChannel connect() {
        return connect("127.0.0.1");
    }

    /** A client at this address. */
    public EmbeddedChannel connect(String from) {
        assertThat(admission.connect()).isTrue();
        EmbeddedChannel channel = new Socket(from);
        assertThat(sources.connect(channel)).isTrue();
        channel.config().setAllocator(trunks.memory());
        edge.stages(channel, loop());
        channels.add(channel);
        return channel;
    }

    /** The node is asked for a session that it does not have. */
    public void knowsNothing(FakeNode node) {
        Frame.Open asked = node.hear(Frame.Open.class);
        assertThat(asked.epoch()).isEqualTo(Frame.ADOPT);
        node.say(new Frame.Reset(asked.stream(), Reason.UNKNOWN_SESSION, 0, ""));
    }

    private HttpLoop loop() {
        return edge.loop(trunks.loop());
    }

    /** The ids of HTTP sessions. */
    public SessionSeal seal() {
        return loop().seal();
    }

    /** How many connections and sessions there are. */
    public int population() {
        return loop().population();
    }

    /** The process stops. */
    public void drain(long deadline) {
        loop().drain(deadline);
    }

    /** Writes text as it stands; a line end is CR LF where the test says so. */
    public void write(EmbeddedChannel client, String text) {
        write(client, text.getBytes(StandardCharsets.UTF_8));
    }

    public void write(EmbeddedChannel client, byte[] bytes) {
        client.writeInbound(trunks.memory().buffer(bytes.length).writeBytes(bytes));
        trunks.run();
    }

    /** What the client has received since the last call, byte for byte. */
    public byte[] bytes(EmbeddedChannel client) {
        client.runPendingTasks();
        trunks.run();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuf sent = client.readOutbound(); sent != null; sent = client.readOutbound()) {
            byte[] piece = new byte[sent.readableBytes()];
            sent.readBytes(piece);
            all.writeBytes(piece);
            sent.release();
        }
        return all.toByteArray();
    }

    public String said(EmbeddedChannel client) {
        return new String(bytes(client), StandardCharsets.UTF_8);
    }

    /** The status of a response. */
    public static int status(String response) {
        Matcher line = Pattern.compile("^HTTP/1\\.1 (\\d{3}) ").matcher(response);
        assertThat(line.find()).as(response).isTrue();
        return Integer.parseInt(line.group(1));
    }

    public static String header(String response, String name) {
        Matcher line = Pattern.compile("(?imd)^" + name + ": (.*)\r$").matcher(response);
        return line.find() ? line.group(1) : "";
    }

    public static String body(String response) {
        return response.substring(response.indexOf("\r\n\r\n") + 4);
    }

    /** The text of a POST of this JSON to /mcp, with these further header lines. */
    public static String post(String json, String... headers) {
        return postTo("/mcp", json, headers);
    }

    public static String postTo(String target, String json, String... headers) {
        return "POST " + target + " HTTP/1.1\r\nHost: localhost:8080\r\nContent-Type: application/json\r\n"
                + "Accept: application/json, text/event-stream\r\n" + lines(headers) + "Content-Length: "
                + json.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + json;
    }

    public static String get(String target, String... headers) {
        return "GET " + target + " HTTP/1.1\r\nHost: localhost:8080\r\nAccept: text/event-stream\r\n" + lines(headers)
                + "\r\n";
    }

    private static String lines(String... headers) {
        StringBuilder all = new StringBuilder();
        for (String header : headers) {
            all.append(header).append("\r\n");
        }
        return all.toString();
    }

    /** A session on a node that has answered its initialize. */
    public Opened open(FakeNode node, String... headers) {
        return open(connect(), node, headers);
    }

    /** The same for a client that is connected. */
    public Opened open(EmbeddedChannel client, FakeNode node, String... headers) {
        write(client, post(INITIALIZE, headers));
        int stream = node.hear(Frame.Open.class).stream();
        node.say(new Frame.Opened(stream));
        assertThat(FakeNode.text(node.hear(Frame.Data.class))).isEqualTo(INITIALIZE);
        node.say(FakeNode.answer(stream, 1, INITIALIZED));
        String response = said(client);
        assertThat(status(response)).isEqualTo(200);
        assertThat(body(response)).isEqualTo(INITIALIZED);
        String id = header(response, "Mcp-Session-Id");
        assertThat(id).hasSize(32);
        return new Opened(client, id, stream);
    }

    public record Opened(EmbeddedChannel client, String id, int stream) {
        public String header() {
            return "Mcp-Session-Id: " + id;
        }
    }

    /** A client that reads nothing, or reads again. */
    public void clogged(EmbeddedChannel client, boolean clogged) {
        client.unsafe().outboundBuffer().setUserDefinedWritability(1, !clogged);
        client.runPendingTasks();
        trunks.run();
    }

    /** What is held for all clients, once the loop has told the process. */
    public long held() {
        memory.of(trunks.loop()).act(System.nanoTime());
        return memory.budget().used();
    }

    public long counted(int status) {
        return metrics.counter("trunkline.http.responses", Map.of("status", Integer.toString(status)))
                .total();
    }

    public long ended(Reason reason) {
        return metrics.counter("trunkline.clients.ended", Map.of("reason", reason.label()))
                .total();
    }

    /** Looks at the deadlines as if so many seconds had passed since the test began. */
    public void tick(double seconds) {
        loop().tick(System.nanoTime() + (long) (seconds * 1e9));
        trunks.run();
        channels.forEach(EmbeddedChannel::runPendingTasks);
        trunks.run();
    }

    @Override
    public void close() {
        channels.forEach(EmbeddedChannel::finishAndReleaseAll);
        trunks.run();
        tick(3600);
        assertThat(loop().population()).isZero();
        assertThat(edge.httpSessions().size()).isZero();
        assertThat(edge.httpSessions().replayBytes()).isZero();
        assertThat(held()).isZero();
        assertThat(admission.connections()).isZero();
        trunks.close();
    }

    /** A channel that comes from an address. */
    private static final class Socket extends EmbeddedChannel {
        private final InetSocketAddress remote;

        Socket(String from) {
            remote = new InetSocketAddress(from, 4711);
        }

        @Override
        protected SocketAddress remoteAddress0() {
            return remote;
        }
    }
}
