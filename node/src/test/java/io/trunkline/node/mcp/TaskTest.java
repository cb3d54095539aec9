package io.trunkline.node.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.spi.ElicitResult;
import io.trunkline.node.spi.Elicitation;
import io.trunkline.node.spi.RpcException;
import io.trunkline.node.spi.TaskSupport;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolCall;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.spi.ToolResult;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Calls that run as tasks (SEP-2663). */
class TaskTest {

    private static final Elicitation NAME = Elicitation.form("Who are you?", """
            {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}""");
    private static final String ALICE = "{\"action\":\"accept\",\"content\":{\"name\":\"Alice\"}}";

    private final CompletableFuture<ToolResult> end = new CompletableFuture<>();
    private final AtomicInteger runs = new AtomicInteger();
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final Tool job = Tool.named("job").task(TaskSupport.OPTIONAL).async(this::job);
    private final Tool safeJob =
            Tool.named("safe-job").readOnly().task(TaskSupport.REQUIRED).async(this::job);
    private final Tool greeter =
            Tool.named("greeter").task(TaskSupport.OPTIONAL).async(TaskTest::greet);
    private final Tool later = Tool.named("later")
            .readOnly()
            .taskLater(TaskSupport.REQUIRED)
            .async(call -> {
                runs.incrementAndGet();
                return call.elicit(NAME)
                        .thenCompose(name -> call.becomeTask()
                                .thenCompose(task -> call.elicit(NAME)
                                        .thenApply(other -> ToolResult.text(name(name) + " and " + name(other)))));
            });

    private CompletionStage<ToolResult> job(ToolCall call) {
        runs.incrementAndGet();
        call.onCancel(cancelled::countDown);
        call.progress(1, 3, "digging");
        return end.copy();
    }

    private static CompletionStage<ToolResult> greet(ToolCall call) {
        CompletionStage<ElicitResult> first = call.elicit(NAME);
        return call.elicit(NAME).thenCombine(first, (two, one) -> ToolResult.text(name(one) + " and " + name(two)));
    }

    private static String name(ElicitResult result) {
        return result.content().path("name").asText();
    }

