package io.trunkline.node.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.trunkline.node.mcp.state.Checkpoint;
import io.trunkline.node.mcp.state.CheckpointException;
import io.trunkline.node.mcp.state.SessionValues;
import io.trunkline.node.mcp.wire.ClientInfo;
import io.trunkline.node.spi.LogLevel;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.spi.ToolResult;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {

    /** Counts its calls in the session. */
    private static final Tool COUNT = Tool.named("count").async(call -> {
        JsonNode before = call.session().get("test.count");
        int count = before == null ? 1 : before.intValue() + 1;
        call.session().put("test.count", IntNode.valueOf(count));
        return CompletableFuture.completedFuture(ToolResult.text("call " + count));
    });

    @Test
    void aConversationGoesOnAsIfNothingHadHappened() {
        byte[] checkpoint;
        try (TestSession first = TestSession.of("2025-03-26", COUNT)) {
            first.request(1, "logging/setLevel", "{\"level\":\"error\"}");
            first.callNow("count", "{}");
            first.callNow("count", "{}");
            checkpoint = first.peer.lastCheckpoint();
        }
        try (TestSession second = new TestSession(COUNT)) {
            FakePeer peer = new FakePeer();
            Conversation resumed = second.server.open(peer, checkpoint);

            assertThat(resumed.version()).hasToString("V2025_03_26");
            assertThat(resumed.client()).isEqualTo(new ClientInfo("test", "", "1"));
            assertThat(resumed.context().book().wants(LogLevel.WARNING, LogLevel.INFO))
                    .isFalse();
            assertThat(peer.checkpoints).as("nothing has changed yet").isEmpty();
            resumed.receive(
                    "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"count\"}}]"
                            .getBytes(UTF_8),
                    1);
            assertThat(peer.end(1)).contains("call 3");
            resumed.receive(initialize("2025-06-18"), 2);
            assertThat(peer.answer(2).path("error").path("code").asInt()).isEqualTo(-32600);
        }
    }

    @Test
    void isWrittenBeforeTheAnswerThatDependsOnIt() {
        try (TestSession session = new TestSession(COUNT)) {
            RecordingPeer peer = new RecordingPeer();
            Conversation conversation = session.server.open(peer, new byte[0]);
            conversation.receive(initialize("2025-11-25"), 1);
            conversation.receive(
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"count\"}}"
                            .getBytes(UTF_8),
                    2);
            assertThat(peer.order).containsExactly("checkpoint", "send 1", "checkpoint", "send 2");
        }
    }

    @Test
    void isWrittenOnceForValuesThatChangeOnAnotherThread() {
        TestTool slow = TestTool.async("slow");
        try (TestSession session = TestSession.of("2025-11-25", slow.tool())) {
            int before = session.peer.checkpoints.size();
            session.call(1, "slow", "{}");
            CompletableFuture.runAsync(() -> {
                        try {
                            slow.calls.get(0).session().put("a", IntNode.valueOf(1));
                            slow.calls.get(0).session().put("a", IntNode.valueOf(2));
                        } catch (ToolException e) {
                            throw new AssertionError(e);
                        }
                    })
                    .join();
            assertThat(session.peer.checkpoints).hasSize(before);
            session.peer.runTasks();
            assertThat(session.peer.checkpoints).hasSize(before + 1);
            assertThat(new String(session.peer.lastCheckpoint(), UTF_8)).contains("\"values\":{\"a\":2}");
        }
    }

    @Test
    void staysBelowItsBoundWhateverTheClientSays() {
        Random random = new Random(8192);
        for (int i = 0; i < 40; i++) {
            String text = random.ints(random.nextInt(3000), 1, i % 2 == 0 ? 0x3000 : 0x20000)
                    .filter(c -> c != '"' && c != '\\' && c >= 0x20)
                    .limit(3000)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            String escapes = "\\\"\\u0001\\ud800\\\\".repeat(random.nextInt(500));
            try (TestSession session = new TestSession(COUNT)) {
                session.request(
                        1,
                        "initialize",
                        ("{\"protocolVersion\":\"2025-11-25\",\"clientInfo\":{\"name\":\"%1$s\","
                                        + "\"title\":\"%2$s\",\"version\":\"%1$s%2$s\"},\"capabilities\":{\"sampling\":{\"x\":\"%1$s\"},"
                                        + "\"experimental\":{\"a\":\"%2$s\"}}}")
                                .formatted(text, escapes));
                byte[] checkpoint = session.peer.lastCheckpoint();
                assertThat(checkpoint.length).isLessThan(Checkpoint.MAX_BYTES - SessionValues.MAX_BYTES);
                assertThat(session.server.open(new FakePeer(), checkpoint).client())
                        .isEqualTo(session.conversation.client());
                assertThat(FakePeer.json(new String(checkpoint, UTF_8))
                                .path("capabilities")
                                .has("sampling"))
                        .isTrue();
            }
        }
    }

    @Test
    void acceptsInitializeAgainWhenTheAnswerMayHaveBeenLost() {
        try (TestSession session = new TestSession()) {
            session.conversation.receive(initialize("2025-06-18"), 1);
            byte[] checkpoint = session.peer.lastCheckpoint();
            FakePeer peer = new FakePeer();
            Conversation resumed = session.server.open(peer, checkpoint);

            resumed.receive(initialize("2025-06-18"), 1);
            assertThat(peer.answer(1).path("result").path("protocolVersion").asText())
                    .isEqualTo("2025-06-18");
            resumed.receive("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}".getBytes(UTF_8), 2);
            resumed.receive(initialize("2025-06-18"), 3);
            assertThat(peer.answer(3).has("error")).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "{",
                "{}",
                "[]",
                "null",
                "{\"v\":2}",
                "{\"v\":\"1\"}x",
                "{\"v\":1,\"protocol\":\"2026-07-28\"}",
                "{\"v\":1,\"v\":1}",
            })
    void refusesWhatItCannotContinueFrom(String checkpoint) {
        try (TestSession session = new TestSession()) {
            assertThatThrownBy(() -> session.server.open(new FakePeer(), checkpoint.getBytes(UTF_8)))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageStartingWith("checkpoint: ");
        }
    }

    @Test
    void refusesHugeAndDamagedOnesWithoutAnythingElse() {
        Random random = new Random(1);
        byte[] good;
        try (TestSession session = TestSession.of("2025-11-25", COUNT)) {
            session.callNow("count", "{}");
            good = session.peer.lastCheckpoint();
            for (int i = 0; i < 3_000; i++) {
                byte[] damaged = good.clone();
                for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
                }
                try {
                    session.server.open(new FakePeer(), damaged).close();
                } catch (CheckpointException e) {
                    assertThat(e).hasMessageStartingWith("checkpoint: ");
                }
            }
            assertThatThrownBy(() -> session.server.open(new FakePeer(), new byte[9000]))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("9000");
        }
    }

    @Test
    void valuesAreBoundedAndCanBeRemoved() throws ToolException {
        try (TestSession session = TestSession.of("2025-11-25")) {
            SessionValues values = session.conversation.values();
            values.put("a", TextNode.valueOf("x".repeat(4000)));
            assertThatThrownBy(() -> values.put("b", TextNode.valueOf("x".repeat(100))))
                    .isInstanceOf(ToolException.class)
                    .hasMessageContaining("4096");
            assertThat(values.get("b")).isNull();
            values.put("a", TextNode.valueOf("x"));
            values.put("b", TextNode.valueOf("\u00e9".repeat(1900)));
            session.peer.runTasks();
            assertThat(session.peer.lastCheckpoint().length).isBetween(3800, Checkpoint.MAX_BYTES);

            values.remove("b");
            values.remove("b");
            session.peer.runTasks();
            assertThat(new String(session.peer.lastCheckpoint(), UTF_8)).contains("\"values\":{\"a\":\"x\"}");
        }
    }

    private static byte[] initialize(String version) {
        return "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"%s\"}}"
                .formatted(version)
                .getBytes(UTF_8);
    }
}
