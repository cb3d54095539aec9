package io.trunkline.node.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.mcp.state.RequestStates;
import io.trunkline.node.spi.ElicitResult;
import io.trunkline.node.spi.Elicitation;
import io.trunkline.node.spi.TaskSupport;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolResult;
import io.trunkline.node.tasks.EndedTask;
import io.trunkline.node.tasks.SharedTasks;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tasks that another node holds: their clients are served all the same. */
class FarTaskTest {

    private static final Elicitation NAME = Elicitation.form("Who are you?", """
            {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}""");

    private final byte[] key = RequestStates.randomKey();
    private final AtomicInteger runs = new AtomicInteger();
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final CompletableFuture<ToolResult> end = new CompletableFuture<>();
    private final Tool job = Tool.named("job").task(TaskSupport.OPTIONAL).async(call -> {
        runs.incrementAndGet();
        call.onCancel(cancelled::countDown);
        return end.copy();
    });
    private final Tool greeter = Tool.named("greeter")
            .readOnly()
            .task(TaskSupport.OPTIONAL)
            .async(call -> call.elicit(NAME).thenApply(answer -> ToolResult.text(name(answer))));

    private final TestSession holder = node();
    private final TestSession near = node();
    private final FakeTaskNetwork network = new FakeTaskNetwork(holder);

    private static String name(ElicitResult answer) {
        return answer.content().path("name").asText();
    }

    private TestSession node() {
        return new TestSession(McpSettings.DEFAULT, key, job, greeter);
    }

    private TaskClient client(String principal) {
        near.server.sharedTasks().connect(network);
        return new TaskClient(near, principal);
    }

    @Test
    void isReadAndCancelledThere() throws InterruptedException {
        String id = new TaskClient(holder, "alice").begin("job", "{}");
        TaskClient alice = client("alice");
        JsonNode got = alice.get(id);
        assertThat(got.at("/result/status").asText()).isEqualTo("working");
        assertThat(got.path("id").asInt()).isEqualTo(1);
        assertThat(got.at("/result/resultType").asText()).isEqualTo("complete");
        assertThat(client("bob").get(id).at("/error/code").asInt()).isEqualTo(-32602);
        assertThat(alice.cancel(id).has("result")).isTrue();
        assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertRuns(1);
        assertThat(near.server.tasks().count()).isZero();
    }

    @Test
    void isAnsweredThere() {
        TaskClient there = new TaskClient(holder);
        String id = there.begin("greeter", "{}");
        there.await(id, "input_required");
        TaskClient here = client("");
        assertThat(here.get(id).at("/result/inputRequests").size()).isEqualTo(1);
        here.update(id, "{\"form-1\":{\"action\":\"accept\",\"content\":{\"name\":\"Alice\"}}}");
        there.await(id, "completed");
        assertThat(here.get(id).at("/result/result/content/0/text").asText()).isEqualTo("Alice");
        assertThat(here.ask("tasks/update", "\"taskId\":\"" + id + "\",")
                        .at("/error/code")
                        .asInt())
                .isEqualTo(-32602);
    }

    @Test
    void isNeitherRunAgainNorLostWhenNobodyCanBeAsked() {
        String id = new TaskClient(holder).begin("job", "{}");
        near.server.sharedTasks().connect(new FakeTaskNetwork(null));
        JsonNode error = new TaskClient(near).get(id).path("error");
        assertThat(error.path("code").asInt()).isEqualTo(-32000);
        assertThat(error.path("message").asText()).isEqualTo("nobody is there");
        assertRuns(1);
    }

