package io.trunkline.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.trunkline.node.mcp.McpServer;
import io.trunkline.node.tools.BuiltInTools;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.member.Member;
import io.trunkline.protocol.member.MemberSettings;
import io.trunkline.protocol.member.SystemConfig;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.session.SessionId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One real node in a cluster of its own, driven over a real socket by a trunk written by hand. */
@Timeout(300)
class NodeIT {
    private static final String SECRET = "a secret of this cluster";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
    private static final String PONG = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}";

    private final Config config =
            ConfigFactory.parseString("""
                    trunkline.member {
                      name = node-1, seeds = "", secret = "%s"
                      artery-port = 0, management-port = 0, prometheus-port = 0
                    }
                    trunkline.node.trunk { port = 0, silence = 10m }
                    trunkline.node.session.slots = 16
                    pekko.jvm-exit-on-fatal-error = off
                    """.formatted(SECRET)).withFallback(SystemConfig.load());
    private final MemberSettings settings = MemberSettings.from(config, Node.ROLE);
    private final Metrics metrics = new Metrics();
    private final Member<Void> member = Member.start(settings, config, metrics, Behaviors.empty());
    private final McpServer server = McpServer.create(NodeSettings.from(config).mcp(), List.of(new BuiltInTools()));
    private final Node node = Node.start(member.system(), settings, NodeSettings.from(config), server, metrics);

    @AfterEach
    void stop() {
        ActorTestKit.shutdown(member.system(), PATIENCE);
        server.close();
    }

    @Test
    void servesSessionsAndDrainsWithoutCuttingARequest() throws IOException {
        try (SocketEdge edge = letIn()) {
            String id = open(edge, 1, 3);
            edge.say(1, 1, PING);
            assertThat(edge.answer(1, 1)).isEqualTo(PONG);
            initialize(edge, 1, 2);
            edge.say(1, 4, call(4, "whoami", "{}"));
            JsonNode whoami = new ObjectMapper().readTree(edge.answer(1, 4)).at("/result/structuredContent");
            assertThat(whoami.path("node").asText()).isEqualTo("node-1");
            assertThat(whoami.path("session").asText()).isEqualTo(id);
            assertThat(whoami.path("slot").asInt()).isEqualTo(3);

            edge.say(1, 5, call(5, "sleep", "{\"milliseconds\":1500}"));
            open(edge, 2, 4);
            assertThat(node.sessions()).isEqualTo(2);
            CompletionStage<Done> drained =
                    CoordinatedShutdown.get(member.system()).runAll(CoordinatedShutdown.clusterLeavingReason());

            assertThat(edge.next(Frame.GoAway.class, goAway -> true).reason()).isEqualTo(Reason.DRAINING);
            edge.say(new Frame.Open(3, SessionId.mint(5), 1, "tcp", "127.0.0.1:1", Bytes.EMPTY));
            boolean answered = false;
            int resets = 0;
            while (resets < 3) {
                Frame frame = edge.next();
                if (frame instanceof Frame.Data data && data.number() == 5) {
                    answered = true;
                } else if (frame instanceof Frame.Reset reset) {
                    resets++;
                    assertThat(reset.reason()).isEqualTo(reset.stream() == 3 ? Reason.DRAINING : Reason.MOVED);
                    assertThat(reset.handled()).isEqualTo(reset.stream() == 1 ? 5 : 0);
                    // The request in flight was answered before its stream moved.
                    assertThat(answered || reset.stream() != 1).isTrue();
                }
            }
            edge.lastBeforeEnd();
            assertThat(drained.toCompletableFuture()
                            .orTimeout(60, TimeUnit.SECONDS)
                            .join())
                    .isEqualTo(Done.getInstance());
            assertThat(node.sessions()).isZero();
        }
    }

    @Test
    void opensAgainFromACheckpointAndLeavesNoSessionBehind() {
        String id;
        Bytes checkpoint;
        try (SocketEdge edge = letIn()) {
            id = open(edge, 1, 3);
            edge.say(1, 1, initialize());
            Frame.Checkpoint first = edge.next(Frame.Checkpoint.class, state -> true);
            edge.answer(1, 1);
            edge.say(1, 2, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
            checkpoint = edge.next(Frame.Checkpoint.class, state -> true).state();
            assertThat(checkpoint).isNotEqualTo(first.state());
            edge.next(Frame.Done.class, done -> done.number() == 2);
        }
        Awaitility.await().atMost(PATIENCE).until(() -> node.sessions() == 0);

        try (SocketEdge edge = letIn()) {
            edge.say(new Frame.Open(1, id, 1, "tcp", "127.0.0.1:1", checkpoint));
            assertThat(edge.next(Frame.Reset.class, reset -> true).reason()).isEqualTo(Reason.STALE_EPOCH);
            edge.say(new Frame.Open(2, id, 2, "tcp", "127.0.0.1:1", checkpoint));
            edge.next(Frame.Opened.class, opened -> opened.stream() == 2);
            edge.say(2, 3, "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"tools/list\"}");
            assertThat(edge.answer(2, 3)).contains("whoami");
            edge.say(new Frame.Open(3, id, 3, "tcp", "127.0.0.1:1", Bytes.wrap(new byte[] {1})));
            assertThat(edge.next(Frame.Reset.class, reset -> reset.stream() == 3)
                            .reason())
                    .isEqualTo(Reason.BAD_CHECKPOINT);
            Awaitility.await().atMost(PATIENCE).until(() -> node.sessions() == 0);
        }
    }

    @Test
    void manySessionsComeAndGo() {
        try (SocketEdge edge = letIn()) {
            for (int round = 0; round < 3; round++) {
                int first = 1 + 200 * round;
                for (int stream = first; stream < first + 200; stream++) {
                    edge.say(newSession(stream, stream % 16));
                }
                int answered = 0;
                while (answered < 200) {
                    Frame next = edge.next();
                    if (next instanceof Frame.Opened) {
                        edge.say(next.stream(), 1, PING);
                    } else if (next instanceof Frame.Data) {
                        answered++;
                        edge.say(new Frame.Reset(next.stream(), Reason.CLOSED, 0, ""));
                    }
                }
                Awaitility.await().atMost(PATIENCE).until(() -> node.sessions() == 0);
            }
        }
    }

    private SocketEdge letIn() {
        SocketEdge edge = new SocketEdge(new InetSocketAddress(
                node.trunkAddress().host(), node.trunkAddress().port()));
        assertThat(edge.shakeHands("balancer-1", SECRET)).isEqualTo(new Frame.Welcome(16, 25_000, 65_536));
        edge.next(Frame.Slots.class, slots -> slots.hosted().size() == 16);
        return edge;
    }

    private static Frame.Open newSession(int stream, int slot) {
        return new Frame.Open(stream, SessionId.mint(slot), 1, "tcp", "127.0.0.1:1", Bytes.EMPTY);
    }

    private static String open(SocketEdge edge, int stream, int slot) {
        Frame.Open open = newSession(stream, slot);
        edge.say(open);
        edge.next(Frame.Opened.class, opened -> opened.stream() == stream);
        return open.session();
    }

    private static void initialize(SocketEdge edge, int stream, int number) {
        edge.say(stream, number, initialize());
        assertThat(edge.answer(stream, number)).contains("2025-11-25");
        edge.say(stream, number + 1, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        edge.next(Frame.Done.class, done -> done.number() == number + 1);
    }

    private static String initialize() {
        return """
                {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
                "capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""";
    }

    private static String call(int id, String tool, String arguments) {
        return "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":%s}}"
                .formatted(id, tool, arguments);
    }
}
