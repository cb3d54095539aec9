package io.trunkline.node.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CompleteReference;
import io.modelcontextprotocol.spec.McpSchema.CompleteRequest;
import io.modelcontextprotocol.spec.McpSchema.CompleteRequest.CompleteArgument;
import io.modelcontextprotocol.spec.McpSchema.CompleteRequest.CompleteContext;
import io.modelcontextprotocol.spec.McpSchema.GetPromptRequest;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceRequest;
import io.trunkline.node.spi.Call;
import io.trunkline.node.spi.CompletionCall;
import io.trunkline.node.spi.PromptCall;
import io.trunkline.node.spi.ReadCall;
import io.trunkline.node.spi.ToolCall;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls as the SDK's handlers are given them. */
final class Requests {

    private static final TypeRef<Map<String, Object>> MAP = new TypeRef<>() {};

    private Requests() {}

    static CallToolRequest of(ToolCall call) {
        ObjectNode json = Json.object().put("name", call.tool());
        json.set("arguments", call.arguments());
        return Json.read(withMeta(json, call), CallToolRequest.class);
    }

    static ReadResourceRequest of(ReadCall call) {
        return Json.read(withMeta(Json.object().put("uri", call.uri()), call), ReadResourceRequest.class);
    }

    static GetPromptRequest of(PromptCall call) {
        ObjectNode json = Json.object().put("name", call.prompt());
        json.set("arguments", Json.tree(call.arguments()));
        return Json.read(withMeta(json, call), GetPromptRequest.class);
    }

    static CompleteRequest of(CompletionCall call, CompleteReference reference) {
        return new CompleteRequest(
                reference,
                new CompleteArgument(call.argument(), call.value()),
                metaMap(call),
                new CompleteContext(call.context()));
    }

    private static ObjectNode withMeta(ObjectNode json, Call call) {
        ObjectNode meta = meta(call);
        return meta.isEmpty() ? json : json.set("_meta", meta);
    }

    private static @Nullable Map<String, Object> metaMap(Call call) {
        ObjectNode meta = meta(call);
        return meta.isEmpty() ? null : Json.read(meta, MAP);
    }

    /** With the progress token, which Trunkline keeps apart. */
    private static ObjectNode meta(Call call) {
        JsonNode token = call.progressToken();
        return token == null ? call.meta() : call.meta().deepCopy().set("progressToken", token);
    }
}
