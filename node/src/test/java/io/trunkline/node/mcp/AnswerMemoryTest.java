package io.trunkline.node.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.mcp.catalog.Providers;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.memory.HeapCheck;
import io.trunkline.node.memory.NodeMemory;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolResult;
import io.trunkline.protocol.memory.MemoryBudget;
import io.trunkline.protocol.metrics.Metrics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the engine does when the node has no memory left. */
class AnswerMemoryTest {

    private static final int LIMIT = 1 << 20;

    private final Metrics metrics = new Metrics();
    private final MemoryBudget budget = new MemoryBudget(LIMIT);
    private final AtomicInteger heapChecks = new AtomicInteger();
    private final TestTool slow = TestTool.async("slow");
    private final Tool large = Tool.named("large").async(call -> done("x".repeat(100_000)));
    private final Tool greedy = Tool.named("greedy").async(call -> {
        throw new OutOfMemoryError("Java heap space");
    });
    private final Tool greedyLate = Tool.named("greedy-late")
            .async(call -> CompletableFuture.failedFuture(new OutOfMemoryError("direct memory")));
    private final McpServer server = McpServer.create(
            McpSettings.DEFAULT,
            new Providers(List.of(() -> List.of(slow.tool(), large, greedy, greedyLate)), List.of(), List.of()),
            new byte[32],
            metrics,
            new NodeMemory(budget, metrics, heapChecks::incrementAndGet));
    private final FakePeer peer = new FakePeer();
    private final Conversation conversation = server.open(peer, new byte[0]);
    private int number;

    AnswerMemoryTest() {
        ask("""
                {"jsonrpc":"2.0","id":"init","method":"initialize","params":{"protocolVersion":"2025-11-25",\
                "capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""");
    }

    @AfterEach
    void everythingIsGivenBack() {
        conversation.close();
        server.close();
        assertThat(budget.used()).isZero();
    }

    @Test
    void anAnswerTooLargeForWhatIsLeftIsReplacedByAnError() {
        assertThat(call("large", "").has("result")).isTrue();
        budget.take(LIMIT - 50_000);
        JsonNode error = call("large", "").path("error");
        assertThat(error.path("code").asInt()).isEqualTo(-32000);
        assertThat(error.at("/data/reason").asText()).isEqualTo("overloaded");
        assertThat(error.at("/data/executed").asText()).isEqualTo("unknown");
        assertThat(metrics.counter("trunkline.memory.shed", Map.of("reason", "answer"))
                        .total())
                .isEqualTo(1);
        assertThat(ask("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}").has("result"))
                .isTrue();
        budget.giveBack(LIMIT - 50_000);
    }

    @Test
    void argumentsAreCountedWhileTheirCallRuns() {
        send(callOf("slow", "x".repeat(100)));
        long small = budget.used();
        assertThat(small).isBetween(100L, 2_000L);
        send(callOf("slow", "x".repeat(100_000)));
        assertThat(budget.used()).isGreaterThan(100_000);
        slow.complete(1, ToolResult.text("done"));
        peer.runTask();
        assertThat(budget.used()).isEqualTo(small);
        slow.complete(0, ToolResult.text("done"));
        peer.runTask();
        assertThat(budget.used()).isZero();
    }

    @Test
    void aToolWithoutMemoryCostsItsCall() {
        for (String tool : List.of("greedy", "greedy-late")) {
            JsonNode answer = call(tool, "");
            assertThat(answer.has("error") || answer.at("/result/isError").asBoolean())
                    .as("%s", answer)
                    .isTrue();
        }
        assertThat(metrics.counter("trunkline.memory.failed.allocations", Map.of())
                        .total())
                .isEqualTo(2);
        assertThat(heapChecks).as("looks at the heap for what failed there").hasValue(1);
        assertThat(call("large", "").has("result")).isTrue();
    }

    @Test
    void knowsWhereAnAllocationFailed() {
        assertThat(HeapCheck.isDirect(new OutOfMemoryError("Cannot reserve 16 bytes of direct buffer memory")))
                .isTrue();
        assertThat(HeapCheck.isDirect(new OutOfMemoryError("failed to allocate 16 byte(s) of direct memory")))
                .isTrue();
        assertThat(HeapCheck.isDirect(new OutOfMemoryError("Java heap space"))).isFalse();
        assertThat(HeapCheck.isDirect(new OutOfMemoryError("Requested array size exceeds VM limit")))
                .isFalse();
        assertThat(HeapCheck.isDirect(new OutOfMemoryError())).isFalse();
    }

    private JsonNode call(String tool, String text) {
        return ask(callOf(tool, text));
    }

    private static String callOf(String tool, String text) {
        return "{\"jsonrpc\":\"2.0\",\"id\":\"%s%d\",\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":{\"text\":\"%s\"}}}"
                .formatted(tool, text.length(), tool, text);
    }

    private JsonNode ask(String message) {
        send(message);
        while (!peer.hasEnded(number)) {
            peer.runTask();
        }
        return peer.answer(number);
    }

    private void send(String message) {
        number++;
        conversation.receive(message.getBytes(UTF_8), number);
        if (message.length() > Arrivals.LARGE) {
            peer.runTask();
        }
    }

    private static CompletableFuture<ToolResult> done(String text) {
        return CompletableFuture.completedFuture(ToolResult.text(text));
    }
}
