package io.trunkline.node.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelcontextprotocol.modern.server.McpFeature;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.CompleteReference;
import io.modelcontextprotocol.spec.McpSchema.CompleteResult;
import io.modelcontextprotocol.spec.McpSchema.GetPromptResult;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceResult;
import io.trunkline.node.spi.Call;
import io.trunkline.node.spi.Completion;
import io.trunkline.node.spi.CompletionCall;
import io.trunkline.node.spi.Content.ResourceContents;
import io.trunkline.node.spi.Handler;
import io.trunkline.node.spi.PromptCall;
import io.trunkline.node.spi.PromptResult;
import io.trunkline.node.spi.ReadCall;
import io.trunkline.node.spi.ToolCall;
import io.trunkline.node.spi.ToolHandler;
import io.trunkline.node.spi.ToolResult;
import java.util.List;
import java.util.function.Function;

/**
 * The handlers of one specification of the SDK for MCP 2026-07-28 as handlers of Trunkline. What both sides say is the
 * same JSON, and so is what the SDK says of other versions.
 */
final class ModernHandlers {

    private final ModernServer server;
    private final boolean sync;

    /**
     * @param sync whether the handlers may block
     */
    ModernHandlers(McpFeature feature, Visitors visitors, boolean sync) {
        this.server = new ModernServer(feature, visitors);
        this.sync = sync;
    }

    ToolHandler tool() {
        Handler<ToolCall, ToolResult> handler = handler(
                "tools/call",
                call -> {
                    ObjectNode params = Json.object().put("name", call.tool());
                    params.set("arguments", call.arguments());
                    return params;
                },
                result -> Results.of(Json.read(result, CallToolResult.class)));
        if (handler instanceof Handler.Blocking<ToolCall, ToolResult> blocking) {
            ToolHandler.Blocking tool = blocking::handle;
            return tool;
        }
        ToolHandler.Async tool = ((Handler.Async<ToolCall, ToolResult>) handler)::handle;
        return tool;
    }

    Handler<ReadCall, List<ResourceContents>> reading() {
        return handler(
                "resources/read",
                call -> Json.object().put("uri", call.uri()),
                result -> Results.of(Json.read(result, ReadResourceResult.class)));
    }

    Handler<PromptCall, PromptResult> filling() {
        return handler(
                "prompts/get",
                call -> {
                    ObjectNode params = Json.object().put("name", call.prompt());
                    params.set("arguments", Json.tree(call.arguments()));
                    return params;
                },
                result -> Results.of(Json.read(result, GetPromptResult.class)));
    }

    Handler<CompletionCall, Completion> completion(CompleteReference reference) {
        return handler(
                "completion/complete",
                call -> {
                    ObjectNode params = Json.object();
                    params.set("ref", Json.tree(reference));
                    params.putObject("argument").put("name", call.argument()).put("value", call.value());
                    params.putObject("context").set("arguments", Json.tree(call.context()));
                    return params;
                },
                result -> Results.of(Json.read(result, CompleteResult.class)));
    }

    private <C extends Call, R> Handler<C, R> handler(
            String method, Function<C, ObjectNode> params, Function<JsonNode, R> result) {
        if (sync) {
            Handler.Blocking<C, R> blocking = call -> {
                try {
                    return result.apply(server.ask(call, method, params.apply(call)));
                } catch (Exception e) {
                    throw Failures.ofHandler(e, call);
                }
            };
            return blocking;
        }
        Handler.Async<C, R> async = call -> server.askAsync(call, method, params.apply(call))
                .map(result)
                .onErrorMap(Exception.class, failure -> Failures.ofHandler(failure, call))
                .toFuture();
        return async;
    }
}
