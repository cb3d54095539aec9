package io.trunkline.node.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.spi.Content;
import io.trunkline.node.spi.LogLevel;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of 2026-07-28, which stand for themselves, beside a session or without any. */
class StatelessTest {

    private static final String HTTP = "http-stateless";

    private final TestModule module = new TestModule();
    private final Tool echo = Tool.named("echo-region")
            .inputSchema("""
            {"type": "object", "properties": {
              "region": {"type": "string", "x-mcp-header": "Region"},
              "deep": {"type": "object", "properties": {"count": {"type": "integer", "x-mcp-header": "Count"}}},
              "sure": {"type": "boolean", "x-mcp-header": "Sure"}}}""")
            .async(call -> done(ToolResult.text(call.arguments().toString())));

    @Test
    void answersWithoutInitialize() {
        try (TestSession session = new TestSession()) {
            JsonNode result = session.ask(StatelessRequest.call(1, "echo", "{\"text\":\"hi\"}", ""))
                    .path("result");
            assertThat(result.at("/content/0/text").asText()).isEqualTo("hi");
            assertThat(result.path("resultType").asText()).isEqualTo("complete");
            assertThat(result.at("/_meta/io.modelcontextprotocol~1serverInfo/name")
                            .asText())
                    .isEqualTo("trunkline");
            assertThat(session.peer.checkpoints).isEmpty();
        }
    }

    @Test
    void answersBesideASessionThatIsAnsweredAsBefore() {
        try (TestSession session = TestSession.of("2025-06-18")) {
            assertThat(session.ask(StatelessRequest.of(1, "tools/list", ""))
                            .at("/result/resultType")
                            .asText())
                    .isEqualTo("complete");
            JsonNode list =
                    session.peer.answer(session.request(2, "tools/list", "{}")).path("result");
            assertThat(list.has("resultType") || list.has("ttlMs") || list.has("_meta"))
                    .isFalse();
            assertThat(session.peer.answer(session.request(3, "ping", "{}")).has("result"))
                    .isTrue();
        }
    }

    @Test
    void tellsWhatTheServerIs() {
        try (TestSession session = new TestSession(McpSettings.DEFAULT, module.providers())) {
            JsonNode result =
                    session.ask(StatelessRequest.of(1, "server/discover", "")).path("result");
            assertThat(result.path("supportedVersions").toString())
                    .isEqualTo("[\"2026-07-28\",\"2025-11-25\",\"2025-06-18\",\"2025-03-26\",\"2024-11-05\"]");
            assertThat(result.at("/capabilities/resources/subscribe").asBoolean())
                    .isTrue();
            assertThat(result.at("/capabilities/tools/listChanged").asBoolean()).isTrue();
            assertThat(result.path("ttlMs").asLong()).isEqualTo(60_000);
            assertThat(result.path("cacheScope").asText()).isEqualTo("public");
        }
    }

