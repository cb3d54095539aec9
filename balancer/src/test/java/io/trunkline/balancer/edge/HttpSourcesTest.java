package io.trunkline.balancer.edge;

import static io.trunkline.balancer.edge.HttpBench.INITIALIZE;
import static io.trunkline.balancer.edge.HttpBench.header;
import static io.trunkline.balancer.edge.HttpBench.post;
import static io.trunkline.balancer.edge.HttpBench.status;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.balancer.edge.HttpBench.Opened;
import io.trunkline.balancer.limits.LimitSettings;
import io.trunkline.balancer.session.SessionSeal;
import io.trunkline.balancer.trunk.FakeNode;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.member.SystemConfig;
import io.trunkline.protocol.refusal.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions of several addresses at a balancer that has room for five. */
class HttpSourcesTest {
    private static final String FLOOD = "10.0.0.1";
    private static final String OTHER = "10.0.0.2";
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}";

    private HttpBench bench = new HttpBench();

    @AfterEach
    void nothingIsHeldForClientsThatAreGone() {
        bench.close();
    }

    private FakeNode limited(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>();
        settings.forEach((key, value) -> all.put("limits." + key, value));
        return limited(LimitSettings.from(
                ConfigFactory.parseMap(all).withFallback(SystemConfig.load().getConfig("trunkline.balancer"))));
    }

    /** Every address may have all sessions; one that has been idle for so long may be ended for another. */
    private FakeNode shedding(Duration after) {
        LimitSettings.Bounds all = new LimitSettings.Bounds(100, 0, 0, 0, 0, 0);
        return limited(new LimitSettings(
                LimitSettings.NONE.exempt(), 1024, Duration.ofSeconds(5), after, all, LimitSettings.NONE.principal()));
    }

    private FakeNode limited(LimitSettings limits) {
        bench.close();
        bench = new HttpBench(HttpBench.settings(false, 0), null, limits);
        bench.sources.rooms(() -> 100, () -> 5);
        return bench.trunks.onlyNode();
    }

    @Test
    void oneAddressHasItsShareOfTheSessionsAndNoMore() {
        FakeNode node = limited(Map.of("address.share", 40));
        bench.open(bench.connect(FLOOD), node);
        Opened second = bench.open(bench.connect(FLOOD), node);
        EmbeddedChannel third = bench.connect(FLOOD);
        bench.write(third, post(INITIALIZE));
        String refused = bench.said(third);
        assertThat(status(refused)).isEqualTo(429);
        assertThat(header(refused, "Retry-After")).isEqualTo("1");
        EmbeddedChannel stream = bench.connect(FLOOD);
        bench.write(stream, HttpBench.get("/mcp/sse"));
        assertThat(status(bench.said(stream))).as("of any kind").isEqualTo(429);

        bench.open(bench.connect(OTHER), node);
        bench.write(second.client(), "DELETE /mcp HTTP/1.1\r\nHost: localhost\r\n" + second.header() + "\r\n\r\n");
        bench.said(second.client());
        node.heard();
        bench.open(bench.connect(FLOOD), node);
        assertThat(bench.ended(Reason.RATE_LIMITED)).isEqualTo(2);
    }

    @Test
    void anIdleSessionOfTheHeaviestAddressMakesRoomForAnother() {
        FakeNode node = shedding(Duration.ofNanos(1));
        List<Opened> flood = IntStream.range(0, 5)
                .mapToObj(i -> bench.open(bench.connect(FLOOD), node))
                .toList();
        bench.write(flood.get(0).client(), post(PING, flood.get(0).header()));
        node.heard();

        EmbeddedChannel newcomer = bench.connect(OTHER);
        bench.write(newcomer, post(INITIALIZE));
        List<Frame> heard = node.heard();
        Frame.Reset shed = (Frame.Reset) heard.get(0);
        assertThat(shed.stream())
                .as("the one that was idle for longest, but for the busy one")
                .isEqualTo(flood.get(1).stream());
        assertThat(((Frame.Open) heard.get(1)).remote()).startsWith(OTHER);
        assertThat(bench.edge.httpSessions().size()).isEqualTo(5);

        bench.write(flood.get(1).client(), post(PING, flood.get(1).header()));
        EmbeddedChannel sixth = bench.connect(FLOOD);
        bench.write(sixth, post(INITIALIZE));
        assertThat(status(bench.said(sixth)))
                .as("nobody makes room for the heaviest")
                .isEqualTo(503);
    }

    @Test
    void aSessionThatWasActiveIsNotEndedForAnother() {
        FakeNode node = shedding(Duration.ofHours(1));
        for (int i = 0; i < 5; i++) {
            bench.open(bench.connect(FLOOD), node);
        }
        EmbeddedChannel newcomer = bench.connect(OTHER);
        bench.write(newcomer, post(INITIALIZE));
        assertThat(status(bench.said(newcomer))).isEqualTo(503);
        assertThat(bench.edge.httpSessions().size()).isEqualTo(5);
    }

    @Test
    void fullNodesMakeRoomInTheSameWay() {
        FakeNode node = shedding(Duration.ofNanos(1));
        node.limit = 2;
        bench.trunks.members();
        FakeNode small = bench.trunks.node(2, 0, 1, 2, 3, 4, 5, 6, 7);
        small.limit = 2;
        bench.trunks.members(small);
        small.welcome();
        Opened first = bench.open(bench.connect(FLOOD), small);
        bench.open(bench.connect(FLOOD), small);

        EmbeddedChannel newcomer = bench.connect(OTHER);
        bench.write(newcomer, post(INITIALIZE));
        assertThat(small.heard()).isEmpty();
        bench.tick(0.5);
        assertThat(small.hear(Frame.Reset.class).stream()).isEqualTo(first.stream());
        bench.trunks.loopTrunks().retryWaiters();
        bench.trunks.run();
        assertThat(small.hear(Frame.Open.class).remote()).startsWith(OTHER);
    }

    @Test
    void sessionsThatAreTakenOverCountOnceTheirClientsCome() {
        FakeNode node = limited(Map.of("address.share", 40));
        List<String> ids = List.of(adopted(node), adopted(node), adopted(node));
        for (String id : ids.subList(0, 2)) {
            EmbeddedChannel client = bench.connect(FLOOD);
            bench.write(client, post(PING, "Mcp-Session-Id: " + id));
            Frame.Data asked = node.hear(Frame.Data.class);
            node.say(FakeNode.answer(asked.stream(), asked.number(), "{}"));
            assertThat(status(bench.said(client))).isEqualTo(200);
        }
        EmbeddedChannel third = bench.connect(FLOOD);
        bench.write(third, post(PING, "Mcp-Session-Id: " + ids.get(2)));
        assertThat(status(bench.said(third))).isEqualTo(429);
        assertThat(bench.edge.httpSessions().size()).as("it has ended").isEqualTo(2);
    }

    private String adopted(FakeNode node) {
        String id = new SessionSeal(FakeNode.SECRET, "balancer-9").mint(1, "");
        node.say(new Frame.Orphan(id, 3, Bytes.EMPTY));
        bench.trunks.run();
        Frame.Open open = node.hear(Frame.Open.class);
        assertThat(open.epoch()).isEqualTo(Frame.ADOPT);
        node.say(new Frame.Adopted(open.stream(), 4, 0, List.of()), new Frame.Opened(open.stream()));
        return id;
    }

    @Test
    void idsThatAreNoneAreRefusedUnseenAfterAWhileAndTheOthersAreNot() {
        FakeNode node = limited(Map.of("address.unknown-sessions", 1, "burst", "3s"));
        Opened session = bench.open(bench.connect(FLOOD), node);
        EmbeddedChannel client = bench.connect(FLOOD);
        Map<Integer, Integer> statuses = new HashMap<>();
        for (int i = 0; i < 20; i++) {
            bench.write(client, post(PING, "Mcp-Session-Id: " + "x".repeat(32)));
            statuses.merge(status(bench.said(client)), 1, Integer::sum);
        }
        assertThat(statuses).containsEntry(404, 3).containsEntry(429, 17);
        bench.write(session.client(), post(PING, session.header()));
        assertThat(node.hear(Frame.Data.class).number()).isEqualTo(2);
        EmbeddedChannel other = bench.connect(OTHER);
        bench.write(other, post(PING, "Mcp-Session-Id: " + "x".repeat(32)));
        assertThat(status(bench.said(other))).isEqualTo(404);
    }

    @Test
    void webSocketsHaveTheirShareAndAreReadMoreSlowly() {
        FakeNode node = limited(Map.of("address.share", 40, "address.messages", 10, "burst", "300ms"));
        EmbeddedChannel client = bench.connect(FLOOD);
        EmbeddedChannel second = bench.connect(FLOOD);
        client.freezeTime();
        assertThat(upgraded(client)).isEqualTo(101);
        assertThat(upgraded(second)).isEqualTo(101);
        assertThat(upgraded(bench.connect(FLOOD))).isEqualTo(429);
        assertThat(upgraded(bench.connect(OTHER))).isEqualTo(101);

        for (int i = 0; i < 3; i++) {
            bench.write(client, masked(PING));
        }
        assertThat(client.config().isAutoRead()).isFalse();
        node.say(new Frame.Opened(node.hear(Frame.Open.class).stream()));
        int heard = node.heard().size();
        for (int i = 0; i < 3; i++) {
            client.advanceTimeBy(1, TimeUnit.SECONDS);
            client.runPendingTasks();
            bench.trunks.run();
        }
        assertThat(heard + node.heard().size()).isEqualTo(3);
        assertThat(client.config().isAutoRead()).isTrue();
    }

    private int upgraded(EmbeddedChannel client) {
        String[] lines = {
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="
        };
        bench.write(client, HttpBench.get("/mcp/ws", lines));
        return status(bench.said(client));
    }

    /** A text message with a mask of zeros. */
    private static byte[] masked(String text) {
        byte[] message = text.getBytes(StandardCharsets.UTF_8);
        byte[] frame = new byte[6 + message.length];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) (0x80 | message.length);
        System.arraycopy(message, 0, frame, 6, message.length);
        return frame;
    }
}