    @Test
    void givesTheHandleAtOnceAndTheResultLater() {
        try (TestSession node = new TestSession(job)) {
            TaskClient client = new TaskClient(node);
            JsonNode created = client.call("job", "{}").path("result");
            String id = created.path("taskId").asText();
            assertThat(created.path("resultType").asText()).isEqualTo("task");
            assertThat(created.path("status").asText()).isEqualTo("working");
            assertThat(created.path("ttlMs").asLong()).isEqualTo(75 * 60_000);
            assertThat(created.path("pollIntervalMs").asLong()).isEqualTo(1000);
            assertThat(created.path("createdAt").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d.*Z");
            assertThat(created.has("result") || created.has("error")).isFalse();

            JsonNode working = client.get(id).path("result");
            assertThat(working.path("status").asText()).isEqualTo("working");
            assertThat(working.path("resultType").asText()).isEqualTo("complete");

            end.complete(ToolResult.text("gold"));
            assertThat(client.await(id, "completed")
                            .at("/result/content/0/text")
                            .asText())
                    .isEqualTo("gold");
            JsonNode completed = client.get(id).path("result");
            assertThat(completed.path("taskId").asText()).isEqualTo(id);
            assertThat(completed.at("/result/content/0/text").asText()).isEqualTo("gold");
            assertThat(completed.path("createdAt")).isEqualTo(created.path("createdAt"));
        }
    }

    @Test
    void tellsWhatTheToolSaysOfItsProgress() {
        try (TestSession node = new TestSession(job)) {
            TaskClient client = new TaskClient(node);
            String id = client.begin("job", "{}");
            end.complete(ToolResult.text("gold"));
            client.await(id, "completed");
            assertThat(client.get(id).at("/result").has("statusMessage")).isFalse();
        }
        try (TestSession node = new TestSession(
                greeter, Tool.named("digger").task(TaskSupport.OPTIONAL).async(call -> {
                    call.progress(1, 3, "digging");
                    return greet(call);
                }))) {
            TaskClient client = new TaskClient(node);
            JsonNode told = client.await(client.begin("digger", "{}"), "input_required");
            assertThat(told.path("statusMessage").asText()).isEqualTo("digging");
        }
    }

    @Test
    void failuresOfTheToolAreResultsAndErrorsOfTheRequestAreErrors() {
        Tool broken = Tool.named("broken").task(TaskSupport.OPTIONAL).async(call -> {
            throw new ToolException("no shovel");
        });
        Tool wrong = Tool.named("wrong").task(TaskSupport.OPTIONAL).async(call -> {
            throw new RpcException(-32050, "no ground", null, null);
        });
        try (TestSession node = new TestSession(broken, wrong)) {
            TaskClient client = new TaskClient(node);
            JsonNode completed = client.await(client.begin("broken", "{}"), "completed");
            assertThat(completed.at("/result/isError").asBoolean()).isTrue();
            JsonNode failed = client.await(client.begin("wrong", "{}"), "failed");
            assertThat(failed.at("/error/code").asInt()).isEqualTo(-32050);
            assertThat(failed.at("/error/message").asText()).isEqualTo("no ground");
            assertThat(failed.has("result")).isFalse();
        }
    }

    @Test
    void isForClientsThatKnowTasksOnly() {
        end.complete(ToolResult.text("gold"));
        try (TestSession node = new TestSession(job, safeJob)) {
            JsonNode ordinary = node.ask(StatelessRequest.call(1, "job", "{}", ""));
            assertThat(ordinary.at("/result/resultType").asText()).isEqualTo("complete");
            assertThat(ordinary.at("/result/content/0/text").asText()).isEqualTo("gold");
            for (String refused : new String[] {
                StatelessRequest.call(2, "safe-job", "{}", ""),
                StatelessRequest.of(3, "tasks/get", "\"taskId\":\"x\","),
                StatelessRequest.of(4, "tasks/update", "\"taskId\":\"x\",\"inputResponses\":{},"),
                StatelessRequest.of(5, "tasks/cancel", "\"taskId\":\"x\","),
                StatelessRequest.of(6, "subscriptions/listen", "\"notifications\":{\"taskIds\":[]},")
            }) {
                JsonNode error = node.ask(refused).path("error");
                assertThat(error.path("code").asInt()).as(refused).isEqualTo(-32021);
                assertThat(error.at("/data/requiredCapabilities/extensions/io.modelcontextprotocol~1tasks")
                                .isObject())
                        .isTrue();
            }
        }
    }

    @Test
    void isNotForSessions() {
        end.complete(ToolResult.text("gold"));
        try (TestSession node = TestSession.of("2025-11-25", job, safeJob)) {
            assertThat(node.callNow("job", "{}").at("/result/content/0/text").asText())
                    .isEqualTo("gold");
            assertThat(node.callNow("safe-job", "{}").at("/error/code").asInt()).isEqualTo(-32021);
            assertThat(node.peer
                            .answer(node.request(1, "tasks/get", "{\"taskId\":\"x\"}"))
                            .at("/error/code")
                            .asInt())
                    .isEqualTo(-32601);
        }
    }

    @Test
    void isAdvertisedWhenSomeToolWantsIt() {
        String path = "/result/capabilities/extensions/io.modelcontextprotocol~1tasks";
        try (TestSession with = new TestSession(job);
                TestSession without = new TestSession()) {
            String discover = StatelessRequest.of(1, "server/discover", "");
            assertThat(with.ask(discover).at(path).isObject()).isTrue();
            assertThat(without.ask(discover).at(path).isMissingNode()).isTrue();
            assertThat(new TaskClient(without).get("x").at("/error/code").asInt())
                    .isEqualTo(-32601);
        }
    }

    @Test
    void asksItsClientWhichAnswersInAnyOrder() {
        try (TestSession node = new TestSession(greeter)) {
            TaskClient client = new TaskClient(node);
            String id = client.begin("greeter", "{}");
            // The tool asks twice, on a thread of its own.
            Awaitility.await()
                    .until(() -> client.get(id)
                                    .at("/result/inputRequests")
                                    .properties()
                                    .size()
                            == 2);
            JsonNode asked = client.get(id).at("/result/inputRequests");
            assertThat(asked.at("/form-1/method").asText()).isEqualTo("elicitation/create");
            assertThat(asked.at("/form-1/params/message").asText()).isEqualTo("Who are you?");

            JsonNode acknowledged = client.update(id, "{\"form-2\":" + ALICE + ",\"other\":{}}");
            assertThat(acknowledged.at("/result/resultType").asText()).isEqualTo("complete");
            assertThat(acknowledged.path("result").has("taskId")).isFalse();
            JsonNode rest = client.get(id).path("result");
            assertThat(rest.path("status").asText()).isEqualTo("input_required");
            assertThat(rest.path("inputRequests").has("form-2")).isFalse();

            client.update(id, "{\"form-1\":{\"action\":\"accept\",\"content\":{\"name\":\"Bob\"}}}");
            assertThat(client.await(id, "completed")
                            .at("/result/content/0/text")
                            .asText())
                    .isEqualTo("Bob and Alice");
        }
    }

    @Test
    void becomesATaskWhenTheToolSaysSoAndKnowsWhatWasAnsweredBefore() {
        try (TestSession node = new TestSession(later)) {
            TaskClient client = new TaskClient(node);
            String call = "\"name\":\"later\",\"arguments\":{},";
            int first = client.send("tools/call", call);
            while (!client.peer.hasEnded(first)) {
                client.peer.runTask();
            }
            JsonNode round = client.peer.answer(first).path("result");
            assertThat(round.path("resultType").asText()).isEqualTo("input_required");
            String state = round.path("requestState").asText();
            int second = client.send(
                    "tools/call",
                    call + "\"inputResponses\":{\"form-1\":" + ALICE + "},\"requestState\":\"" + state + "\",");
            while (!client.peer.hasEnded(second)) {
                client.peer.runTask();
            }
            JsonNode created = client.peer.answer(second).path("result");
            assertThat(created.path("resultType").asText()).isEqualTo("task");
            assertThat(created.has("requestState")).isFalse();
            String id = created.path("taskId").asText();
            JsonNode asked = client.await(id, "input_required").path("inputRequests");
            assertThat(asked.properties()).hasSize(1);
            client.update(id, "{\"form-2\":{\"action\":\"accept\",\"content\":{\"name\":\"Bob\"}}}");
            assertThat(client.await(id, "completed")
                            .at("/result/content/0/text")
                            .asText())
                    .isEqualTo("Alice and Bob");
            assertThat(runs).hasValue(3);
        }
    }

    @Test
    void stopsWhenItIsCancelled() throws Exception {
        try (TestSession node = new TestSession(job)) {
            TaskClient client = new TaskClient(node);
            String id = client.begin("job", "{}");
            JsonNode acknowledged = client.cancel(id).path("result");
            assertThat(acknowledged.path("resultType").asText()).isEqualTo("complete");
            assertThat(acknowledged.has("status")).isFalse();
            assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
            client.await(id, "cancelled");
            assertThat(client.cancel(id).has("result")).isTrue();
            assertThat(client.status(id)).isEqualTo("cancelled");
        }
    }

    @Test
    void goesOnWhenItsClientIsGone() {
        try (TestSession node = new TestSession(job)) {
            TaskClient client = new TaskClient(node);
            String id = client.begin("job", "{}");
            client.conversation.close();
            TaskClient again = new TaskClient(node);
            assertThat(again.status(id)).isEqualTo("working");
            end.complete(ToolResult.text("gold"));
            assertThat(again.await(id, "completed").at("/result/content/0/text").asText())
                    .isEqualTo("gold");
        }
    }

    @Test
    void doesNotExistForOtherPrincipals() {
        try (TestSession node = new TestSession(job)) {
            TaskClient alice = new TaskClient(node, "alice");
            String id = alice.begin("job", "{}");
            assertThat(alice.status(id)).isEqualTo("working");
            for (TaskClient other : new TaskClient[] {new TaskClient(node, "bob"), new TaskClient(node)}) {
                JsonNode never = other.get("no-such-task").path("error");
                assertThat(never.path("code").asInt()).isEqualTo(-32602);
                assertThat(other.get(id).path("error")).isEqualTo(never);
                assertThat(other.update(id, "{}").path("error")).isEqualTo(never);
                assertThat(other.cancel(id).path("error")).isEqualTo(never);
                other.listen(id);
                assertThat(FakePeer.json(other.peer.told.get(0))
                                .at("/params/notifications")
                                .has("taskIds"))
                        .isFalse();
            }
            assertThat(alice.status(id)).isEqualTo("working");
        }
    }

    @Test
    void isRefusedWhenThereIsNoRoom() {
        McpSettings.Tasks d = McpSettings.DEFAULT.tasks();
        McpSettings few = TestSettings.with(
                new McpSettings.Tasks(d.timeout(), d.keep(), d.maxTtl(), d.pollInterval(), 2, 1, d.resultBytes()));
        try (TestSession node = new TestSession(few, job)) {
            TaskClient alice = new TaskClient(node, "alice");
            alice.begin("job", "{}");
            assertThat(alice.call("job", "{}").at("/error/message").asText())
                    .isEqualTo("There are 1 tasks of yours on this node: try again later");
            TaskClient anybody = new TaskClient(node);
            anybody.begin("job", "{}");
            JsonNode error = anybody.call("job", "{}").path("error");
            assertThat(error.path("code").asInt()).isEqualTo(-32000);
            assertThat(error.path("message").asText())
                    .isEqualTo("The node holds all the tasks that it may hold: try again later");
            assertThat(node.events.all).containsExactly("task refused job");
        }
    }

    @Test
    void dropsResultsForWhichThereIsNoRoom() {
        McpSettings.Tasks d = McpSettings.DEFAULT.tasks();
        McpSettings small = TestSettings.with(
                new McpSettings.Tasks(d.timeout(), d.keep(), d.maxTtl(), d.pollInterval(), 2, 1, 100));
        end.complete(ToolResult.text("gold".repeat(100)));
        try (TestSession node = new TestSession(small, job)) {
            TaskClient client = new TaskClient(node);
            JsonNode failed = client.await(client.begin("job", "{}"), "failed");
            assertThat(failed.at("/error/code").asInt()).isEqualTo(-32000);
            assertThat(node.server.tasks().results().held()).isZero();
        }
    }

    @Test
    void endsWhenItsTimeIsOver() throws Exception {
        McpSettings.Tasks d = McpSettings.DEFAULT.tasks();
        McpSettings brief = TestSettings.with(new McpSettings.Tasks(
                Duration.ofMillis(1), Duration.ZERO, d.maxTtl(), d.pollInterval(), 1, 1, d.resultBytes()));
        try (TestSession node = new TestSession(brief, safeJob)) {
            TaskClient client = new TaskClient(node);
            String id = client.begin("safe-job", "{}");
            assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
            while (node.server.tasks().count() > 0) {
                Thread.onSpinWait();
            }
            assertThat(client.get(id).at("/error/code").asInt()).isEqualTo(-32602);
            assertThat(client.cancel(id).at("/error/code").asInt()).isEqualTo(-32602);
        }
    }
}