    @Test
    void saysHowLongResultsMayBeKept() {
        try (TestSession session = new TestSession(McpSettings.DEFAULT, module.providers())) {
            for (String list :
                    new String[] {"tools/list", "prompts/list", "resources/list", "resources/templates/list"}) {
                JsonNode result = session.ask(StatelessRequest.of(1, list, "")).path("result");
                assertThat(result.path("ttlMs").asLong(-1)).as(list).isEqualTo(60_000);
                assertThat(result.path("cacheScope").asText()).as(list).isEqualTo("public");
            }
            JsonNode read = session.ask(StatelessRequest.of(2, "resources/read", "\"uri\":\"test://text\","))
                    .path("result");
            assertThat(read.path("ttlMs").asLong(-1)).isZero();
            assertThat(read.path("cacheScope").asText()).isEqualTo("private");
            JsonNode prompt = session.ask(StatelessRequest.of(3, "prompts/get", "\"name\":\"everything\","))
                    .path("result");
            assertThat(prompt.has("ttlMs")).isFalse();
            assertThat(prompt.at("/_meta/r").asInt()).as("its own field stays").isEqualTo(1);
            assertThat(prompt.at("/_meta/io.modelcontextprotocol~1serverInfo").isObject())
                    .isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ping|-32601",
                "initialize|-32601",
                "logging/setLevel|-32601",
                "resources/subscribe|-32601",
                "resources/unsubscribe|-32601",
                "tasks/result|-32601",
            })
    void knowsNoneOfTheMethodsOfSessions(String method, int code) {
        try (TestSession session = new TestSession(McpSettings.DEFAULT, module.providers())) {
            JsonNode answer = session.ask(StatelessRequest.of(7, method, ""));
            assertThat(answer.at("/error/code").asInt()).isEqualTo(code);
            assertThat(answer.path("id").asInt()).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"server/discover", "subscriptions/listen"})
    void sessionsKnowNoneOfTheMethodsWithout(String method) {
        try (TestSession session = new TestSession(McpSettings.DEFAULT, module.providers()).initialize("2025-11-25")) {
            JsonNode answer = session.peer.answer(session.request(1, method, "{}"));
            assertThat(answer.at("/error/code").asInt()).isEqualTo(-32601);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v999.0.0", "2025-11-25", ""})
    void namesTheVersionsThatItSpeaks(String version) {
        try (TestSession session = new TestSession()) {
            JsonNode error = session.ask(
                            StatelessRequest.of(1, "tools/list", "").replace("2026-07-28", version))
                    .path("error");
            assertThat(error.path("code").asInt()).isEqualTo(-32022);
            assertThat(error.at("/data/supported/0").asText()).isEqualTo("2026-07-28");
            assertThat(error.at("/data/requested").asText()).isEqualTo(version);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "null", "[]", "\"x\""})
    void wantsTheCapabilitiesDeclared(String capabilities) {
        try (TestSession session = new TestSession()) {
            JsonNode answer = session.ask(StatelessRequest.of(1, "tools/list", "", capabilities, ""));
            assertThat(answer.at("/error/code").asInt()).isEqualTo(-32602);
        }
    }

    @Test
    void aMissingResourceIsAWrongParameter() {
        try (TestSession session = new TestSession(McpSettings.DEFAULT, module.providers())) {
            String read = StatelessRequest.of(1, "resources/read", "\"uri\":\"test://nowhere\",");
            assertThat(session.ask(read).at("/error/code").asInt()).isEqualTo(-32602);
        }
    }

    @Test
    void logsOnlyForRequestsThatWantIt() {
        Tool talks = Tool.named("talks").async(call -> {
            call.log(LogLevel.INFO, null, "little");
            call.log(LogLevel.ERROR, null, "much");
            return done(ToolResult.text(""));
        });
        try (TestSession session = new TestSession(talks)) {
            session.ask(StatelessRequest.call(1, "talks", "{}", ""));
            assertThat(session.peer.told).isEmpty();
            int call = session.send(StatelessRequest.of(
                    2, "tools/call", "\"name\":\"talks\",", "{}", ",\"io.modelcontextprotocol/logLevel\":\"warning\""));
            assertThat(session.peer.told).hasSize(1).first().asString().contains("much");
            assertThat(session.peer.relations).containsExactly(call);
        }
    }

    @Test
    void theClientDescribesItselfInEachRequest() {
        Tool who = Tool.named("who")
                .async(call -> done(ToolResult.text(call.client().name() + " "
                        + call.client().capabilities() + " " + call.session().get("k"))));
        try (TestSession session = TestSession.of("2025-11-25", who)) {
            JsonNode result = session.ask(StatelessRequest.of(
                    1,
                    "tools/call",
                    "\"name\":\"who\",",
                    "{\"x\":{}}",
                    ",\"io.modelcontextprotocol/clientInfo\":{\"name\":\"me\",\"version\":\"1\"}"));
            assertThat(result.at("/result/content/0/text").asText()).isEqualTo("me {\"x\":{}} null");
        }
    }

    @Test
    void keepsNothingFromOneRequestToTheNext() {
        Tool counts = Tool.named("counts").async(call -> {
            JsonNode before = call.session().get("n");
            call.session().put("n", IntNode.valueOf(1));
            return done(ToolResult.text(String.valueOf(before)));
        });
        try (TestSession session = new TestSession(counts)) {
            for (int i = 0; i < 2; i++) {
                assertThat(session.ask(StatelessRequest.call(i, "counts", "{}", ""))
                                .at("/result/content/0/text")
                                .asText())
                        .isEqualTo("null");
            }
        }
    }

    @Test
    void isCancelledByANotification() {
        TestTool slow = TestTool.async("slow");
        try (TestSession session = new TestSession(slow.tool())) {
            int call = session.send(StatelessRequest.call(1, "slow", "{}", ""));
            session.send("""
                    {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}""");
            assertThat(session.peer.end(call)).isEqualTo("done");
            assertThat(slow.calls.get(0).cancelled()).isTrue();
        }
    }

    // ---- what an edge adds

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'region':'eu'}|{'region':'eu'}|",
                "{}|{}|",
                "{'region':null}|{}|",
                "{'region':'eu'}|{'region':'eu','other':'x'}|",
                "{'deep':{'count':42}}|{'count':'42.0'}|",
                "{'sure':true}|{'sure':'true'}|",
                "{'region':'eu'}|{'region':'EU'}|Mcp-Param-Region differs from argument region",
                "{'region':'eu'}|{}|Mcp-Param-Region is missing",
                "{}|{'region':'eu'}|Mcp-Param-Region differs from argument region",
                "{'deep':{'count':42}}|{'count':'43'}|Mcp-Param-Count differs from argument deep.count",
                "{'deep':{'count':42}}|{'count':'forty'}|Mcp-Param-Count differs from argument deep.count",
                "{'deep':{'count':42}}|{'count':'4200000000000000000000000000000000e-32'}|Mcp-Param-Count differs from argument deep.count",
                "{'sure':true}|{'sure':'TRUE'}|Mcp-Param-Sure differs from argument sure",
            })
    void comparesHeadersWithArguments(String arguments, String headers, String problem) {
        try (TestSession session = new TestSession(echo)) {
            session.peer.transport = HTTP;
            JsonNode answer = session.ask(StatelessRequest.fromEdge(
                    StatelessRequest.call(1, "echo-region", arguments.replace('\'', '"'), ""),
                    "{\"params\":" + headers.replace('\'', '"') + "}"));
            if (problem == null) {
                assertThat(answer.has("result")).as("%s", answer).isTrue();
            } else {
                assertThat(answer.at("/error/code").asInt()).isEqualTo(-32020);
                assertThat(answer.at("/error/message").asText()).isEqualTo("Header mismatch: " + problem);
            }
        }
    }

    @Test
    void wantsTheHeadersOnlyOverHttp() {
        try (TestSession session = new TestSession(echo)) {
            String call = StatelessRequest.call(1, "echo-region", "{\"region\":\"eu\"}", "");
            assertThat(session.ask(call).has("result")).isTrue();
            session.peer.transport = HTTP;
            assertThat(session.ask(call).at("/error/code").asInt()).isEqualTo(-32020);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "ws", "http", "sse"})
    void believesNobodyElseWhoPretendsToBeAnEdge(String transport) {
        try (TestSession session = new TestSession(echo)) {
            session.peer.transport = transport;
            JsonNode answer = session.ask(StatelessRequest.fromEdge(
                    StatelessRequest.call(1, "echo-region", "{}", ""), "{\"principal\":{\"id\":\"root\"}}"));
            assertThat(answer.at("/error/code").asInt()).isEqualTo(-32600);
        }
    }

    private static <T> CompletionStage<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }

    @Test
    void repeatsWhatIsSafeAndSaysWhatIsNot() {
        Tool unsafe = Tool.named("pay").async(call -> done(ToolResult.of(new Content.Text("paid"))));
        try (TestSession session = new TestSession(unsafe)) {
            session.conversation.receiveAgain(
                    StatelessRequest.call(1, "pay", "{}", "").getBytes(UTF_8), 91, "node-2", false);
            assertThat(session.peer.answer(91).at("/error/data/executed").asText())
                    .isEqualTo("unknown");
            session.conversation.receiveAgain(
                    StatelessRequest.of(2, "tools/list", "").getBytes(UTF_8), 92, "node-2", false);
            assertThat(session.peer.answer(92).has("result")).isTrue();
        }
    }
}
