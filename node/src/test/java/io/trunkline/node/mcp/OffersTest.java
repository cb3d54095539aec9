package io.trunkline.node.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.trunkline.node.mcp.catalog.Offers;
import io.trunkline.node.mcp.catalog.RegisteredTool;
import io.trunkline.node.modules.LeftOuts;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolProvider;
import io.trunkline.protocol.metrics.Metrics;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lists of providers that are asked by several threads at the same time. */
@Timeout(60)
class OffersTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Queue<Supplier<String>> answers = new ConcurrentLinkedQueue<>(List.of(() -> "first"));
    private final ToolProvider provider =
            () -> List.of(TestModule.tool(answers.remove().get()));
    private final Offers<ToolProvider, Tool, RegisteredTool> offers = new Offers<>(
            "tool",
            "tools",
            10,
            List.of(provider),
            ToolProvider::tools,
            Tool::name,
            tool -> new RegisteredTool(tool, JSON),
            new LeftOuts(new Metrics(), leftOut -> {}));

    @Test
    void aSlowAnswerHoldsUpNobodyAndIsDroppedWhenItIsOld() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        answers.add(() -> {
            asked.countDown();
            await(mayAnswer);
            return "old";
        });
        CompletableFuture<Void> slow = CompletableFuture.runAsync(() -> offers.refresh(provider));
        await(asked);

        answers.add(() -> "new");
        offers.refresh(provider);
        assertThat(names()).containsExactly("new");
        mayAnswer.countDown();
        slow.get(10, TimeUnit.SECONDS);

        assertThat(names()).containsExactly("new");
        answers.add(() -> "newest");
        offers.refresh(provider);
        assertThat(names()).containsExactly("newest");
    }

    private List<String> names() {
        return offers.listing().items().stream().map(RegisteredTool::key).toList();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
