package io.trunkline.node.sdk;

import io.modelcontextprotocol.modern.server.McpFeature;
import io.modelcontextprotocol.modern.server.feature.McpAsyncPrompt;
import io.modelcontextprotocol.modern.server.feature.McpAsyncResource;
import io.modelcontextprotocol.modern.server.feature.McpAsyncResourceTemplate;
import io.modelcontextprotocol.modern.server.feature.McpAsyncTool;
import io.modelcontextprotocol.modern.server.feature.McpSyncPrompt;
import io.modelcontextprotocol.modern.server.feature.McpSyncResource;
import io.modelcontextprotocol.modern.server.feature.McpSyncResourceTemplate;
import io.modelcontextprotocol.modern.server.feature.McpSyncTool;
import io.modelcontextprotocol.server.McpServerFeatures;
import io.modelcontextprotocol.server.McpStatelessServerFeatures;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.CompleteReference;
import io.modelcontextprotocol.spec.McpSchema.CompleteRequest;
import io.modelcontextprotocol.spec.McpSchema.CompleteResult;
import io.modelcontextprotocol.spec.McpSchema.ElicitationCompleteNotification;
import io.modelcontextprotocol.spec.McpSchema.GetPromptRequest;
import io.modelcontextprotocol.spec.McpSchema.GetPromptResult;
import io.modelcontextprotocol.spec.McpSchema.PromptReference;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceRequest;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceResult;
import io.modelcontextprotocol.spec.McpSchema.ResourceReference;
import io.modelcontextprotocol.spec.McpSchema.ResourcesUpdatedNotification;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.trunkline.node.spi.Completion;
import io.trunkline.node.spi.CompletionCall;
import io.trunkline.node.spi.Content.ResourceContents;
import io.trunkline.node.spi.Handler;
import io.trunkline.node.spi.PromptCall;
import io.trunkline.node.spi.PromptProvider;
import io.trunkline.node.spi.PromptResult;
import io.trunkline.node.spi.ReadCall;
import io.trunkline.node.spi.ResourceProvider;
import io.trunkline.node.spi.ToolCall;
import io.trunkline.node.spi.ToolHandler;
import io.trunkline.node.spi.ToolProvider;
import io.trunkline.node.spi.ToolResult;
import java.util.List;

/**
 * Takes specifications of the SDK, those for its stateless servers and those for MCP 2026-07-28 included, the way the
 * SDK's own servers do, with methods of the same names. Thread-safe.
 *
 * <p>Handlers of sync specifications may block: each call gets a thread, which is interrupted when the call is
 * cancelled or takes too long. Those of async ones must not: they are subscribed to on the session's thread. Every
 * method that adds something throws an {@link IllegalArgumentException} with the offending and the expected value when
 * it cannot be used.
 *
 * <p>A module may keep it, to add and remove while the node runs: in the lists that {@link #capabilities} names, of
 * others it is an {@link IllegalStateException}. A name that is there is replaced. Clients are told within a short
 * while, as {@link io.trunkline.node.spi.ListChangeSource} says. A change takes some time: not for the threads of async
 * handlers.
 */
public final class SdkServer {

    private final Visitors visitors = new Visitors();
    private final Offered offered;
    private final Changes changes;

    private final Handlers<ToolCall, ToolResult, CallToolRequest, CallToolResult> calls =
            new Handlers<>(visitors, Requests::of, Results::of);
    private final Handlers<ReadCall, List<ResourceContents>, ReadResourceRequest, ReadResourceResult> readings =
            new Handlers<>(visitors, Requests::of, Results::of);
    private final Handlers<PromptCall, PromptResult, GetPromptRequest, GetPromptResult> fillings =
            new Handlers<>(visitors, Requests::of, Results::of);

    SdkServer(Offered offered) {
        this.offered = offered;
        this.changes = offered.changes();
    }

    /**
     * What may change while the node runs: the lists with {@code listChanged}, and resources with {@code subscribe}, to
     * whose updates clients can subscribe then. All modules together; the rest of it is for the node to say.
     *
     * @throws IllegalStateException when all modules have registered
     */
    public void capabilities(ServerCapabilities capabilities) {
        changes.allow(capabilities);
    }

    // ---- tools

    public void addTool(McpServerFeatures.SyncToolSpecification tool) {
        ToolHandler.Blocking handler = calls.blocking(tool.callHandler())::handle;
        addTool(tool.tool(), handler);
    }

    public void addTool(McpServerFeatures.AsyncToolSpecification tool) {
        ToolHandler.Async handler = calls.async(tool.callHandler())::handle;
        addTool(tool.tool(), handler);
    }

    public void addTool(McpStatelessServerFeatures.SyncToolSpecification tool) {
        addTool(new McpServerFeatures.SyncToolSpecification(tool.tool(), Stateless.sync(tool.callHandler())));
    }

