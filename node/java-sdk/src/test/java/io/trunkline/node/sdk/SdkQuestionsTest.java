package io.trunkline.node.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.CreateMessageRequest;
import io.modelcontextprotocol.spec.McpSchema.CreateMessageResult;
import io.modelcontextprotocol.spec.McpSchema.ElicitFormRequest;
import io.modelcontextprotocol.spec.McpSchema.ElicitResult;
import io.modelcontextprotocol.spec.McpSchema.ElicitUrlRequest;
import io.modelcontextprotocol.spec.McpSchema.LoggingLevel;
import io.modelcontextprotocol.spec.McpSchema.LoggingMessageNotification;
import io.modelcontextprotocol.spec.McpSchema.ModelHint;
import io.modelcontextprotocol.spec.McpSchema.ModelPreferences;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.modelcontextprotocol.spec.McpSchema.Role;
import io.modelcontextprotocol.spec.McpSchema.SamplingMessage;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What a handler does with its exchange, as the client sees it. */
@SuppressWarnings("deprecation") // MCP 2026-07-28 deprecates some questions, which are served all the same
class SdkQuestionsTest {

    @Test
    void samplesWithAllOptions() {
        CreateMessageRequest request = CreateMessageRequest.builder(
                        List.of(SamplingMessage.builder(
                                        Role.USER, TextContent.builder("2+2?").build())
                                .build()),
                        10)
                .systemPrompt("Be brief.")
                .temperature(0.5)
                .stopSequences(List.of("."))
                .includeContext(CreateMessageRequest.ContextInclusionStrategy.NONE)
                .modelPreferences(ModelPreferences.builder()
                        .hints(List.of(new ModelHint("small")))
                        .speedPriority(0.9)
                        .build())
                .build();
        try (SdkSession session = session(exchange -> {
            CreateMessageResult said = exchange.createMessage(request);
            return said.role() + " " + ((TextContent) said.content()).text() + " " + said.model() + " "
                    + said.stopReason();
        })) {
            int call = session.call("tool", "{}");
            JsonNode question = session.next();
            assertThat(question.path("method").asText()).isEqualTo("sampling/createMessage");
            assertThat(question.path("params")).hasToString("""
                    {"messages":[{"role":"user","content":{"type":"text","text":"2+2?"}}],"maxTokens":10,\
                    "modelPreferences":{"hints":[{"name":"small"}],"speedPriority":0.9},\
                    "systemPrompt":"Be brief.","includeContext":"none","temperature":0.5,"stopSequences":["."]}""");
            session.reply(question, """
                    {"role":"assistant","model":"m","stopReason":"endTurn","content":{"type":"text","text":"4"}}""");
            assertThat(text(session, call)).isEqualTo("ASSISTANT 4 m END_TURN");
        }
    }

    @Test
    void listsRoots() {
        try (SdkSession session =
                session(exchange -> exchange.listRoots().roots().toString())) {
            int call = session.call("tool", "{}");
            session.reply(
                    session.next(), "{\"roots\":[{\"uri\":\"file:///a\",\"name\":\"A\"},{\"uri\":\"file:///b\"}]}");
            assertThat(text(session, call))
                    .isEqualTo("[Root[uri=file:///a, name=A, meta=null], Root[uri=file:///b, name=null, meta=null]]");
        }
    }

    @Test
    void pings() {
        try (SdkSession session = session(exchange -> "" + exchange.ping())) {
            int call = session.call("tool", "{}");
            JsonNode question = session.next();
            assertThat(question.path("method").asText()).isEqualTo("ping");
            session.reply(question, "{}");
            assertThat(text(session, call)).isEqualTo("{}");
        }
    }

    @Test
    void sendsTheUserToAUrl() {
        try (SdkSession session = session(exchange -> exchange.createElicitation(
                        ElicitUrlRequest.builder("Sign in", "https://example.com/in", "e-1")
                                .build())
                .action()
                .name())) {
            int call = session.call("tool", "{}");
            JsonNode question = session.next();
            assertThat(question.path("params")).hasToString("""
                    {"mode":"url","message":"Sign in","elicitationId":"e-1","url":"https://example.com/in"}""");
            session.reply(question, "{\"action\":\"decline\"}");
            assertThat(text(session, call)).isEqualTo("DECLINE");
        }
    }

