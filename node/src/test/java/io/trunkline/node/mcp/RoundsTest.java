package io.trunkline.node.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.trunkline.node.mcp.catalog.Providers;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.spi.ElicitResult;
import io.trunkline.node.spi.Elicitation;
import io.trunkline.node.spi.Prompt;
import io.trunkline.node.spi.PromptMessage;
import io.trunkline.node.spi.PromptResult;
import io.trunkline.node.spi.SamplingMessage;
import io.trunkline.node.spi.SamplingRequest;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.spi.ToolResult;
import io.trunkline.node.spi.UrlElicitation;
import io.trunkline.node.spi.UrlElicitationRequiredException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What tools ask a client without a session: in the answer, and with the request again (MCP 2026-07-28, mrtr). */
class RoundsTest {

    private static final String ADA = "\"who\":{\"action\":\"accept\",\"content\":{\"name\":\"Ada\"}}";
    private static final Elicitation NAME = form("name").key("who");
    private static final byte[] KEY = new byte[32];

    private final AtomicInteger runs = new AtomicInteger();
    private final Tool name = Tool.named("name").async(call -> {
        runs.incrementAndGet();
        return call.elicit(NAME).thenApply(RoundsTest::text);
    });

    @Test
    void asksInTheAnswerAndRunsAgainWithWhatItWasTold() {
        try (TestSession session = new TestSession(name)) {
            JsonNode first = result(session, StatelessRequest.call(1, "name", "{\"a\":1,\"b\":2}", ""));
            assertThat(first.path("resultType").asText()).isEqualTo("input_required");
            assertThat(first.at("/inputRequests/who/method").asText()).isEqualTo("elicitation/create");
            assertThat(first.at("/inputRequests/who/params/requestedSchema/required/0")
                            .asText())
                    .isEqualTo("name");
            assertThat(first.at("/_meta/io.modelcontextprotocol~1serverInfo").isObject())
                    .isTrue();
            assertThat(first.has("ttlMs")).isFalse();
            assertThat(session.conversation.inFlight()).isZero();
            assertThat(session.peer.told).as("no request of its own").isEmpty();

            // The order of the arguments is not what makes a request another one.
            JsonNode second = result(session, again(2, "name", "{\"b\":2,\"a\":1}", ADA, state(first)));
            assertThat(second.path("resultType").asText()).isEqualTo("complete");
            assertThat(second.at("/content/0/text").asText()).isEqualTo("Ada");
            assertThat(runs).hasValue(2);
        }
    }

    @Test
    void whatComesBackSealedIsCountedAsTheTreeThatItBecomes() {
        CompletableFuture<ToolResult> later = new CompletableFuture<>();
        Tool keeps = Tool.named("keeps").async(call -> {
            if (call.session().get("n") == null) {
                call.session().put("n", JsonNodeFactory.instance.arrayNode().add(brackets(1000)));
                return call.elicit(NAME).thenApply(RoundsTest::text);
            }
            return later;
        });
        try (TestSession session = new TestSession(keeps)) {
            JsonNode first = result(session, StatelessRequest.call(1, "keeps", "{}", ""));
            session.send(again(2, "keeps", "{}", ADA, state(first)));
            assertThat(session.server.held().held()).isGreaterThan(1000 * 2 * 64);
            later.complete(ToolResult.text("done"));
            session.peer.runTasks();
            assertThat(session.server.held().held()).isZero();
        }
    }

