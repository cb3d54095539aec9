package io.trunkline.conformance;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolCall;
import io.trunkline.node.spi.ToolResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A call that has to be cancelled, and what the node has seen of such calls. No scenario of the suite uses them: they
 * are for the scripts of official clients.
 */
final class WaitingTools {

    private static final long MAX_SECONDS = 60;

    private final AtomicInteger cancelled = new AtomicInteger();

    List<Tool> all() {
        return List.of(
                Tool.named("test_wait")
                        .description("Tells its node as progress, then waits to be cancelled; must not run twice")
                        .async(this::await),
                PackTools.tool("test_waits", "Tells how many calls of test_wait its node has seen cancelled")
                        .async(this::tell));
    }

    private CompletionStage<ToolResult> await(ToolCall call) {
        call.onCancel(cancelled::incrementAndGet);
        call.progress(1, 0, call.session().info().node());
        return new CompletableFuture<ToolResult>()
                .completeOnTimeout(ToolResult.text("Nobody has cancelled it."), MAX_SECONDS, TimeUnit.SECONDS);
    }

    private CompletionStage<ToolResult> tell(ToolCall call) {
        ObjectNode seen = JsonNodeFactory.instance
                .objectNode()
                .put("node", call.session().info().node())
                .put("cancelled", cancelled.get());
        return CompletableFuture.completedFuture(ToolResult.structured(seen));
    }
}