    @Test
    void aFormMayHaveWhatOnlyTheSdkAllows() {
        Map<String, Object> schema = Map.of(
                "type",
                "object",
                "additionalProperties",
                false,
                "properties",
                Map.of("sure", Map.of("type", "boolean")));
        try (SdkSession session = session(exchange -> {
            ElicitResult answer = exchange.createElicitation(
                    ElicitFormRequest.builder("Sure?", schema).build());
            return answer.action() + " " + answer.content();
        })) {
            int call = session.call("tool", "{}");
            JsonNode question = session.next();
            assertThat(question.at("/params/requestedSchema").has("additionalProperties"))
                    .isFalse();
            session.reply(question, "{\"action\":\"accept\",\"content\":{\"sure\":true}}");
            assertThat(text(session, call)).isEqualTo("ACCEPT {sure=true}");
        }
    }

    @Test
    void aRefusalIsAnMcpErrorThatTheHandlerMayCatch() {
        try (SdkSession session = session(exchange -> {
            try {
                return exchange.listRoots().toString();
            } catch (McpError e) {
                return e.getJsonRpcError().code() + " " + e.getMessage();
            }
        })) {
            int call = session.call("tool", "{}");
            session.send("{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":-1,\"message\":\"no\"}}"
                    .formatted(session.next().get("id")));
            assertThat(text(session, call)).isEqualTo("-1 The client refused: no");
        }
    }

    @Test
    void aRefusalThatNobodyCatchesIsTheAnswer() {
        try (SdkSession session = session(exchange -> exchange.listRoots().toString())) {
            int call = session.call("tool", "{}");
            session.send("{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":-1,\"message\":\"no\"}}"
                    .formatted(session.next().get("id")));
            assertThat(session.answer(call).path("error"))
                    .hasToString("{\"code\":-1,\"message\":\"The client refused: no\"}");
        }
    }

    @Test
    void whatTheClientCannotDoIsRefusedByTheSdkItself() {
        try (SdkSession session = session(
                "{}",
                exchange -> exchange.createElicitation(
                                ElicitFormRequest.builder("?", Map.of("type", "object", "properties", Map.of()))
                                        .build())
                        .toString())) {
            assertThat(session.answer(session.call("tool", "{}"))
                            .at("/error/message")
                            .asText())
                    .isEqualTo("Client must be configured with elicitation capabilities");
        }
    }

    @Test
    void aClientWhoseCapabilitiesCannotBeReadHasNone() {
        try (SdkSession session = session(
                "{\"elicitation\":[7],\"roots\":\"yes\"}",
                exchange -> exchange.getClientCapabilities().toString())) {
            assertThat(text(session, session.call("tool", "{}"))).contains("elicitation=null");
        }
    }

    @Test
    void logsFromTheLevelThatTheClientWants() {
        try (SdkSession session = session(exchange -> {
            exchange.loggingNotification(LoggingMessageNotification.builder(LoggingLevel.INFO, "unwanted")
                    .build());
            exchange.loggingNotification(LoggingMessageNotification.builder(LoggingLevel.ERROR, "wanted")
                    .logger("import")
                    .build());
            return "";
        })) {
            session.result("logging/setLevel", "{\"level\":\"warning\"}");
            session.call("tool", "{}");
            assertThat(session.next()).hasToString("""
                    {"jsonrpc":"2.0","method":"notifications/message","params":\
                    {"level":"error","logger":"import","data":"wanted"}}""");
        }
    }

    @Test
    void progressCarriesTheTokenOfItsCallWhateverTheHandlerSays() {
        try (SdkSession session = session(exchange -> {
            exchange.progressNotification(
                    ProgressNotification.builder("made up", 0.25).build());
            return "";
        })) {
            session.request("tools/call", "{\"name\":\"tool\",\"_meta\":{\"progressToken\":7}}");
            assertThat(session.next().path("params")).hasToString("{\"progressToken\":7,\"progress\":0.25}");
        }
    }

    @Test
    void knowsTheClientAndTheSession() {
        try (SdkSession session = session(exchange -> exchange.sessionId() + " "
                + exchange.getClientInfo().name() + " "
                + exchange.getClientInfo().title() + " "
                + exchange.getClientInfo().version() + " "
                + exchange.getClientCapabilities().roots().listChanged() + " "
                + (exchange.getClientCapabilities().elicitation().url() != null) + " "
                + exchange.transportContext().get("transport"))) {
            assertThat(text(session, session.call("tool", "{}"))).isEqualTo("s-1 test Test 7 true true http");
        }
    }

