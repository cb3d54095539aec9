package io.trunkline.node.sdk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelcontextprotocol.spec.McpSchema;
import io.trunkline.node.spi.Completion;
import io.trunkline.node.spi.CompletionCall;
import io.trunkline.node.spi.Content.ResourceContents;
import io.trunkline.node.spi.Handler;
import io.trunkline.node.spi.Prompt;
import io.trunkline.node.spi.PromptArgument;
import io.trunkline.node.spi.PromptCall;
import io.trunkline.node.spi.PromptResult;
import io.trunkline.node.spi.ReadCall;
import io.trunkline.node.spi.Resource;
import io.trunkline.node.spi.ResourceTemplate;
import io.trunkline.node.spi.TaskUse;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolAnnotations;
import io.trunkline.node.spi.ToolHandler;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the SDK's specifications say about tools, resources, templates and prompts, joined with their handlers. */
final class Descriptions {

    private static final Pattern VARIABLE = Pattern.compile("\\{[+?]?([^{}]+)}");

    private Descriptions() {}

    static Tool tool(McpSchema.Tool tool, ToolHandler handler) {
        McpSchema.ToolAnnotations hints = tool.annotations();
        return new Tool(
                tool.name(),
                tool.title() == null && hints != null ? hints.title() : tool.title(),
                tool.description(),
                schema(tool.inputSchema()),
                tool.outputSchema() == null ? null : schema(tool.outputSchema()),
                hints == null
                        ? ToolAnnotations.NONE
                        : new ToolAnnotations(
                                hints.readOnlyHint(),
                                hints.destructiveHint(),
                                hints.idempotentHint(),
                                hints.openWorldHint()),
                Contents.icons(tool.icons()),
                Json.meta(tool.meta()),
                null,
                TaskUse.NEVER,
                handler);
    }

    /** The SDK does without a type; what it means is an object. */
    private static ObjectNode schema(@Nullable Map<String, Object> schema) {
        ObjectNode json = schema == null ? Json.object() : Json.object("schema", schema);
        return json.has("type") ? json : json.put("type", "object");
    }

    static Resource resource(McpSchema.Resource resource, Handler<ReadCall, List<ResourceContents>> handler) {
        return new Resource(
                resource.uri(),
                resource.name(),
                resource.title(),
                resource.description(),
                resource.mimeType(),
                resource.size() == null ? -1 : resource.size(),
                Contents.of(resource.annotations()),
                Contents.icons(resource.icons()),
                Json.meta(resource.meta()),
                handler);
    }

    /**
     * @param completer suggests values for each of its variables; null for none
     */
    static ResourceTemplate template(
            McpSchema.ResourceTemplate template,
            Handler<ReadCall, List<ResourceContents>> handler,
            @Nullable Handler<CompletionCall, Completion> completer) {
        Map<String, Handler<CompletionCall, Completion>> completers = new HashMap<>();
        if (completer != null) {
            Matcher variable = VARIABLE.matcher(template.uriTemplate());
            while (variable.find()) {
                for (String name : variable.group(1).split(",", -1)) {
                    completers.put(name, completer);
                }
            }
        }
        return new ResourceTemplate(
                template.uriTemplate(),
                template.name(),
                template.title(),
                template.description(),
                template.mimeType(),
                Contents.of(template.annotations()),
                Contents.icons(template.icons()),
                Json.meta(template.meta()),
                completers,
                handler);
    }

    /**
     * @param completer suggests values for each of its arguments; null for none
     */
    static Prompt prompt(
            McpSchema.Prompt prompt,
            Handler<PromptCall, PromptResult> handler,
            @Nullable Handler<CompletionCall, Completion> completer) {
        List<McpSchema.PromptArgument> arguments = prompt.arguments() == null ? List.of() : prompt.arguments();
        return new Prompt(
                prompt.name(),
                prompt.title(),
                prompt.description(),
                arguments.stream()
                        .map(argument -> new PromptArgument(
                                argument.name(),
                                argument.title(),
                                argument.description(),
                                Boolean.TRUE.equals(argument.required()),
                                completer))
                        .toList(),
                Contents.icons(prompt.icons()),
                Json.meta(prompt.meta()),
                handler);
    }
}
