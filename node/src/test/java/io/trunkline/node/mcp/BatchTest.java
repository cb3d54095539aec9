package io.trunkline.node.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.spi.ToolResult;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchTest {

    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"ping\"}";
    private static final String NOTE = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";

    @Test
    void answersWithOneArrayWhenTheLastMemberHasEnded() {
        TestTool slow = TestTool.async("slow");
        try (TestSession session = TestSession.of("2025-03-26", slow.tool())) {
            int batch = session.send("[" + PING.formatted(1) + "," + call(2, "slow") + "," + NOTE + ",7,"
                    + "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"no\"}]");
            assertThat(session.peer.hasEnded(batch)).isFalse();
            assertThat(session.conversation.inFlight()).isEqualTo(1);

            slow.complete(0, ToolResult.text("late"));
            session.await(batch);

            JsonNode answer = session.peer.answer(batch);
            assertThat(ids(answer)).isEqualTo("1,null,3,2");
            assertThat(answer.path(1).path("error").path("code").asInt()).isEqualTo(-32600);
            assertThat(answer.path(2).path("error").path("code").asInt()).isEqualTo(-32601);
            assertThat(answer.path(3).toString()).contains("late");
        }
    }

    @Test
    void hasNoAnswerWhenNoMemberHasOne() {
        TestTool slow = TestTool.async("slow");
        try (TestSession session = TestSession.of("2025-03-26", slow.tool())) {
            assertThat(session.peer.end(session.send("[" + NOTE + "," + NOTE + "]")))
                    .isEqualTo("done");

            int batch = session.send("[" + NOTE + "," + call(2, "slow") + "]");
            int cancel = session.send(
                    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":2}}");
            assertThat(session.peer.end(batch)).isEqualTo("done");
            assertThat(session.peer.end(cancel)).isEqualTo("done");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2024-11-05", "2025-06-18", "2025-11-25"})
    void isRefusedByVersionsThatDoNotKnowIt(String version) {
        try (TestSession session = TestSession.of(version)) {
            JsonNode answer = session.ask("[" + PING.formatted(1) + "]");
            assertThat(answer.path("error").path("code").asInt()).isEqualTo(-32600);
            assertThat(answer.path("error").path("message").asText()).contains(version);
            assertThat(answer.path("id").isNull()).isTrue();
        }
    }

    @Test
    void isRefusedBeforeInitializeWhichCannotBePartOfOne() {
        try (TestSession session = new TestSession()) {
            JsonNode answer = session.ask(
                    "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-03-26\"}}]");
            assertThat(answer.path("error").path("code").asInt()).isEqualTo(-32600);
            assertThat(session.conversation.version()).isNull();
        }
    }

    @Test
    void isRefusedBeyondItsLimit() {
        try (TestSession session = TestSession.of("2025-03-26")) {
            assertThat(session.ask("[" + (NOTE + ",").repeat(99) + PING.formatted(1) + "]"))
                    .hasSize(1);
            JsonNode refused =
                    session.ask("[" + (NOTE + ",").repeat(100) + PING.formatted(1) + "," + PING.formatted(2) + "]");
            assertThat(ids(refused)).isEqualTo("1,2");
            assertThat(refused.path(1).path("error").path("message").asText()).contains("100");
        }
    }

    @Test
    void answersEachRequestBeyondAHigherLimit() {
        McpSettings.Limits more = new McpSettings.Limits(64, 1024, 1 << 20, 200, 1 << 20);
        try (TestSession session = new TestSession(TestSettings.with(more)).initialize("2025-03-26")) {
            assertThat(session.ask(pings(200))).hasSize(200);
            assertThat(session.ask(pings(201))).hasSize(201).allMatch(answer -> answer.has("error"));
        }
    }

    private static String pings(int count) {
        return IntStream.range(0, count).mapToObj(PING::formatted).collect(Collectors.joining(",", "[", "]"));
    }

    @Test
    void replacesAnswersThatDoNotFitByErrors() {
        McpSettings.Limits few = new McpSettings.Limits(64, 64, 1 << 20, 100, 1000);
        try (TestSession session = new TestSession(TestSettings.with(few)).initialize("2025-03-26")) {
            String echo = "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\","
                    + "\"arguments\":{\"text\":\"" + "x".repeat(400) + "\"}}}";
            JsonNode answer =
                    session.ask("[" + echo.formatted(1) + "," + echo.formatted(2) + "," + echo.formatted(3) + "]");
            assertThat(ids(answer)).isEqualTo("1,2,3");
            assertThat(answer.path(1).has("result")).isTrue();
            assertThat(answer.path(2).path("error").path("code").asInt()).isEqualTo(-32603);
        }
    }

    private static String ids(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(answer -> answer.path("id").toString())
                .collect(Collectors.joining(","));
    }

    private static String call(int id, String tool) {
        return "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\"}}"
                .formatted(id, tool);
    }
}