    @Test
    void questionsAndAnswersCarryTheirMeta() {
        Map<String, Object> form = Map.of("type", "object", "properties", Map.of());
        Map<String, Object> meta = Map.of("k", 1);
        try (SdkSession session = session(exchange -> exchange.createElicitation(
                                ElicitFormRequest.builder("?", form).meta(meta).build())
                        .meta()
                + " "
                + exchange.createElicitation(ElicitUrlRequest.builder("?", "https://example.com/in", "e-1")
                                .meta(meta)
                                .build())
                        .meta()
                + " "
                + exchange.createMessage(CreateMessageRequest.builder(
                                        List.of(SamplingMessage.builder(
                                                        Role.USER,
                                                        TextContent.builder("?").build())
                                                .build()),
                                        1)
                                .meta(meta)
                                .build())
                        .meta()
                + " " + exchange.listRoots().roots().get(0).meta())) {
            int call = session.call("tool", "{}");
            for (String answer : List.of(
                    "{\"action\":\"accept\",\"content\":{},\"_meta\":{\"a\":1}}",
                    "{\"action\":\"accept\",\"_meta\":{\"a\":2}}",
                    "{\"role\":\"assistant\",\"model\":\"m\",\"content\":{\"type\":\"text\",\"text\":\"\"},\"_meta\":{\"a\":3}}")) {
                JsonNode question = session.next();
                assertThat(question.at("/params/_meta")).hasToString("{\"k\":1}");
                session.reply(question, answer);
            }
            session.reply(session.next(), "{\"roots\":[{\"uri\":\"file:///a\",\"_meta\":{\"a\":4}}]}");
            assertThat(text(session, call)).isEqualTo("{a=1} {a=2} {a=3} {a=4}");
        }
    }

    @Test
    void questionsWithoutASessionHaveNoMeta() {
        try (SdkSession session = session(exchange -> exchange.createElicitation(
                        ElicitFormRequest.builder("?", Map.of("type", "object", "properties", Map.of()))
                                .meta(Map.of("k", 1))
                                .build())
                .toString())) {
            JsonNode asked =
                    session.answer(session.request("tools/call", stateless("{\"elicitation\":{\"form\":{}}}", "")));
            assertThat(asked.at("/result/inputRequests/form-1/params/message").asText())
                    .isEqualTo("?");
            assertThat(asked.at("/result/inputRequests/form-1/params").has("_meta"))
                    .isFalse();
        }
    }

    @Test
    void aClientWithoutASessionCannotBePinged() {
        try (SdkSession session = session(exchange -> String.valueOf(exchange.ping()))) {
            assertThat(session.answer(session.request("tools/call", stateless("{}", "")))
                            .at("/error/message")
                            .asText())
                    .isEqualTo("A client without a session cannot be pinged");
        }
    }

    @Test
    void asksInRoundsWithoutKnowingIt() {
        try (SdkSession session =
                session(exchange -> exchange.listRoots().roots().get(0).uri())) {
            JsonNode asked = session.answer(session.request("tools/call", stateless("{\"roots\":{}}", "")))
                    .path("result");
            assertThat(asked.path("resultType").asText()).isEqualTo("input_required");
            assertThat(asked.at("/inputRequests/roots-1/method").asText()).isEqualTo("roots/list");
            String answers =
                    "\"inputResponses\":{\"roots-1\":{\"roots\":[{\"uri\":\"file:///a\"}]}},\"requestState\":\""
                            + asked.path("requestState").asText() + "\",";
            assertThat(text(session, session.request("tools/call", stateless("{\"roots\":{}}", answers))))
                    .isEqualTo("file:///a");
            assertThat(session.events).isEmpty();
        }
    }

    @Test
    void saysWhatAClientWithoutASessionWouldHaveToDeclare() {
        try (SdkSession session = session(exchange -> exchange.listRoots().toString())) {
            JsonNode error = session.answer(session.request("tools/call", stateless("{}", "")))
                    .path("error");
            assertThat(error.path("code").asInt()).isEqualTo(-32021);
            assertThat(error.at("/data/requiredCapabilities")).hasToString("{\"roots\":{}}");
        }
    }

    /** The parameters of a call of the tool in 2026-07-28. */
    private static String stateless(String capabilities, String more) {
        return "{\"name\":\"tool\"," + more + "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                + "\"io.modelcontextprotocol/clientCapabilities\":" + capabilities + "}}";
    }

    private static SdkSession session(Function<McpSyncServerExchange, String> body) {
        return new SdkSession(module(body));
    }

    private static SdkSession session(String capabilities, Function<McpSyncServerExchange, String> body) {
        return new SdkSession(capabilities, module(body));
    }

    private static SdkModule module(Function<McpSyncServerExchange, String> body) {
        return server -> server.addTool(SyncToolSpecification.builder()
                .tool(Tool.builder("tool", Map.of("type", "object")).build())
                .callHandler((exchange, request) -> CallToolResult.builder()
                        .addTextContent(body.apply(exchange))
                        .build())
                .build());
    }

    private static String text(SdkSession session, int call) {
        return session.answer(call).at("/result/content/0/text").asText();
    }
}
