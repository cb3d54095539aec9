package io.trunkline.node.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.mcp.state.RequestStates;
import io.trunkline.node.spi.TaskSupport;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolResult;
import io.trunkline.node.tasks.TaskHandles;
import io.trunkline.protocol.session.SessionId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a node knows of tasks whose node is gone: their ids. */
class LostTaskTest {

    private final byte[] key = RequestStates.randomKey();
    private final AtomicInteger runs = new AtomicInteger();
    private final CompletableFuture<ToolResult> never = new CompletableFuture<>();
    private final Tool stuck =
            Tool.named("safe").readOnly().task(TaskSupport.OPTIONAL).async(call -> never);
    private final Tool stuckUnsafe =
            Tool.named("unsafe").task(TaskSupport.OPTIONAL).async(call -> never);
    private final Tool safe = Tool.named("safe")
            .readOnly()
            .task(TaskSupport.OPTIONAL)
            .async(call -> {
                runs.incrementAndGet();
                return CompletableFuture.completedFuture(
                        ToolResult.text(call.arguments().path("text").asText()));
            });
    private final Tool unsafe = Tool.named("unsafe").task(TaskSupport.OPTIONAL).async(call -> {
        runs.incrementAndGet();
        return never;
    });

    @Test
    void runsAgainWhenThatIsSafe() {
        try (TestSession lost = node(stuck, unsafe);
                TestSession next = node(safe, unsafe)) {
            JsonNode created = new TaskClient(lost, "alice")
                    .call("safe", "{\"text\":\"hi\"}")
                    .path("result");
            String id = created.path("taskId").asText();
            TaskClient client = new TaskClient(next, "alice");
            JsonNode found = client.get(id).path("result");
            assertThat(found.path("createdAt")).isEqualTo(created.path("createdAt"));
            assertThat(client.await(id, "completed")
                            .at("/result/content/0/text")
                            .asText())
                    .isEqualTo("hi");
            assertThat(client.status(id)).isEqualTo("completed");
            assertThat(runs).hasValue(1);
            assertThat(new TaskClient(next, "bob").get(id).at("/error/code").asInt())
                    .isEqualTo(-32602);
        }
    }

    @Test
    void doesNotRunAgainWhatHasLostTwoNodes() {
        try (TestSession lost = node(stuck);
                TestSession next = node(stuck);
                TestSession third = node(safe)) {
            String id = new TaskClient(lost).begin("safe", "{}");
            next.server.guard().tellOthers(third.server.guard()::toldElsewhere);
            assertThat(new TaskClient(next).status(id)).isEqualTo("working");
            JsonNode failed = new TaskClient(third).get(id).path("result");
            assertThat(failed.path("status").asText()).isEqualTo("failed");
            assertThat(failed.at("/error/data/reason").asText()).isEqualTo("node_lost");
            assertThat(failed.at("/error/data/attempts").asInt()).isEqualTo(2);
            assertThat(runs).hasValue(0);
        }
    }

    @Test
    void anOrderlyEndOfItsNodeIsNoLoss() {
        try (TestSession lost = node(stuck);
                TestSession next = node(stuck);
                TestSession third = node(safe)) {
            String id = new TaskClient(lost).begin("safe", "{}");
            next.server.guard().tellOthers(third.server.guard()::toldElsewhere);
            assertThat(new TaskClient(next).status(id)).isEqualTo("working");
            next.server.sharedTasks().giveUpRunning();
            TaskClient client = new TaskClient(third);
            client.get(id);
            client.await(id, "completed");
            assertThat(runs).hasValue(1);
        }
    }

    @Test
    void tellsThatNobodyKnowsWhatBecameOfItOtherwise() {
        try (TestSession lost = node(stuck, stuckUnsafe);
                TestSession next = node(safe, unsafe)) {
            TaskClient first = new TaskClient(lost);
            String large = "{\"text\":\"" + "x".repeat(TaskHandles.MAX_CALL) + "\"}";
            TaskClient client = new TaskClient(next);
            for (String id : new String[] {first.begin("unsafe", "{}"), first.begin("safe", large)}) {
                JsonNode failed = client.get(id).path("result");
                assertThat(failed.path("status").asText()).isEqualTo("failed");
                assertThat(failed.at("/error/data/reason").asText()).isEqualTo("node_lost");
                assertThat(failed.at("/error/data/executed").asText()).isEqualTo("unknown");
                assertThat(client.update(id, "{}").has("result")).isTrue();
                assertThat(runs).hasValue(0);
            }
            assertThat(next.server.tasks().count()).isZero();
            assertThat(next.server.tasks().results().held()).isZero();
        }
    }

    @Test
    void doesNotRunAgainWhatIsCancelledHere() {
        try (TestSession lost = node(stuck);
                TestSession next = node(safe)) {
            String id = new TaskClient(lost).begin("safe", "{}");
            TaskClient client = new TaskClient(next);
            assertThat(client.cancel(id).has("result")).isTrue();
            assertThat(client.status(id)).isEqualTo("cancelled");
            assertThat(runs).hasValue(0);
        }
    }

    @Test
    void opensOnlyWhatANodeOfTheClusterHasSealed() {
        try (TestSession other = new TestSession(stuck);
                TestSession lost = node(stuck);
                TestSession next = node(safe)) {
            TaskClient client = new TaskClient(next);
            String genuine = new TaskClient(lost).begin("safe", "{}");
            String moved = SessionId.slotPrefix(18) + genuine.substring(2);
            String changed = genuine.substring(0, 20) + (genuine.charAt(20) == 'A' ? 'B' : 'A') + genuine.substring(21);
            for (String id : new String[] {new TaskClient(other).begin("safe", "{}"), moved, changed, "", "x", "AR"}) {
                assertThat(client.get(id).at("/error/code").asInt()).as(id).isEqualTo(-32602);
            }
            assertThat(runs).hasValue(0);
        }
    }

    @Test
    void namesTheSlotAndFitsIntoAHeader() {
        try (TestSession node = node(safe)) {
            TaskClient client = new TaskClient(node);
            String text = "x".repeat(TaskHandles.MAX_CALL - 60);
            String id = client.begin("safe", "{\"text\":\"" + text + "\"}");
            assertThat(SessionId.prefixSlot(id)).isEqualTo(17);
            assertThat(id).hasSizeBetween(2000, TaskHandles.MAX_LENGTH).matches("[A-Za-z0-9_-]+");
        }
    }

    private TestSession node(Tool... tools) {
        return new TestSession(McpSettings.DEFAULT, key, tools);
    }
}
