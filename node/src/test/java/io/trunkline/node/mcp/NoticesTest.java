package io.trunkline.node.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.trunkline.node.spi.LogLevel;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolCall;
import io.trunkline.node.spi.ToolResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoticesTest {

    private final TestTool slow = TestTool.async("slow");

    @ParameterizedTest
    @ValueSource(strings = {"7", "\"t\\u0041\"", "123456789012345678901234567890"})
    void progressCarriesTheTokenAsWritten(String token) {
        try (TestSession session = TestSession.of("2025-11-25", slow.tool())) {
            ToolCall call = start(session, token);
            call.progress(1, 4, "a");
            session.peer.runTask();
            assertThat(session.peer.told)
                    .containsExactly("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":"
                            + "{\"progressToken\":" + token + ",\"progress\":1,\"total\":4,\"message\":\"a\"}}");
        }
    }

    @Test
    void progressIsSentOnlyWhenItWasAskedFor() {
        try (TestSession session = TestSession.of("2025-11-25", slow.tool())) {
            start(session, "null").progress(1, 4);
            session.peer.runTasks();
            assertThat(session.peer.told).isEmpty();
        }
    }

    @Test
    void progressGrowsAndOnlyTheLatestWaits() {
        try (TestSession session = TestSession.of("2024-11-05", slow.tool())) {
            ToolCall call = start(session, "1");
            call.progress(0.5, 0, "not known to this version");
            session.peer.runTasks();
            call.progress(0.5, 0);
            call.progress(0.25, 0);
            call.progress(Double.NaN, 0);
            session.peer.runTasks();
            call.progress(1, 0);
            call.progress(2, 0);
            call.progress(3, Double.POSITIVE_INFINITY);
            session.peer.runTasks();
            assertThat(params(session))
                    .containsExactly("{\"progressToken\":1,\"progress\":0.5}", "{\"progressToken\":1,\"progress\":3}");
        }
    }

    @Test
    void nothingIsSentAfterTheAnswer() {
        try (TestSession session = TestSession.of("2025-11-25", slow.tool())) {
            ToolCall call = start(session, "1");
            slow.complete(0, ToolResult.text("end"));
            session.peer.runTasks();
            call.progress(1, 2);
            call.log(LogLevel.ERROR, null, "late");
            session.peer.runTasks();
            assertThat(session.peer.told).isEmpty();
        }
    }

    @Test
    void noticesOfAToolThatEndsAtOnceComeBeforeItsAnswer() {
        Tool quick = Tool.named("quick").async(call -> {
            call.progress(1, 2);
            call.progress(2, 2);
            call.log(
                    LogLevel.WARNING, "q", JsonNodeFactory.instance.objectNode().put("a", 1));
            return CompletableFuture.completedFuture(ToolResult.text("end"));
        });
        try (TestSession session = TestSession.of("2025-11-25", quick)) {
            session.request(1, "tools/call", "{\"_meta\":{\"progressToken\":\"p\"},\"name\":\"quick\"}");
            assertThat(params(session))
                    .containsExactly(
                            "{\"progressToken\":\"p\",\"progress\":1,\"total\":2}",
                            "{\"progressToken\":\"p\",\"progress\":2,\"total\":2}",
                            "{\"level\":\"warning\",\"logger\":\"q\",\"data\":{\"a\":1}}");
        }
    }

    @Test
    void logsFromTheLevelThatTheClientWants() {
        try (TestSession session = TestSession.of("2025-11-25", slow.tool())) {
            ToolCall call = start(session, "1");
            call.log(LogLevel.DEBUG, null, "below the default");
            call.log(LogLevel.INFO, null, "the default");
            setLevel(session, "error");
            call.log(LogLevel.WARNING, null, "below");
            call.log(LogLevel.ERROR, null, "at");
            call.log(LogLevel.EMERGENCY, null, "above");
            setLevel(session, "debug");
            call.log(LogLevel.DEBUG, null, "all");
            session.peer.runTasks();
            assertThat(params(session))
                    .containsExactly(
                            "{\"level\":\"info\",\"data\":\"the default\"}",
                            "{\"level\":\"error\",\"data\":\"at\"}",
                            "{\"level\":\"emergency\",\"data\":\"above\"}",
                            "{\"level\":\"debug\",\"data\":\"all\"}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"level\":\"loud\"}", "{\"level\":\"INFO\"}", "{\"level\":3}"})
    void refusesLevelsThatDoNotExist(String params) {
        try (TestSession session = TestSession.of("2025-11-25")) {
            int number = session.request(1, "logging/setLevel", params);
            assertThat(session.peer.answer(number).path("error").path("code").asInt())
                    .isEqualTo(-32602);
        }
    }

    @Test
    void dropsLogMessagesBeyondItsBounds() {
        try (TestSession session = TestSession.of("2025-11-25", slow.tool())) {
            ToolCall call = start(session, "1");
            call.log(LogLevel.ERROR, null, "x".repeat(100_000));
            for (int i = 0; i < 1000; i++) {
                call.log(LogLevel.ERROR, null, "n");
            }
            session.peer.runTasks();
            assertThat(session.peer.told).hasSize(64);
            call.log(LogLevel.ERROR, null, "again");
            session.peer.runTasks();
            assertThat(session.peer.told).hasSize(65);
        }
    }

    private ToolCall start(TestSession session, String token) {
        session.request(1, "tools/call", "{\"name\":\"slow\",\"_meta\":{\"a\":[],\"progressToken\":" + token + "}}");
        return slow.calls.get(0);
    }

    private static void setLevel(TestSession session, String level) {
        assertThat(session.peer
                        .answer(session.request(9, "logging/setLevel", "{\"level\":\"" + level + "\"}"))
                        .path("result")
                        .isObject())
                .isTrue();
    }

    private static List<String> params(TestSession session) {
        return session.peer.told.stream()
                .map(FakePeer::json)
                .map(message -> message.path("params"))
                .map(JsonNode::toString)
                .toList();
    }
}