    public void addTool(McpStatelessServerFeatures.AsyncToolSpecification tool) {
        addTool(new McpServerFeatures.AsyncToolSpecification(tool.tool(), Stateless.async(tool.callHandler())));
    }

    public void addTool(McpSyncTool tool) {
        addTool(ModernSync.of(tool), true);
    }

    public void addTool(McpAsyncTool tool) {
        addTool(tool, false);
    }

    private void addTool(McpAsyncTool tool, boolean sync) {
        addTool(
                Json.same(tool.definition(), McpSchema.Tool.class),
                modern(ModernFeatures.of(tool), sync).tool());
    }

    private void addTool(McpSchema.Tool tool, ToolHandler handler) {
        offered.tools().add(tool.name(), new Added<>(tool, Descriptions.tool(tool, handler)));
    }

    /** Nothing happens when it is not there. */
    public void removeTool(String name) {
        offered.tools().remove(name);
    }

    public List<McpSchema.Tool> listTools() {
        return offered.tools().all().stream().map(Added::description).toList();
    }

    // ---- resources

    public void addResource(McpServerFeatures.SyncResourceSpecification resource) {
        addResource(resource.resource(), readings.blocking(resource.readHandler()));
    }

    public void addResource(McpServerFeatures.AsyncResourceSpecification resource) {
        addResource(resource.resource(), readings.async(resource.readHandler()));
    }

    public void addResource(McpStatelessServerFeatures.SyncResourceSpecification resource) {
        addResource(resource.resource(), readings.blocking(Stateless.sync(resource.readHandler())));
    }

    public void addResource(McpStatelessServerFeatures.AsyncResourceSpecification resource) {
        addResource(resource.resource(), readings.async(Stateless.async(resource.readHandler())));
    }

    /** Of MCP 2026-07-28, whose handlers do not say what they read. */
    public void addResource(io.modelcontextprotocol.modern.McpSchema.Resource resource, McpSyncResource handler) {
        addResource(
                Json.same(resource, McpSchema.Resource.class),
                modern(ModernFeatures.of(ModernSync.of(handler), null), true).reading());
    }

    /** Of MCP 2026-07-28, whose handlers do not say what they read. */
    public void addResource(io.modelcontextprotocol.modern.McpSchema.Resource resource, McpAsyncResource handler) {
        addResource(
                Json.same(resource, McpSchema.Resource.class),
                modern(ModernFeatures.of(handler, null), false).reading());
    }

    private void addResource(McpSchema.Resource resource, Handler<ReadCall, List<ResourceContents>> handler) {
        offered.resources().add(resource.uri(), new Added<>(resource, Descriptions.resource(resource, handler)));
    }

    /** Nothing happens when it is not there. */
    public void removeResource(String uri) {
        offered.resources().remove(uri);
    }

    public List<McpSchema.Resource> listResources() {
        return offered.resources().all().stream().map(Added::description).toList();
    }

    // ---- resource templates

    public void addResourceTemplate(McpServerFeatures.SyncResourceTemplateSpecification template) {
        addTemplate(template.resourceTemplate(), readings.blocking(template.readHandler()));
    }

    public void addResourceTemplate(McpServerFeatures.AsyncResourceTemplateSpecification template) {
        addTemplate(template.resourceTemplate(), readings.async(template.readHandler()));
    }

    public void addResourceTemplate(McpStatelessServerFeatures.SyncResourceTemplateSpecification template) {
        addTemplate(template.resourceTemplate(), readings.blocking(Stateless.sync(template.readHandler())));
    }

    public void addResourceTemplate(McpStatelessServerFeatures.AsyncResourceTemplateSpecification template) {
        addTemplate(template.resourceTemplate(), readings.async(Stateless.async(template.readHandler())));
    }

    /** With what completes its variables, if it has it. */
    public void addResourceTemplate(McpSyncResourceTemplate template, McpSyncResource handler) {
        addTemplate(ModernSync.of(template), ModernSync.of(handler), true);
    }

    /** With what completes its variables, if it has it. */
    public void addResourceTemplate(McpAsyncResourceTemplate template, McpAsyncResource handler) {
        addTemplate(template, handler, false);
    }

    private void addTemplate(McpAsyncResourceTemplate template, McpAsyncResource handler, boolean sync) {
        ModernHandlers modern = modern(ModernFeatures.of(handler, template), sync);
        addTemplate(Json.same(template.definition(), McpSchema.ResourceTemplate.class), modern.reading());
        if (template.completionHandler() != null) {
            ResourceReference reference =
                    new ResourceReference(template.definition().uriTemplate());
            offered.addCompleter(reference, modern.completion(reference));
        }
    }

    private void addTemplate(McpSchema.ResourceTemplate template, Handler<ReadCall, List<ResourceContents>> handler) {
        offered.templates().add(template.uriTemplate(), new Added<>(template, handler));
    }

