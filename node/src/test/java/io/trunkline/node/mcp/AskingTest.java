package io.trunkline.node.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.catalog.Providers;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.spi.Call;
import io.trunkline.node.spi.ElicitResult;
import io.trunkline.node.spi.Elicitation;
import io.trunkline.node.spi.Prompt;
import io.trunkline.node.spi.PromptMessage;
import io.trunkline.node.spi.PromptResult;
import io.trunkline.node.spi.Role;
import io.trunkline.node.spi.SamplingMessage;
import io.trunkline.node.spi.SamplingRequest;
import io.trunkline.node.spi.SamplingResult;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolCall;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.spi.ToolResult;
import io.trunkline.node.spi.UrlElicitation;
import io.trunkline.node.spi.UrlElicitationRequiredException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What tools ask the client: forms, visits, samplings and roots. */
class AskingTest {

    private static final String ALL =
            "{\"elicitation\":{\"form\":{},\"url\":{}},\"sampling\":{\"tools\":{}},\"roots\":{}}";
    private static final Elicitation NAME = Elicitation.form("Who?", """
            {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}""");
    private static final UrlElicitation VISIT = new UrlElicitation("e-1", "https://example.com/pay", "Pay first.");
    private static final SamplingRequest SAMPLING = SamplingRequest.of(10, SamplingMessage.user("2+2?"))
            .system("Be brief.")
            .temperature(0.5);

    private final TestTool slow = TestTool.async("slow");
    private final Tool name = Tool.named("name")
            .async(call -> call.elicit(NAME)
                    .thenApply(answer -> ToolResult.text(answer.action().text() + " " + answer.content())));

    @Test
    void asksOnTheCallsBehalfAndGoesOnWithTheAnswer() {
        try (TestSession session = session("2025-11-25", ALL)) {
            int call = session.call(1, "name", "{}");
            assertThat(session.peer.told)
                    .containsExactly("{\"jsonrpc\":\"2.0\",\"id\":\"3-1\",\"method\":\"elicitation/create\",\"params\":"
                            + "{\"message\":\"Who?\",\"requestedSchema\":{\"type\":\"object\",\"required\":[\"name\"],"
                            + "\"properties\":{\"name\":{\"type\":\"string\"}}}}}");
            assertThat(session.peer.relations).containsExactly(call);
            assertThat(session.conversation.inFlight()).isEqualTo(1);

            int answer = session.send(answer("3-1", "{\"action\":\"accept\",\"content\":{\"name\":\"Ada\"}}"));
            assertThat(session.peer.end(answer)).isEqualTo("done");
            session.await(call);
            assertThat(text(session, call)).isEqualTo("accept {\"name\":\"Ada\"}");
            assertThat(session.conversation.inFlight()).isZero();
            assertThat(session.conversation.context().calls().clientRequests().outstanding())
                    .isZero();
        }
    }

    @Test
    void pingsAnyClient() {
        Tool ping = Tool.named("ping")
                .async(call -> call.ping().thenApply(took -> ToolResult.text("" + took.isNegative())));
        try (TestSession session = session("2024-11-05", "{}", ping)) {
            int call = session.call(1, "ping", "{}");
            assertThat(session.peer.told).singleElement().asString().contains("\"id\":\"3-1\",\"method\":\"ping\"");
            session.send(answer("3-1", "{}"));
            session.await(call);
            assertThat(text(session, call)).isEqualTo("false");
        }
    }

