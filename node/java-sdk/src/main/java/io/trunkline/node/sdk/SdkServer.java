package io.trunkline.node.sdk;

import io.modelcontextprotocol.server.McpServerFeatures.AsyncCompletionSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.AsyncPromptSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.AsyncResourceSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.AsyncResourceTemplateSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.AsyncToolSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncCompletionSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncPromptSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceTemplateSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.CompleteReference;
import io.modelcontextprotocol.spec.McpSchema.CompleteRequest;
import io.modelcontextprotocol.spec.McpSchema.CompleteResult;
import io.modelcontextprotocol.spec.McpSchema.GetPromptRequest;
import io.modelcontextprotocol.spec.McpSchema.GetPromptResult;
import io.modelcontextprotocol.spec.McpSchema.PromptReference;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceRequest;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceResult;
import io.modelcontextprotocol.spec.McpSchema.ResourceReference;
import io.trunkline.node.spi.Completion;
import io.trunkline.node.spi.CompletionCall;
import io.trunkline.node.spi.Content.ResourceContents;
import io.trunkline.node.spi.Handler;
import io.trunkline.node.spi.Prompt;
import io.trunkline.node.spi.PromptCall;
import io.trunkline.node.spi.PromptResult;
import io.trunkline.node.spi.ReadCall;
import io.trunkline.node.spi.Resource;
import io.trunkline.node.spi.ResourceTemplate;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolCall;
import io.trunkline.node.spi.ToolHandler;
import io.trunkline.node.spi.ToolResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Takes specifications of the SDK the way the SDK's own servers do, with methods of the same names.
 *
 * <p>Handlers of sync specifications may block: each call gets a thread, which is interrupted when the call is cancelled or
 * takes too long. Those of async ones must not: they are subscribed to on the session's thread. Every method throws an
 * {@link IllegalArgumentException} with the offending and the expected value when a specification cannot be used.
 */
public final class SdkServer {

    private static final Handlers<ToolCall, ToolResult, CallToolRequest, CallToolResult> TOOLS =
            new Handlers<>(Requests::of, Results::of);
    private static final Handlers<ReadCall, List<ResourceContents>, ReadResourceRequest, ReadResourceResult> READINGS =
            new Handlers<>(Requests::of, Results::of);
    private static final Handlers<PromptCall, PromptResult, GetPromptRequest, GetPromptResult> PROMPTS =
            new Handlers<>(Requests::of, Results::of);

    private final List<Tool> tools = new ArrayList<>();
    private final List<Resource> resources = new ArrayList<>();
    private final List<Reading> templates = new ArrayList<>();
    private final List<Filling> prompts = new ArrayList<>();
    private final Map<String, Handler<CompletionCall, Completion>> completers = new HashMap<>();

    /** A template, until everything that completes its variables is there. */
    private record Reading(McpSchema.ResourceTemplate template, Handler<ReadCall, List<ResourceContents>> handler) {}

    /** A prompt, until everything that completes its arguments is there. */
    private record Filling(McpSchema.Prompt prompt, Handler<PromptCall, PromptResult> handler) {}

    SdkServer() {}

    public void addTool(SyncToolSpecification tool) {
        ToolHandler.Blocking handler = TOOLS.blocking(tool.callHandler())::handle;
        tools.add(Descriptions.tool(tool.tool(), handler));
    }

    public void addTool(AsyncToolSpecification tool) {
        ToolHandler.Async handler = TOOLS.async(tool.callHandler())::handle;
        tools.add(Descriptions.tool(tool.tool(), handler));
    }

    public void addResource(SyncResourceSpecification resource) {
        resources.add(Descriptions.resource(resource.resource(), READINGS.blocking(resource.readHandler())));
    }

    public void addResource(AsyncResourceSpecification resource) {
        resources.add(Descriptions.resource(resource.resource(), READINGS.async(resource.readHandler())));
    }

    public void addResourceTemplate(SyncResourceTemplateSpecification template) {
        templates.add(new Reading(template.resourceTemplate(), READINGS.blocking(template.readHandler())));
    }

    public void addResourceTemplate(AsyncResourceTemplateSpecification template) {
        templates.add(new Reading(template.resourceTemplate(), READINGS.async(template.readHandler())));
    }

    public void addPrompt(SyncPromptSpecification prompt) {
        prompts.add(new Filling(prompt.prompt(), PROMPTS.blocking(prompt.promptHandler())));
    }

    public void addPrompt(AsyncPromptSpecification prompt) {
        prompts.add(new Filling(prompt.prompt(), PROMPTS.async(prompt.promptHandler())));
    }

    /** For a prompt or a resource template that is added before or after. */
    public void addCompletion(SyncCompletionSpecification completion) {
        addCompleter(
                completion.referenceKey(),
                completions(completion.referenceKey()).blocking(completion.completionHandler()));
    }

    /** For a prompt or a resource template that is added before or after. */
    public void addCompletion(AsyncCompletionSpecification completion) {
        addCompleter(
                completion.referenceKey(),
                completions(completion.referenceKey()).async(completion.completionHandler()));
    }

    private static Handlers<CompletionCall, Completion, CompleteRequest, CompleteResult> completions(
            CompleteReference reference) {
        return new Handlers<>(call -> Requests.of(call, reference), Results::of);
    }

    private void addCompleter(CompleteReference reference, Handler<CompletionCall, Completion> completer) {
        String key = key(reference);
        if (completers.putIfAbsent(key, completer) != null) {
            throw new IllegalArgumentException("completion of " + key + ": twice (expected: once)");
        }
    }

    private static String key(CompleteReference reference) {
        if (reference instanceof PromptReference prompt) {
            return promptKey(prompt.name());
        }
        if (reference instanceof ResourceReference resource) {
            return templateKey(resource.uri());
        }
        throw new IllegalArgumentException(
                "completion of " + reference + " (expected: a prompt or a resource template)");
    }

    private static String promptKey(String name) {
        return "prompt " + name;
    }

    private static String templateKey(String uriTemplate) {
        return "resource template " + uriTemplate;
    }

    // ---- when everything is added

    /**
     * Checks that everything that is completed is there.
     *
     * @throws IllegalArgumentException when something is not
     */
    void check() {
        Set<String> missing = new TreeSet<>(completers.keySet());
        prompts.forEach(one -> missing.remove(promptKey(one.prompt().name())));
        templates.forEach(one -> missing.remove(templateKey(one.template().uriTemplate())));
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("completion of " + missing + " (expected: what is added, too)");
        }
    }

    List<Tool> tools() {
        return List.copyOf(tools);
    }

    List<Resource> resources() {
        return List.copyOf(resources);
    }

    List<ResourceTemplate> resourceTemplates() {
        return templates.stream()
                .map(one -> Descriptions.template(
                        one.template(),
                        one.handler(),
                        completers.get(templateKey(one.template().uriTemplate()))))
                .toList();
    }

    List<Prompt> prompts() {
        return prompts.stream()
                .map(one -> Descriptions.prompt(
                        one.prompt(),
                        one.handler(),
                        completers.get(promptKey(one.prompt().name()))))
                .toList();
    }
}
