package io.trunkline.node.sdk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.CompleteResult;
import io.modelcontextprotocol.spec.McpSchema.GetPromptResult;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceResult;
import io.trunkline.node.spi.Completion;
import io.trunkline.node.spi.Content;
import io.trunkline.node.spi.PromptMessage;
import io.trunkline.node.spi.PromptResult;
import io.trunkline.node.spi.ToolResult;
import java.util.List;

/**
 * What the SDK's handlers answer, as results of Trunkline, which leave out the {@code _meta} of a reading as a whole.
 */
final class Results {

    private Results() {}

    static ToolResult of(CallToolResult result) {
        Object structured = result.structuredContent();
        ObjectNode object = structured == null ? null : Json.object("structured content", structured);
        return new ToolResult(
                Contents.of(result.content()), object, Boolean.TRUE.equals(result.isError()), Json.meta(result.meta()));
    }

    static List<Content.ResourceContents> of(ReadResourceResult result) {
        return result.contents().stream().map(Contents::of).toList();
    }

    static PromptResult of(GetPromptResult result) {
        return new PromptResult(
                result.description(),
                result.messages().stream()
                        .map(message -> new PromptMessage(Contents.of(message.role()), Contents.of(message.content())))
                        .toList(),
                Json.meta(result.meta()));
    }

    static Completion of(CompleteResult result) {
        CompleteResult.CompleteCompletion completion = result.completion();
        return new Completion(
                completion.values(),
                completion.total() == null ? -1 : completion.total(),
                Boolean.TRUE.equals(completion.hasMore()),
                Json.meta(result.meta()));
    }
}