    @Test
    void isListenedToWithOthersAndThoseOfNobodyAreLeftOut() {
        String far = new TaskClient(holder).begin("job", "{}");
        String foreign = new TaskClient(holder, "bob").begin("job", "{}");
        TaskClient here = client("");
        String own = here.begin("greeter", "{}");
        int listen = here.send(
                "subscriptions/listen",
                "\"notifications\":{\"taskIds\":[\"%s\",\"%s\",\"%s\",\"no-such-task\"]},"
                        .formatted(far, own, foreign));
        JsonNode acknowledged = FakePeer.json(here.peer.told.get(0)).at("/params/notifications/taskIds");
        assertThat(List.of(acknowledged.get(0).asText(), acknowledged.get(1).asText()))
                .containsExactlyInAnyOrder(far, own);
        assertThat(acknowledged).hasSize(2);
        assertThat(here.peer.hasEnded(listen)).isFalse();
        assertThat(told(here, far)).isEmpty();
        here.await(own, "input_required");
        long running = near.server.held().held();

        network.tell.get(0).run();
        JsonNode working = next(here, far);
        assertThat(working.path("status").asText()).isEqualTo("working");
        assertThat(working.has("resultType")).isFalse();
        assertThat(working.at("/_meta/io.modelcontextprotocol~1subscriptionId").asInt())
                .isEqualTo(listen);

        end.complete(ToolResult.text("gold"));
        new TaskClient(holder).await(far, "completed");
        network.tell.get(0).run();
        assertThat(next(here, far).at("/result/content/0/text").asText()).isEqualTo("gold");
        assertThat(network.watched).isZero();
        assertThat(near.server.held().held()).isEqualTo(running);
    }

    @Test
    void isLeftOutWhenTooManyAreWatchedAndWatchedNoLongerThanItsClientIsThere() {
        String far = new TaskClient(holder).begin("job", "{}");
        network.mayWatch = false;
        TaskClient here = client("");
        here.listen(far);
        assertThat(FakePeer.json(here.peer.told.get(0))
                        .at("/params/notifications")
                        .has("taskIds"))
                .isFalse();
        assertThat(network.tell).isEmpty();
        network.mayWatch = true;
        here.listen(far);
        assertThat(network.tell).hasSize(1);
        here.conversation.close();
        assertThat(network.tell).isEmpty();
    }

    @Test
    void isHandedOverWhenItHasEnded() {
        TaskClient there = new TaskClient(holder, "alice");
        String id = there.begin("job", "{}");
        String lost = new TaskClient(holder).begin("job", "{}");
        String again = new TaskClient(holder).begin("greeter", "{}");
        there.cancel(id);
        there.await(id, "cancelled");
        SharedTasks leaving = holder.server.sharedTasks();
        assertThat(leaving.ended()).hasSize(1);
        assertThat(leaving.running()).isEqualTo(2);
        leaving.giveUpRunning();
        assertThat(leaving.holds(again)).isFalse();
        assertThat(leaving.running()).isZero();

        SharedTasks next = near.server.sharedTasks();
        for (EndedTask task : leaving.ended()) {
            assertThat(next.adopt(task)).isTrue();
            assertThat(next.adopt(task)).isTrue();
            leaving.release(task.id());
        }
        assertThat(leaving.count()).isZero();
        assertThat(holder.server.tasks().results().held()).isZero();
        assertThat(new TaskClient(near, "alice").status(id)).isEqualTo("cancelled");
        assertThat(new TaskClient(near)
                        .get(lost)
                        .at("/result/error/data/reason")
                        .asText())
                .isEqualTo("node_lost");
        assertThat(next.count()).isEqualTo(2);
        assertRuns(2);
    }

    private static List<JsonNode> told(TaskClient client, String task) {
        return client.peer.told.stream()
                .map(text -> FakePeer.json(text).path("params"))
                .filter(params -> params.path("taskId").asText().equals(task))
                .toList();
    }

    /** Runs the client's thread until it is told of the task once more. */
    private static JsonNode next(TaskClient client, String task) {
        int before = told(client, task).size();
        while (told(client, task).size() == before) {
            client.peer.runTask();
        }
        return told(client, task).get(before);
    }

    /** Runs begin on threads of their own. */
    private void assertRuns(int expected) {
        while (runs.get() < expected) {
            Thread.onSpinWait();
        }
        assertThat(runs).hasValue(expected);
    }
}