    @Test
    void aBlockingToolWaitsOnItsOwnThread() {
        Tool blocking = Tool.named("blocking").blocking(call -> {
            ElicitResult answer = call.elicit(NAME).toCompletableFuture().get();
            return ToolResult.text(answer.content().path("name").asText());
        });
        try (TestSession session = session("2025-11-25", ALL, blocking)) {
            int call = session.call(1, "blocking", "{}");
            session.peer.runTask();
            session.send(answer("3-1", "{\"action\":\"accept\",\"content\":{\"name\":\"Ada\"}}"));
            session.await(call);
            assertThat(text(session, call)).isEqualTo("Ada");

            int second = session.call(2, "blocking", "{}");
            session.peer.runTask();
            session.send("{\"jsonrpc\":\"2.0\",\"id\":\"3-2\",\"error\":{\"code\":-1,\"message\":\"No time\"}}");
            session.await(second);
            assertThat(text(session, second)).isEqualTo("The client refused: No time");
            assertThat(session.events.all).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'result':{'action':'accept','content':{'name':'A'}}}|accept {'name':'A'}",
                "{'result':{'action':'decline'}}|decline {}",
                "{'result':{'action':'cancel','content':{'name':7}}}|cancel {}",
                "{'result':{'action':'accept'}}|The client's answer does not fit the form: name is missing",
                "{'result':{'action':'accept','content':{}}}|The client's answer does not fit the form: name is missing",
                "{'result':{'action':'accept','content':{'name':7}}}|The client's answer does not fit the form: name is not a text",
                "{'result':{'action':'accept','content':[]}}|The client's answer does not fit the form: it is not an object",
                "{'result':{'action':'ACCEPT'}}|The client's answer has no action of accept, decline and cancel",
                "{'result':{}}|The client's answer has no action of accept, decline and cancel",
                "{'result':7}|The client's answer has no action of accept, decline and cancel",
                "{'error':{'code':-32601,'message':'What?'}}|The client refused: What?",
                "{'error':{}}|The client refused: no reason given",
                "{'error':7}|The client refused: no reason given",
                "{'result':{'action':'accept'},'error':{'code':1,'message':'both'}}|The client refused: both",
            })
    void checksTheAnswer(String answer, String text) {
        try (TestSession session = session("2025-11-25", ALL)) {
            int call = session.call(1, "name", "{}");
            session.send("{\"jsonrpc\":\"2.0\",\"id\":\"3-1\","
                    + answer.replace('\'', '"').substring(1));
            session.await(call);
            assertThat(text(session, call).replace('"', '\'')).isEqualTo(text);
            assertThat(session.events.all).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"3-2\"", "\"2-1\"", "1", "\"\"", "null", "\"3-1 \""})
    void ignoresAnswersThatNobodyWaitsFor(String id) {
        try (TestSession session = session("2025-11-25", ALL)) {
            int call = session.call(1, "name", "{}");
            int stray = session.send("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"action\":\"decline\"}}");
            assertThat(session.peer.end(stray)).isEqualTo("done");
            assertThat(session.peer.hasEnded(call)).isFalse();
            session.send(answer("3-1", "{\"action\":\"cancel\"}"));
            session.send(answer("3-1", "{\"action\":\"decline\"}"));
            session.await(call);
            assertThat(text(session, call)).isEqualTo("cancel {}");
        }
    }

    @Test
    void takesAnIdThatIsWrittenWithEscapesAndAnAnswerInABatch() {
        try (TestSession session = session("2025-11-25", ALL)) {
            int call = session.call(1, "name", "{}");
            session.send(answer("\\u0033-1", "{\"action\":\"decline\"}"));
            session.await(call);
            assertThat(text(session, call)).isEqualTo("decline {}");
        }
        try (TestSession session = session("2025-03-26", ALL, slow.tool())) {
            session.call(1, "slow", "{}");
            CompletionStage<?> roots = slow.calls.get(0).listRoots();
            session.peer.runTasks();
            session.send(
                    "[" + answer("3-1", "{\"roots\":[{\"uri\":\"file:///a\",\"name\":\"A\"},{\"uri\":\"file:///b\"}]}")
                            + "]");
            assertThat(roots.toCompletableFuture().join())
                    .hasToString("[Root[uri=file:///a, name=A, meta=null], Root[uri=file:///b, name=, meta=null]]");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "2025-11-25|{}|form|elicitation with forms",
                "2025-11-25|{'elicitation':{}}|form|",
                "2025-11-25|{'elicitation':{'form':{}}}|form|",
                "2025-11-25|{'elicitation':{'url':{}}}|form|elicitation with forms",
                "2025-11-25|{'elicitation':{'url':{}}}|visit|",
                "2025-11-25|{'elicitation':{}}|visit|elicitation with URLs",
                "2025-06-18|{'elicitation':{}}|form|",
                "2025-06-18|{'elicitation':{'url':{}}}|visit|elicitation with URLs",
                "2025-06-18|{'elicitation':{}}|choices|forms with several choices at once",
                "2025-11-25|{'elicitation':{}}|choices|",
                "2025-03-26|{'elicitation':{}}|form|elicitation with forms",
                "2024-11-05|{}|sampling|sampling",
                "2024-11-05|{'sampling':{}}|sampling|",
                "2025-11-25|{'sampling':{}}|tools|sampling with tools",
                "2025-11-25|{'sampling':{'tools':{}}}|tools|",
                "2025-06-18|{'sampling':{'tools':{}}}|tools|sampling with tools",
                "2025-11-25|{'sampling':{}}|context|sampling with context",
                "2025-11-25|{'sampling':{'context':{}}}|context|",
                "2025-06-18|{'sampling':{}}|context|",
                "2025-06-18|{'sampling':{}}|pieces|several pieces in a message of sampling",
                "2025-11-25|{'sampling':{}}|pieces|",
                "2025-11-25|{}|roots|roots",
                "2024-11-05|{'roots':{}}|roots|",
            })
    void asksOnlyWhatTheClientSaysItCanDo(String version, String capabilities, String what, String missing) {
        try (TestSession session = session(version, capabilities.replace('\'', '"'), slow.tool())) {
            session.call(1, "slow", "{}");
            CompletionStage<?> stage = ask(slow.calls.get(0), what);
            session.peer.runTasks();
            assertThat(session.peer.told).hasSize(missing == null ? 1 : 0);
            if (missing != null) {
                assertThat(stage.toCompletableFuture())
                        .isCompletedExceptionally()
                        .failsWithin(Duration.ofSeconds(1))
                        .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                        .havingCause()
                        .isInstanceOf(ToolException.class)
                        .withMessage("The client does not support " + missing);
            }
        }
    }

    @Test
    void sendsOlderClientsTheFormsThatTheyKnow() {
        try (TestSession session = session("2025-06-18", "{\"elicitation\":{}}", slow.tool())) {
            session.call(1, "slow", "{}");
            slow.calls.get(0).elicit(Elicitation.form("m", """
                    {"type": "object", "properties": {
                      "a": {"type": "string", "default": "x", "pattern": "x+", "minLength": 1},
                      "b": {"type": "boolean", "default": true},
                      "c": {"type": "string", "oneOf": [{"const": "1", "title": "One"}, {"const": "2"}]},
                      "d": {"type": "integer", "minimum": 1, "default": 2}}}"""));
            session.peer.runTasks();
            assertThat(FakePeer.json(session.peer.told.get(0))
                            .at("/params/requestedSchema/properties")
                            .toString())
                    .isEqualTo(
                            "{\"a\":{\"type\":\"string\",\"minLength\":1},\"b\":{\"type\":\"boolean\",\"default\":true},"
                                    + "\"c\":{\"type\":\"string\",\"enum\":[\"1\",\"2\"],\"enumNames\":[\"One\",\"2\"]},"
                                    + "\"d\":{\"type\":\"integer\",\"minimum\":1}}");
        }
    }

    @Test
    void samplesWithAllThatTheRequestSays() {
        try (TestSession session = session("2025-11-25", ALL, slow.tool())) {
            session.call(1, "slow", "{}");
            ObjectNode use = JsonNodeFactory.instance
                    .objectNode()
                    .put("type", "tool_use")
                    .put("id", "u");
            CompletionStage<SamplingResult> stage = slow.calls
                    .get(0)
                    .sample(new SamplingRequest(
                                    List.of(
                                            SamplingMessage.user("hi"),
                                            SamplingMessage.tools(Role.ASSISTANT, List.of(use, use))),
                                    5,
                                    JsonNodeFactory.instance.objectNode())
                            .system("s")
                            .temperature(0.5));
            session.peer.runTasks();
            assertThat(FakePeer.json(session.peer.told.get(0)).path("params").toString())
                    .isEqualTo("{\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":\"hi\"}},"
                            + "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"u\"},"
                            + "{\"type\":\"tool_use\",\"id\":\"u\"}]}],\"maxTokens\":5,\"systemPrompt\":\"s\","
                            + "\"temperature\":0.5}");
            session.send(
                    answer(
                            "3-1",
                            "{\"role\":\"assistant\",\"model\":\"m\",\"stopReason\":\"endTurn\","
                                    + "\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"image\"},{\"type\":\"text\",\"text\":\"b\"}]}"));
            SamplingResult result = stage.toCompletableFuture().join();
            assertThat(result.text()).isEqualTo("ab");
            assertThat(result.model()).isEqualTo("m");
            assertThat(result.stopReason()).isEqualTo("endTurn");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "7", "{\"content\":7}", "{\"content\":{}}", "{\"content\":[{}]}"})
    void refusesAnswersOfSamplingAndRootsThatMakeNoSense(String result) {
        try (TestSession session = session("2025-11-25", ALL, slow.tool())) {
            session.call(1, "slow", "{}");
            CompletableFuture<?> sampled = slow.calls.get(0).sample(SAMPLING).toCompletableFuture();
            CompletableFuture<?> roots = slow.calls.get(0).listRoots().toCompletableFuture();
            session.peer.runTasks();
            session.send(answer("3-1", result));
            session.send(answer("3-2", result.equals("{}") ? "{\"roots\":[{}]}" : result));
            assertThat(sampled).isCompletedExceptionally();
            assertThat(roots).isCompletedExceptionally();
            assertThat(session.events.all).isEmpty();
        }
    }

    @Test
    void tellsTheClientWhenItCancelsTheCallThatAsked() {
        try (TestSession session = session("2025-11-25", ALL)) {
            int call = session.call(1, "name", "{}");
            session.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}");
            assertThat(session.peer.end(call)).isEqualTo("done");
            assertThat(session.peer.told.get(1))
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\","
                            + "\"params\":{\"requestId\":\"3-1\"}}");
            assertThat(session.peer.relations).containsExactly(call, call);
            session.send(answer("3-1", "{\"action\":\"accept\",\"content\":{\"name\":\"late\"}}"));
            session.peer.runTasks();
            assertThat(session.peer.end(call)).isEqualTo("done");
            assertThat(session.events.all).isEmpty();
            assertThat(session.conversation.context().calls().clientRequests().outstanding())
                    .isZero();
        }
    }

    @Test
    void takesBackAQuestionThatTheToolDoesNotWaitFor() {
        try (TestSession session = session("2025-11-25", ALL, slow.tool())) {
            int call = session.call(1, "slow", "{}");
            CompletableFuture<?> forgotten = slow.calls.get(0).elicit(NAME).toCompletableFuture();
            CompletableFuture<?> cancelled = slow.calls.get(0).sample(SAMPLING).toCompletableFuture();
            session.peer.runTasks();
            cancelled.cancel(true);
            session.peer.runTasks();
            assertThat(session.peer.told.get(2))
                    .contains("notifications/cancelled")
                    .contains("3-2");
            slow.complete(0, ToolResult.text("end"));
            session.await(call);
            assertThat(forgotten).isCancelled();
            assertThat(session.peer.told.get(3))
                    .contains("notifications/cancelled")
                    .contains("3-1");
            assertThat(session.peer.told).hasSize(4);
            CompletableFuture<?> late = slow.calls.get(0).elicit(NAME).toCompletableFuture();
            assertThat(late).isCancelled();
            session.peer.runTasks();
            assertThat(session.peer.told).hasSize(4);
        }
    }

    @Test
    void boundsTheQuestionsOfASession() {
        McpSettings settings = TestSettings.with(new McpSettings.ClientRequests(2, Duration.ofMinutes(1)));
        try (TestSession session = session(settings, "2025-11-25", ALL, slow.tool())) {
            session.call(1, "slow", "{}");
            List<CompletableFuture<?>> stages = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                stages.add(slow.calls.get(0).elicit(NAME).toCompletableFuture());
            }
            session.peer.runTasks();
            assertThat(session.peer.told).hasSize(2);
            assertThat(stages.get(2)).isCompletedExceptionally();
            session.send(answer("3-1", "{\"action\":\"decline\"}"));
            assertThat(slow.calls.get(0).elicit(NAME).toCompletableFuture()).isNotDone();
        }
    }

    @Test
    void waitsForTheAnswerNoLongerThanItMay() {
        McpSettings settings = TestSettings.with(new McpSettings.ClientRequests(2, Duration.ofMillis(20)));
        try (TestSession session = session(settings, "2025-11-25", ALL, name)) {
            int call = session.call(1, "name", "{}");
            session.await(call);
            assertThat(text(session, call)).startsWith("The client has not answered within");
            assertThat(session.peer.told.get(1)).contains("notifications/cancelled");
        }
    }

    @Test
    void theEndOfTheCallsTimeEndsItsQuestions() {
        Tool impatient = Tool.named("impatient")
                .timeout(Duration.ofMillis(20))
                .async(call -> call.elicit(NAME).thenApply(answer -> ToolResult.text("")));
        try (TestSession session = session("2025-11-25", ALL, impatient)) {
            int call = session.call(1, "impatient", "{}");
            session.await(call);
            assertThat(text(session, call)).contains("was stopped after 0.02 s");
            assertThat(session.peer.told.get(1)).contains("notifications/cancelled");
            assertThat(session.events.all).containsExactly("timed out impatient PT0.02S");
        }
    }

    @Test
    void theEndOfTheSessionEndsItsQuestionsInSilence() {
        try (TestSession session = session("2025-11-25", ALL, slow.tool())) {
            session.call(1, "slow", "{}");
            CompletableFuture<?> stage = slow.calls.get(0).elicit(NAME).toCompletableFuture();
            session.peer.runTasks();
            session.conversation.close();
            assertThat(stage).isCancelled();
            assertThat(session.peer.told).hasSize(1);
            CompletableFuture<?> after = slow.calls.get(0).elicit(NAME).toCompletableFuture();
            assertThat(after).isCancelled();
        }
    }

    @Test
    void aSessionThatOnlyFinishesTakesAnswersAndCancellationsAndNothingElse() {
        try (TestSession session = session("2025-11-25", ALL, slow.tool())) {
            int call = session.call(1, "name", "{}");
            session.call(2, "slow", "{}");
            Conversation conversation = session.conversation;
            assertThat(conversation.receiveForInFlight(bytes("{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"ping\"}"), 90))
                    .isFalse();
            assertThat(conversation.receiveForInFlight(bytes(answer("3-9", "{}")), 91))
                    .isFalse();
            assertThat(conversation.receiveForInFlight(bytes("{"), 92)).isFalse();
            assertThat(conversation.receiveForInFlight(bytes(answer("3-1", "{\"action\":\"decline\"}")), 93))
                    .isTrue();
            assertThat(session.peer.ends).doesNotContainKeys(90, 91, 92).containsKey(93);
            session.await(call);
            assertThat(conversation.receiveForInFlight(
                            bytes("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\","
                                    + "\"params\":{\"requestId\":2}}"),
                            94))
                    .isTrue();
            assertThat(conversation.inFlight()).isZero();
        }
    }

    @Test
    void readsALargeAnswerOnAnotherThread() {
        try (TestSession session = session("2025-11-25", ALL)) {
            int call = session.call(1, "name", "{}");
            String name = "x".repeat(200_000);
            session.send(answer("3-1", "{\"action\":\"accept\",\"content\":{\"name\":\"" + name + "\"}}"));
            session.await(call);
            assertThat(text(session, call)).contains(name);
        }
    }

    @Test
    void promptsMayAskToo() {
        Prompt prompt = Prompt.named("p")
                .async(call -> call.elicit(NAME)
                        .thenApply(answer -> PromptResult.of(
                                PromptMessage.user(answer.content().path("name").asText()))));
        Providers providers = new Providers(List.of(), List.of(), List.of(() -> List.of(prompt)));
        try (TestSession session = new TestSession(McpSettings.DEFAULT, providers)) {
            initialize(session, "2025-11-25", ALL);
            int number = session.request(1, "prompts/get", "{\"name\":\"p\"}");
            session.send(answer("3-1", "{\"action\":\"accept\",\"content\":{\"name\":\"Ada\"}}"));
            session.await(number);
            assertThat(session.peer
                            .answer(number)
                            .at("/result/messages/0/content/text")
                            .asText())
                    .isEqualTo("Ada");
        }
    }

    @Test
    void asksForAVisitAndTellsWhenItIsDone() {
        try (TestSession session = session("2025-11-25", ALL, slow.tool())) {
            session.call(1, "slow", "{}");
            ToolCall call = slow.calls.get(0);
            CompletableFuture<ElicitResult> stage = call.elicit(VISIT).toCompletableFuture();
            session.peer.runTasks();
            assertThat(FakePeer.json(session.peer.told.get(0)).path("params").toString())
                    .isEqualTo("{\"mode\":\"url\",\"message\":\"Pay first.\",\"elicitationId\":\"e-1\","
                            + "\"url\":\"https://example.com/pay\"}");
            session.send(answer("3-1", "{\"action\":\"accept\"}"));
            assertThat(stage.join().accepted()).isTrue();
            call.session().elicitationCompleted(VISIT.id());
            session.peer.runTasks();
            assertThat(session.peer.told.get(1))
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/elicitation/complete\","
                            + "\"params\":{\"elicitationId\":\"e-1\"}}");
            assertThat(session.peer.relations.get(1)).isZero();
            for (int i = 0; i < 1000; i++) {
                call.session().elicitationCompleted(VISIT.id());
            }
            session.peer.runTasks();
            assertThat(session.peer.told).hasSize(66);
        }
    }

    @ParameterizedTest
    @CsvSource({"2025-11-25,true", "2025-06-18,false"})
    void refusesACallUntilTheUserHasBeenSomewhere(String version, boolean knows) {
        Tool paid = Tool.named("paid").async(call -> {
            throw new UrlElicitationRequiredException("Pay first", List.of(VISIT));
        });
        try (TestSession session = session(version, ALL, paid)) {
            JsonNode answer = session.callNow("paid", "{}");
            if (knows) {
                assertThat(answer.path("error").toString())
                        .isEqualTo("{\"code\":-32042,\"message\":\"Pay first\",\"data\":{\"elicitations\":["
                                + "{\"mode\":\"url\",\"elicitationId\":\"e-1\",\"url\":\"https://example.com/pay\","
                                + "\"message\":\"Pay first.\"}]}}");
            } else {
                assertThat(answer.at("/result/isError").asBoolean()).isTrue();
            }
        }
    }

    @Test
    void failuresOfOtherStagesReachTheClientAsTheyAre() {
        Tool wraps = Tool.named("wraps")
                .async(call -> call.listRoots()
                        .thenApply(roots -> ToolResult.text(""))
                        .exceptionally(e -> {
                            throw new CompletionException(new java.util.concurrent.ExecutionException(e));
                        }));
        try (TestSession session = session("2025-11-25", "{}", wraps)) {
            assertThat(session.callNow("wraps", "{}")
                            .at("/result/content/0/text")
                            .asText())
                    .isEqualTo("The client does not support roots");
        }
    }

    private CompletionStage<?> ask(Call call, String what) {
        return switch (what) {
            case "form" -> call.elicit(NAME);
            case "choices" -> call.elicit(Elicitation.form("m", """
                    {"type": "object", "properties": {
                      "a": {"type": "array", "items": {"type": "string", "enum": ["x"]}}}}"""));
            case "visit" -> call.elicit(VISIT);
            case "sampling" -> call.sample(SAMPLING);
            case "tools" -> call.sample(SAMPLING.with("tools", JsonNodeFactory.instance.arrayNode()));
            case "context" ->
                call.sample(SAMPLING.with("includeContext", JsonNodeFactory.instance.textNode("thisServer")));
            case "pieces" ->
                call.sample(SamplingRequest.of(
                        1,
                        new SamplingMessage(
                                Role.USER,
                                List.of(
                                        new io.trunkline.node.spi.Content.Text("a"),
                                        new io.trunkline.node.spi.Content.Text("b")),
                                List.of())));
            default -> call.listRoots();
        };
    }

    private TestSession session(String version, String capabilities, Tool... tools) {
        return session(McpSettings.DEFAULT, version, capabilities, tools.length == 0 ? new Tool[] {name} : tools);
    }

    private TestSession session(McpSettings settings, String version, String capabilities, Tool... tools) {
        List<Tool> all = new ArrayList<>(List.of(tools));
        if (!all.contains(name)) {
            all.add(name);
        }
        TestSession session = new TestSession(settings, all.toArray(Tool[]::new));
        initialize(session, version, capabilities);
        return session;
    }

    private static void initialize(TestSession session, String version, String capabilities) {
        session.request(
                0, "initialize", "{\"protocolVersion\":\"%s\",\"capabilities\":%s}".formatted(version, capabilities));
        session.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    }

    private static String answer(String id, String result) {
        return "{\"jsonrpc\":\"2.0\",\"id\":\"" + id + "\",\"result\":" + result + "}";
    }

    private static String text(TestSession session, int call) {
        return session.peer.answer(call).at("/result/content/0/text").asText();
    }

    private static byte[] bytes(String message) {
        return message.getBytes(UTF_8);
    }
}
