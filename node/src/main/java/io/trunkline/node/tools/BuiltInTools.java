package io.trunkline.node.tools;

import static java.util.concurrent.CompletableFuture.completedFuture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.spi.SessionInfo;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolCall;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.spi.ToolProvider;
import io.trunkline.node.spi.ToolResult;
import java.math.MathContext;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The built-in tools: {@code echo}, {@code add}, {@code sleep} and {@code whoami}. All may be repeated. */
public final class BuiltInTools implements ToolProvider {

    private final SleepTool sleep = new SleepTool();

    @Override
    public Collection<Tool> tools() {
        return List.of(
                Tool.named("echo")
                        .title("Echo")
                        .description("Gives the text back unchanged.")
                        .inputSchema("""
                                {"type": "object", "required": ["text"], "additionalProperties": false,
                                 "properties": {"text": {"type": "string", "description": "What to give back."}}}""")
                        .readOnly()
                        .idempotent()
                        .openWorld(false)
                        .async(BuiltInTools::echo),
                Tool.named("add")
                        .title("Add")
                        .description("Adds two numbers.")
                        .inputSchema("""
                                {"type": "object", "required": ["a", "b"], "additionalProperties": false,
                                 "properties": {"a": {"type": "number"}, "b": {"type": "number"}}}""")
                        .outputSchema("""
                                {"type": "object", "required": ["sum"], "properties": {"sum": {"type": "number"}}}""")
                        .readOnly()
                        .idempotent()
                        .openWorld(false)
                        .async(BuiltInTools::add),
                sleep.tool(),
                Tool.named("whoami")
                        .title("Who am I?")
                        .description("Tells which session this is, and which node of the cluster serves it.")
                        .inputSchema("""
                                {"type": "object", "additionalProperties": false}""")
                        .outputSchema("""
                                {"type": "object",
                                 "required": ["node", "session", "slot", "epoch", "transport"],
                                 "properties": {
                                   "node": {"type": "string", "description": "Name of the member that answers."},
                                   "session": {"type": "string", "description": "Id of this session."},
                                   "slot": {"type": "integer", "description": "Shard of the session."},
                                   "epoch": {"type": "integer", "description": "Bindings to a node so far."},
                                   "transport": {"type": "string"}}}""")
                        .readOnly()
                        .idempotent()
                        .openWorld(false)
                        .async(BuiltInTools::whoami));
    }

    private static CompletionStage<ToolResult> echo(ToolCall call) {
        return completedFuture(ToolResult.text(call.arguments().path("text").asText()));
    }

    private static CompletionStage<ToolResult> add(ToolCall call) {
        JsonNode a = call.arguments().path("a");
        JsonNode b = call.arguments().path("b");
        if (!Double.isFinite(a.doubleValue() + b.doubleValue())) {
            return CompletableFuture.failedFuture(new ToolException("The sum is larger than a number can be"));
        }
        // Decimal arithmetic, so that 0.1 and 0.2 make 0.3; as many digits as fit into what clients read.
        double sum =
                a.decimalValue().add(b.decimalValue(), MathContext.DECIMAL64).doubleValue();
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        if (sum == Math.rint(sum) && Math.abs(sum) < 1L << 53) {
            result.put("sum", (long) sum);
        } else {
            result.put("sum", sum);
        }
        return completedFuture(ToolResult.structured(result));
    }

    private static CompletionStage<ToolResult> whoami(ToolCall call) {
        SessionInfo session = call.session().info();
        return completedFuture(ToolResult.structured(JsonNodeFactory.instance
                .objectNode()
                .put("node", session.node())
                .put("session", session.id())
                .put("slot", session.slot())
                .put("epoch", session.epoch())
                .put("transport", session.transport())));
    }
}
