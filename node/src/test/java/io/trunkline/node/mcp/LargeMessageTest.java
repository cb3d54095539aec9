package io.trunkline.node.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.mcp.kit.HeldBytes;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.spi.ToolResult;
import io.trunkline.protocol.memory.MemoryBudget;
import org.junit.jupiter.api.Test;

class LargeMessageTest {

    private static final String TEXT = "x".repeat(Arrivals.LARGE);

    @Test
    void isReadElsewhereAndWhatComesAfterItWaitsItsTurn() {
        try (TestSession session = TestSession.of("2025-11-25")) {
            int large = session.call(1, "echo", "{\"text\":\"" + TEXT + "\"}");
            int ping = session.request(2, "ping", "{}");
            int second = session.call(3, "echo", "{\"text\":\"2" + TEXT + "\"}");
            int last = session.call(4, "echo", "{\"text\":\"last\"}");
            assertThat(session.peer.ends).doesNotContainKeys(large, ping, second, last);
            assertThat(session.conversation.inFlight()).isEqualTo(4);

            session.await(ping);
            assertThat(session.peer.end(large)).contains(TEXT);
            assertThat(session.peer.hasEnded(second)).isFalse();
            session.await(last);
            assertThat(session.peer.end(second)).contains("2" + TEXT);
            assertThat(session.conversation.inFlight()).isZero();
            assertThat(session.server.held().held()).isZero();
            assertThat(session.peer.hasEnded(session.request(5, "ping", "{}"))).isTrue();
        }
    }

    @Test
    void isCheckedLikeASmallOne() {
        try (TestSession session = TestSession.of("2025-03-26")) {
            assertThat(code(session, session.send("{" + TEXT))).isEqualTo(-32700);
            assertThat(code(session, session.send("{\"" + TEXT.substring(0, 10) + "\":\"" + TEXT + "\"}")))
                    .isEqualTo(-32600);
            assertThat(code(session, session.request(1, "no/method", "{\"a\":\"" + TEXT + "\"}")))
                    .isEqualTo(-32601);
            assertThat(code(session, session.call(1, "none", "{\"a\":\"" + TEXT + "\"}")))
                    .isEqualTo(-32602);
            assertThat(code(session, session.call(1, "echo", "{\"a\":\"" + TEXT + "\"}")))
                    .isEqualTo(-32602);
            assertThat(code(session, session.request(1, "initialize", "{\"a\":\"" + TEXT + "\"}")))
                    .isEqualTo(-32600);

            int note = session.send("{\"jsonrpc\":\"2.0\",\"method\":\"n\",\"params\":{\"a\":\"" + TEXT + "\"}}");
            session.await(note);
            assertThat(session.peer.end(note)).isEqualTo("done");

            int batch = session.send("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"},"
                    + "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\",\"arguments\":"
                    + "{\"text\":\"" + TEXT + "\"}}},{\"a\":1}]");
            session.await(batch);
            assertThat(session.peer.answer(batch)).hasSize(3);
        }
    }

    @Test
    void canInitializeASession() {
        try (TestSession session = new TestSession()) {
            int number = session.request(
                    1,
                    "initialize",
                    "{\"protocolVersion\":\"2025-06-18\",\"clientInfo\":{\"name\":\"n\",\"icon\":\"" + TEXT + "\"}}");
            session.await(number);
            assertThat(session.peer.answer(number).has("result")).isTrue();
            assertThat(session.conversation.client().name()).isEqualTo("n");
        }
    }

    @Test
    void isRefusedWhenTooMuchWaitsBehindOne() {
        try (TestSession session = new TestSession(TestSettings.withInFlight(64, 2)).initialize("2025-11-25")) {
            int first = session.call(1, "echo", "{\"text\":\"" + TEXT + "\"}");
            session.request(2, "ping", "{}");
            session.request(3, "ping", "{}");
            JsonNode small = session.peer.answer(session.request(4, "ping", "{}"));
            assertThat(small.path("error").path("code").asInt()).isEqualTo(-32000);
            assertThat(small.path("id").asInt()).isEqualTo(4);
            JsonNode large = session.peer.answer(session.call(5, "echo", "{\"text\":\"" + TEXT + "\"}"));
            assertThat(large.path("error").path("code").asInt()).isEqualTo(-32000);
            session.await(first);
            assertThat(session.peer.end(first)).contains(TEXT);
        }
    }

    @Test
    void givesBackWhatItHoldsWhenTheSessionCloses() {
        TestTool slow = TestTool.async("slow");
        try (TestSession session =
                new TestSession(TestSettings.withInFlight(1, 10), slow.tool()).initialize("2025-11-25")) {
            int running = session.call(1, "slow", "{\"a\":\"" + "x".repeat(10_000) + "\"}");
            session.call(2, "echo", "{\"text\":\"waits\"}");
            session.call(3, "echo", "{\"text\":\"" + TEXT + "\"}");
            session.request(4, "ping", "{}");
            assertThat(session.server.held().held()).isGreaterThan(10_000L + TEXT.length());
            session.conversation.close();
            assertThat(session.server.held().held()).isZero();
            assertThat(session.conversation.inFlight()).isZero();
            session.peer.runTasks();
            assertThat(session.peer.hasEnded(running)).isFalse();
        }
    }

    @Test
    void resultsThatComeLateAreWrittenOnTheirOwnThread() {
        TestTool slow = TestTool.async("slow");
        McpSettings.Limits limits = new McpSettings.Limits(64, 64, 1 << 20, 100, 1000);
        try (TestSession session = new TestSession(TestSettings.with(limits), slow.tool()).initialize("2025-11-25")) {
            int call = session.call(1, "slow", "{}");
            new Thread(() -> slow.complete(0, ToolResult.text(TEXT)), "late-tool").start();
            session.await(call);
            assertThat(session.peer.end(call)).contains("cannot be sent");
            assertThat(session.events.threads).containsExactly("late-tool");
        }
    }

    @Test
    void heldBytesAreBounded() {
        HeldBytes held = new HeldBytes(100, new MemoryBudget(1000));
        assertThat(held.take(60)).isTrue();
        assertThat(held.take(60)).isFalse();
        assertThat(held.take(40)).isTrue();
        held.give(60);
        assertThat(held.take(60)).isTrue();
        assertThat(held.held()).isEqualTo(100);
    }

    private static int code(TestSession session, int number) {
        session.await(number);
        return session.peer.answer(number).path("error").path("code").asInt();
    }
}
