package io.trunkline.node.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.mcp.kit.McpSettings;
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
            assertThat(session.conversation.version()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "-7", "123456789012345678901234567890", "\"\"", "\"a\\u0041\\n\"", "\"\u00fc\ud83d\ude00\""
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
            assertThat(result.path("capabilities").has("logging")).isTrue();
            assertThat(result.path("serverInfo").path("name").asText()).isEqualTo("trunkline");
            assertThat(result.path("serverInfo").has("title")).isEqualTo(agreed.compareTo("2025-06-18") >= 0);
            assertThat(session.peer.end(2)).isEqualTo("done");
            assertThat(session.conversation.client().name()).isEqualTo("test");
        }
    }

    @Test
    void refusesASecondInitialize() {
        try (TestSession session = TestSession.of("2025-06-18")) {
            int second = session.request(2, "initialize", "{\"protocolVersion\":\"2024-11-05\"}");
            assertThat(session.peer.answer(second).path("error").path("code").asInt())
                    .isEqualTo(-32600);
            assertThat(session.conversation.version()).hasToString("V2025_06_18");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"protocolVersion\":7}",
                "{\"protocolVersion\":\"2025-06-18\",\"clientInfo\":[]}",
                "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":\"all\"}",
                "[\"2025-06-18\"]",
            })
    void refusesInitializeWithWrongParamsAndStaysUninitialized(String params) {
        try (TestSession session = new TestSession()) {
            int number = session.request(1, "initialize", params);
            assertThat(session.peer.answer(number).path("error").path("code").asInt())
                    .isEqualTo(-32602);
            assertThat(session.conversation.version()).isNull();
            assertThat(session.peer.checkpoints).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tools/list", "tools/call", "logging/setLevel"})
    void refusesRequestsBeforeInitialize(String method) {
        try (TestSession session = new TestSession()) {
            JsonNode error =
                    session.peer.answer(session.request(1, method, "{}")).path("error");
            assertThat(error.path("code").asInt()).isEqualTo(-32600);
            assertThat(error.path("message").asText()).contains("initialize");
        }
    }

    @Test
    void doesNotKnowMethodsOfOtherErasWhetherInitializedOrNot() {
        try (TestSession session = new TestSession()) {
            assertThat(code(session, session.request(1, "server/discover", "{}")))
                    .isEqualTo(-32601);
            session.initialize("2025-11-25");
            assertThat(code(session, session.request(2, "server/discover", "{}")))
                    .isEqualTo(-32601);
            assertThat(code(session, session.request(3, "notifications/initialized", "{}")))
                    .isEqualTo(-32601);
            String answer = session.peer.end(session.request(4, "x".repeat(5000) + "\\ud800", "{}"));
            assertThat(answer).hasSizeLessThan(200);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{|-32700|null",
                "{'jsonrpc':'2.0','id':7,'method':'ping'}x|-32700|null",
                "{'jsonrpc':'2.0','id':7,'id':7,'method':'ping'}|-32700|null",
                "[]|-32600|null",
                "1|-32600|null",
                "{'id':7,'method':'ping'}|-32600|7",
                "{'jsonrpc':'2.0','id':null,'method':'ping'}|-32600|null",
                "{'jsonrpc':'2.0','id':[7],'method':'ping'}|-32600|null",
                "{'jsonrpc':'2.0','id':7,'method':1}|-32600|7",
                "{'jsonrpc':'2.0','id':7,'method':'ping','params':1}|-32600|7",
                "{'jsonrpc':'2.0','id':7,'method':'ping','params':[]}|-32602|7",
                "{'jsonrpc':'2.0','id':7,'method':'pong'}|-32601|7",
                "[{'jsonrpc':'2.0','id':7,'method':'ping'}]|-32600|null",
            })
    void answersMalformedMessagesByTheBook(String message, int code, String id) {
        try (TestSession session = new TestSession()) {
            JsonNode answer = session.ask(message.replace('\'', '"'));
            assertThat(answer.path("error").path("code").asInt()).isEqualTo(code);
            assertThat(answer.path("error").path("message").asText()).isNotEmpty();
            assertThat(answer.path("id").toString()).isEqualTo(id);
            assertThat(answer.path("jsonrpc").asText()).isEqualTo("2.0");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/unknown\"}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\",\"params\":[]}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\"}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":{\"a\":[1]}}}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":99}}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"tools/call\",\"params\":{\"name\":\"echo\",\"arguments\":{\"text\":\"a\"}}}",
                "{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":1,\"message\":\"m\"}}",
                "{\"result\":[]}",
            })
    void neverAnswersNotificationsAndResponses(String message) {
        try (TestSession session = TestSession.of("2025-11-25")) {
            assertThat(session.peer.end(session.send(message))).isEqualTo("done");
            assertThat(session.peer.told).isEmpty();
            assertThat(session.events.all).isEmpty();
        }
    }

    @Test
    void ignoresMessagesAfterItsEnd() {
        try (TestSession session = TestSession.of("2025-11-25")) {
            session.conversation.close();
            session.conversation.close();
            assertThat(session.peer.hasEnded(session.send(PING))).isFalse();
        }
    }

    @Test
    void survivesAPeerThatFails() {
        RecordedEvents events = new RecordedEvents();
        try (McpServer server = McpServer.create(McpSettings.DEFAULT, java.util.List.of(), events)) {
            FakePeer peer = new FakePeer();
            Conversation conversation = server.open(
                    new Peer() {
                        @Override
                        public io.trunkline.node.spi.SessionInfo session() {
                            return peer.session();
                        }

                        @Override
                        public void send(byte[] message, int answers) {
                            throw new IllegalStateException("broken");
                        }

                        @Override
                        public void tell(byte[] message, int relatedTo) {
                            throw new IllegalStateException("broken");
                        }

                        @Override
                        public void part(int number, int retryMillis) {}

                        @Override
                        public void done(int number) {
                            throw new IllegalStateException("broken");
                        }

                        @Override
                        public void checkpoint(byte[] state) {
                            throw new IllegalStateException("broken");
                        }

                        @Override
                        public java.util.concurrent.Executor executor() {
                            throw new IllegalStateException("broken");
                        }
                    },
                    new byte[0]);
            conversation.receive(PING.getBytes(java.nio.charset.StandardCharsets.UTF_8), 1);
            assertThat(events.all).isNotEmpty().allMatch(event -> event.contains("broken"));
        }
    }

    private static int code(TestSession session, int number) {
        return session.peer.answer(number).path("error").path("code").asInt();
    }
}
