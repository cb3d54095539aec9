package io.trunkline.node.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConversationTest {

    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

    @Test
    void answersPingOnAFreshConnection() {
        try (TestSession session = new TestSession()) {
            assertThat(session.peer.end(session.send(PING))).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
            assertThat(session.conversation.inFlight()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-7",
                "123456789012345678901234567890",
                "1.50",
                "1e2",
                "\"\"",
                "\"a\\u0041\\n\"",
                "\"\u00fc\ud83d\ude00\""
            })
    void echoesIdsExactlyAsWritten(String id) {
        try (TestSession session = new TestSession()) {
            String ping = "{ \"method\" : \"ping\" , \"id\" : %s , \"jsonrpc\":\"2.0\" }".formatted(id);
            assertThat(session.peer.end(session.send(ping)))
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{}}");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2024-11-05,2024-11-05",
        "2025-03-26,2025-03-26",
        "2025-06-18,2025-06-18",
        "2025-11-25,2025-11-25",
        "2026-07-28,2025-11-25",
        "nonsense,2025-11-25",
    })
    void agreesOnTheVersionThatWasAskedForOrElseTheNewest(String asked, String agreed) {
        try (TestSession session = TestSession.of(asked)) {
            JsonNode result = session.peer.answer(1).path("result");
            assertThat(result.path("protocolVersion").asText()).isEqualTo(agreed);
            assertThat(result.path("capabilities").has("tools")).isTrue();
            assertThat(result.path("serverInfo").path("name").asText()).isEqualTo("trunkline");
            assertThat(result.path("serverInfo").has("title")).isEqualTo(agreed.compareTo("2025-06-18") >= 0);
            assertThat(session.peer.end(2)).isEqualTo("done");
        }
    }

    @Test
    void callsATool() {
        try (TestSession session = TestSession.of("2025-11-25")) {
            assertThat(session.callNow("echo", "{\"text\":\"h\u00e9llo\"}")
                            .path("result")
                            .path("content")
                            .path(0)
                            .path("text")
                            .asText())
                    .isEqualTo("h\u00e9llo");
            assertThat(session.callNow("add", "{\"a\":0.1,\"b\":0.2}")
                            .path("result")
                            .path("structuredContent")
                            .path("sum")
                            .asText())
                    .isEqualTo("0.3");
            assertThat(session.callNow("whoami", "{}")
                            .path("result")
                            .path("structuredContent")
                            .path("node")
                            .asText())
                    .isEqualTo("node-1");
        }
    }
}