    private static JsonNode brackets(int count) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < count; i++) {
            all.addArray();
        }
        return all;
    }

    @Test
    void anotherNodeGoesOn() {
        Providers providers = new Providers(List.of(() -> List.of(name)), List.of(), List.of());
        try (McpServer one = McpServer.create(McpSettings.DEFAULT, providers, KEY);
                McpServer other = McpServer.create(McpSettings.DEFAULT, providers, KEY)) {
            JsonNode first = result(one, StatelessRequest.call(1, "name", "{}", ""));
            JsonNode second = result(other, again(2, "name", "{}", ADA, state(first)));
            assertThat(second.at("/content/0/text").asText()).isEqualTo("Ada");
        }
    }

    @Test
    void keepsEarlierAnswersAndTheValuesOfTheTool() {
        Tool two = Tool.named("two").async(call -> {
            JsonNode before = call.session().get("n");
            call.session().put("n", IntNode.valueOf(before == null ? 1 : before.intValue() + 1));
            return call.elicit(form("first"))
                    .thenCompose(first -> call.elicit(form("second"))
                            .thenApply(second -> ToolResult.text(first.content() + " " + second.content() + " "
                                    + call.session().get("n"))));
        });
        try (TestSession session = new TestSession(two)) {
            JsonNode first = result(session, StatelessRequest.call(1, "two", "{}", ""));
            assertThat(first.path("inputRequests").fieldNames()).toIterable().containsExactly("form-1");
            JsonNode second = result(
                    session,
                    again(
                            2,
                            "two",
                            "{}",
                            "\"form-1\":{\"action\":\"accept\",\"content\":{\"first\":\"a\"}}",
                            state(first)));
            assertThat(second.path("inputRequests").fieldNames()).toIterable().containsExactly("form-2");
            assertThat(state(second)).isNotEqualTo(state(first));
            JsonNode third = result(
                    session,
                    again(
                            3,
                            "two",
                            "{}",
                            "\"form-2\":{\"action\":\"accept\",\"content\":{\"second\":\"b\"}}",
                            state(second)));
            assertThat(third.at("/content/0/text").asText()).isEqualTo("{\"first\":\"a\"} {\"second\":\"b\"} 3");
        }
    }

    @Test
    void gathersWhatIsAskedAtTheSameTime() {
        Tool three = Tool.named("three").async(call -> {
            CompletableFuture<ElicitResult> form = call.elicit(NAME).toCompletableFuture();
            CompletableFuture<?> model = call.sample(SamplingRequest.of(5, SamplingMessage.user("2+2?")))
                    .toCompletableFuture();
            return call.listRoots()
                    .thenCombine(model, (roots, said) -> roots)
                    .thenCombine(form, (roots, filled) -> ToolResult.text(roots + " " + filled.content()));
        });
        try (TestSession session = new TestSession(three)) {
            JsonNode first = result(session, StatelessRequest.call(1, "three", "{}", ""));
            assertThat(first.path("inputRequests").fieldNames())
                    .toIterable()
                    .containsExactly("who", "sampling-1", "roots-1");
            JsonNode second = result(
                    session,
                    again(
                            2,
                            "three",
                            "{}",
                            ADA + ",\"roots-1\":{\"roots\":[]},\"sampling-1\":{\"role\":\"assistant\",\"model\":\"m\","
                                    + "\"content\":{\"type\":\"text\",\"text\":\"4\"}}",
                            state(first)));
            assertThat(second.at("/content/0/text").asText()).isEqualTo("[] {\"name\":\"Ada\"}");
        }
    }

    @Test
    void aBlockingToolIsStoppedAndRunsAgain() throws Exception {
        CountDownLatch stopped = new CountDownLatch(1);
        Tool blocking = Tool.named("blocking").blocking(call -> {
            call.onCancel(stopped::countDown);
            return text(call.elicit(NAME).toCompletableFuture().get());
        });
        try (TestSession session = new TestSession(blocking)) {
            JsonNode first = result(session, StatelessRequest.call(1, "blocking", "{}", ""));
            assertThat(first.path("resultType").asText()).isEqualTo("input_required");
            assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
            JsonNode second = result(session, again(2, "blocking", "{}", ADA, state(first)));
            assertThat(second.at("/content/0/text").asText()).isEqualTo("Ada");
            assertThat(session.events.all).isEmpty();
        }
    }

    @Test
    void promptsAskInTheSameWay() {
        Prompt prompt = Prompt.named("p")
                .async(call -> call.elicit(NAME)
                        .thenApply(answer -> PromptResult.of(
                                PromptMessage.user(answer.content().path("name").asText()))));
        Providers providers = new Providers(List.of(), List.of(), List.of(() -> List.of(prompt)));
        try (TestSession session = new TestSession(McpSettings.DEFAULT, providers)) {
            JsonNode first = result(session, StatelessRequest.of(1, "prompts/get", "\"name\":\"p\","));
            JsonNode second = result(
                    session,
                    StatelessRequest.of(
                            2,
                            "prompts/get",
                            "\"name\":\"p\",\"inputResponses\":{" + ADA + "},\"requestState\":\"" + state(first)
                                    + "\","));
            assertThat(second.at("/messages/0/content/text").asText()).isEqualTo("Ada");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"other\":{\"action\":\"accept\"}",
                "\"who\":{}",
                "\"who\":{\"action\":\"accept\",\"content\":{\"name\":7}}",
                "\"who\":{\"action\":\"accept\",\"content\":{}}",
            })
    void asksAgainForWhatDoesNotFit(String responses) {
        try (TestSession session = new TestSession(name)) {
            JsonNode result =
                    result(session, StatelessRequest.call(1, "name", "{}", "\"inputResponses\":{" + responses + "},"));
            assertThat(result.path("resultType").asText()).isEqualTo("input_required");
        }
    }

    @Test
    void takesAnswersWithoutAStateAndIgnoresWhatNobodyAsked() {
        try (TestSession session = new TestSession(name)) {
            JsonNode result = result(
                    session, StatelessRequest.call(1, "name", "{}", "\"inputResponses\":{" + ADA + ",\"x\":{}},"));
            assertThat(result.at("/content/0/text").asText()).isEqualTo("Ada");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"inputResponses\":7,|\"inputResponses\" is not an object",
                "\"inputResponses\":{\"who\":7},|\"inputResponses\" has a member that is not an object",
                "\"requestState\":7,|\"requestState\" is not a string",
                "\"requestState\":\"\",|\"requestState\" does not belong to this request",
                "\"requestState\":\"AAAA\",|\"requestState\" does not belong to this request",
                "\"requestState\":\"not base64!\",|\"requestState\" does not belong to this request",
            })
    void refusesWhatIsNone(String more, String text) {
        try (TestSession session = new TestSession(name)) {
            JsonNode error =
                    session.ask(StatelessRequest.call(1, "name", "{}", more)).path("error");
            assertThat(error.path("code").asInt()).isEqualTo(-32602);
            assertThat(error.path("message").asText()).isEqualTo(text);
            assertThat(runs).hasValue(0);
        }
    }

    @Test
    void refusesAStateThatWasChangedOrBelongsToAnotherRequest() {
        Tool other = Tool.named("other").async(call -> call.elicit(NAME).thenApply(RoundsTest::text));
        try (TestSession session = new TestSession(name, other)) {
            session.peer.transport = "http-stateless";
            String mine = StatelessRequest.fromEdge(
                    StatelessRequest.call(1, "name", "{\"a\":1}", ""), "{\"principal\":{\"id\":\"me\"}}");
            String state = state(result(session, mine));
            char last = state.charAt(state.length() - 2);
            String changed = state.substring(0, state.length() - 2)
                    + (last == 'A' ? 'B' : 'A')
                    + state.charAt(state.length() - 1);
            assertThat(refused(session, again(2, "name", "{\"a\":1}", ADA, changed), "me"))
                    .isTrue();
            assertThat(refused(session, again(3, "name", "{\"a\":2}", ADA, state), "me"))
                    .isTrue();
            assertThat(refused(session, again(4, "other", "{\"a\":1}", ADA, state), "me"))
                    .isTrue();
            assertThat(refused(session, again(5, "name", "{\"a\":1}", ADA, state), "you"))
                    .isTrue();
            assertThat(refused(session, again(6, "name", "{\"a\":1}", ADA, state + "AAAA"), "me"))
                    .isTrue();
            assertThat(refused(session, again(7, "name", "{\"a\":1}", ADA, state), "me"))
                    .isFalse();
        }
    }

    @Test
    void saysWhatTheClientWouldHaveToBeAble() {
        Tool model = Tool.named("model")
                .async(call -> call.sample(SamplingRequest.of(5, SamplingMessage.user("2+2?")))
                        .thenApply(said -> ToolResult.text(said.text())));
        try (TestSession session = new TestSession(model)) {
            JsonNode error = session.ask(
                            StatelessRequest.of(1, "tools/call", "\"name\":\"model\",", "{\"roots\":{}}", ""))
                    .path("error");
            assertThat(error.path("code").asInt()).isEqualTo(-32021);
            assertThat(error.at("/data/requiredCapabilities").toString()).isEqualTo("{\"sampling\":{}}");
        }
    }

    @Test
    void sendsTheUserToAUrlFirst() {
        UrlElicitation visit = new UrlElicitation("e-1", "https://example.com/pay", "Pay first.");
        Tool pay = Tool.named("pay").blocking(call -> {
            throw new UrlElicitationRequiredException("Pay first", List.of(visit));
        });
        try (TestSession session = new TestSession(pay)) {
            JsonNode result = result(session, StatelessRequest.call(1, "pay", "{}", ""));
            assertThat(result.path("resultType").asText()).isEqualTo("input_required");
            assertThat(result.at("/inputRequests/visit-1/params").toString())
                    .isEqualTo("{\"mode\":\"url\",\"message\":\"Pay first.\",\"url\":\"https://example.com/pay\"}");
        }
    }

    @Test
    void asksNoMoreThanItMay() {
        Tool greedy = Tool.named("greedy").async(call -> {
            CompletableFuture<ToolResult> refused = new CompletableFuture<>();
            for (int i = 0; i < 17; i++) {
                call.elicit(NAME.key("k" + i)).whenComplete((answer, failure) -> {
                    if (failure instanceof ToolException) {
                        refused.completeExceptionally(failure);
                    }
                });
            }
            return refused;
        });
        try (TestSession session = new TestSession(greedy)) {
            JsonNode result = result(session, StatelessRequest.call(1, "greedy", "{}", ""));
            assertThat(result.path("isError").asBoolean()).isTrue();
            assertThat(result.at("/content/0/text").asText()).startsWith("The request waits for 16 answers");
        }
    }

    private static boolean refused(TestSession session, String request, String principal) {
        int message =
                session.send(StatelessRequest.fromEdge(request, "{\"principal\":{\"id\":\"" + principal + "\"}}"));
        session.await(message);
        return session.peer.answer(message).at("/error/code").asInt() == -32602;
    }

    private static JsonNode result(TestSession session, String request) {
        int message = session.send(request);
        session.await(message);
        return session.peer.answer(message).path("result");
    }

    private static JsonNode result(McpServer server, String request) {
        FakePeer peer = new FakePeer();
        Conversation conversation = server.open(peer, new byte[0]);
        conversation.receive(request.getBytes(UTF_8), 1);
        while (!peer.hasEnded(1)) {
            peer.runTask();
        }
        conversation.close();
        return peer.answer(1).path("result");
    }

    private static String again(int id, String tool, String arguments, String responses, String state) {
        return StatelessRequest.call(
                id, tool, arguments, "\"inputResponses\":{" + responses + "},\"requestState\":\"" + state + "\",");
    }

    private static String state(JsonNode result) {
        return result.path("requestState").asText();
    }

    private static ToolResult text(ElicitResult answer) {
        return ToolResult.text(answer.content().path("name").asText());
    }

    private static Elicitation form(String field) {
        return Elicitation.form("Well?", """
                {"type": "object", "required": ["%s"], "properties": {"%s": {"type": "string"}}}""".formatted(field, field));
    }
}