    /** Nothing happens when it is not there. What completes its variables is kept for when it comes back. */
    public void removeResourceTemplate(String uriTemplate) {
        offered.templates().remove(uriTemplate);
    }

    public List<McpSchema.ResourceTemplate> listResourceTemplates() {
        return offered.templates().all().stream().map(Added::description).toList();
    }

    // ---- prompts

    public void addPrompt(McpServerFeatures.SyncPromptSpecification prompt) {
        addPrompt(prompt.prompt(), fillings.blocking(prompt.promptHandler()));
    }

    public void addPrompt(McpServerFeatures.AsyncPromptSpecification prompt) {
        addPrompt(prompt.prompt(), fillings.async(prompt.promptHandler()));
    }

    public void addPrompt(McpStatelessServerFeatures.SyncPromptSpecification prompt) {
        addPrompt(prompt.prompt(), fillings.blocking(Stateless.sync(prompt.promptHandler())));
    }

    public void addPrompt(McpStatelessServerFeatures.AsyncPromptSpecification prompt) {
        addPrompt(prompt.prompt(), fillings.async(Stateless.async(prompt.promptHandler())));
    }

    /** With what completes its arguments, if it has it. */
    public void addPrompt(McpSyncPrompt prompt) {
        addPrompt(ModernSync.of(prompt), true);
    }

    /** With what completes its arguments, if it has it. */
    public void addPrompt(McpAsyncPrompt prompt) {
        addPrompt(prompt, false);
    }

    private void addPrompt(McpAsyncPrompt prompt, boolean sync) {
        ModernHandlers modern = modern(ModernFeatures.of(prompt), sync);
        addPrompt(Json.same(prompt.definition(), McpSchema.Prompt.class), modern.filling());
        if (prompt.completionHandler() != null) {
            PromptReference reference = new PromptReference(prompt.definition().name());
            offered.addCompleter(reference, modern.completion(reference));
        }
    }

    private ModernHandlers modern(McpFeature feature, boolean sync) {
        return new ModernHandlers(feature, visitors, sync);
    }

    private void addPrompt(McpSchema.Prompt prompt, Handler<PromptCall, PromptResult> handler) {
        offered.prompts().add(prompt.name(), new Added<>(prompt, handler));
    }

    /** Nothing happens when it is not there. What completes its arguments is kept for when it comes back. */
    public void removePrompt(String name) {
        offered.prompts().remove(name);
    }

    public List<McpSchema.Prompt> listPrompts() {
        return offered.prompts().all().stream().map(Added::description).toList();
    }

    // ---- completions, each for a prompt or a resource template that is added before or after

    public void addCompletion(McpServerFeatures.SyncCompletionSpecification completion) {
        CompleteReference reference = completion.referenceKey();
        offered.addCompleter(reference, completions(reference).blocking(completion.completionHandler()));
    }

    public void addCompletion(McpServerFeatures.AsyncCompletionSpecification completion) {
        CompleteReference reference = completion.referenceKey();
        offered.addCompleter(reference, completions(reference).async(completion.completionHandler()));
    }

    public void addCompletion(McpStatelessServerFeatures.SyncCompletionSpecification completion) {
        CompleteReference reference = completion.referenceKey();
        offered.addCompleter(
                reference, completions(reference).blocking(Stateless.sync(completion.completionHandler())));
    }

    public void addCompletion(McpStatelessServerFeatures.AsyncCompletionSpecification completion) {
        CompleteReference reference = completion.referenceKey();
        offered.addCompleter(reference, completions(reference).async(Stateless.async(completion.completionHandler())));
    }

    private Handlers<CompletionCall, Completion, CompleteRequest, CompleteResult> completions(
            CompleteReference reference) {
        return new Handlers<>(visitors, call -> Requests.of(call, reference), Results::of);
    }

    // ---- what clients are told

    /** Adding and removing tell by themselves: this is for those who want to tell once more. */
    public void notifyToolsListChanged() {
        changes.tell(ToolProvider.class);
    }

    /** Adding and removing tell by themselves: this is for those who want to tell once more. */
    public void notifyResourcesListChanged() {
        changes.tell(ResourceProvider.class);
    }

    /** Adding and removing tell by themselves: this is for those who want to tell once more. */
    public void notifyPromptsListChanged() {
        changes.tell(PromptProvider.class);
    }

    /** Tells the clients of all nodes that have subscribed to a resource that it reads differently now. */
    public void notifyResourcesUpdated(ResourcesUpdatedNotification resource) {
        changes.updated(resource.uri());
    }

    /**
     * Tells a client that what its user was asked to do at a URL is done. Nothing happens when its session is not on
     * this node, or was not asked.
     */
    public void sendElicitationComplete(String sessionId, ElicitationCompleteNotification visit) {
        visitors.completed(sessionId, visit.elicitationId());
    }
}
