package io.trunkline.node.tools;

import static java.util.concurrent.CompletableFuture.completedFuture;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.trunkline.node.spi.SessionInfo;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolCall;
import io.trunkline.node.spi.ToolProvider;
import io.trunkline.node.spi.ToolResult;
import java.util.Collection;
import java.util.List;
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
                AddTool.tool(),
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
