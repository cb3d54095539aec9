package io.trunkline.node.sdk;

import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CompleteReference;
import io.modelcontextprotocol.spec.McpSchema.PromptReference;
import io.modelcontextprotocol.spec.McpSchema.ResourceReference;
import io.trunkline.node.spi.Completion;
import io.trunkline.node.spi.CompletionCall;
import io.trunkline.node.spi.Content.ResourceContents;
import io.trunkline.node.spi.Handler;
import io.trunkline.node.spi.Prompt;
import io.trunkline.node.spi.PromptCall;
import io.trunkline.node.spi.PromptProvider;
import io.trunkline.node.spi.PromptResult;
import io.trunkline.node.spi.ReadCall;
import io.trunkline.node.spi.Resource;
import io.trunkline.node.spi.ResourceProvider;
import io.trunkline.node.spi.ResourceTemplate;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolProvider;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Everything that modules of the SDK offer, as the node asks for it. Thread-safe. */
final class Offered {

    private final Changes changes = new Changes();

    private final Offer<Added<McpSchema.Tool, Tool>> tools = new Offer<>("tool", ToolProvider.class, changes);
    private final Offer<Added<McpSchema.Resource, Resource>> resources =
            new Offer<>("resource", ResourceProvider.class, changes);
    /** Templates and prompts are made when the node asks: what completes them may be added later. */
    private final Offer<Added<McpSchema.ResourceTemplate, Handler<ReadCall, List<ResourceContents>>>> templates =
            new Offer<>("resource template", ResourceProvider.class, changes);

    private final Offer<Added<McpSchema.Prompt, Handler<PromptCall, PromptResult>>> prompts =
            new Offer<>("prompt", PromptProvider.class, changes);
    private final Offer<Handler<CompletionCall, Completion>> templateCompleters =
            new Offer<>("completion of resource template", ResourceProvider.class, changes);
    private final Offer<Handler<CompletionCall, Completion>> promptCompleters =
            new Offer<>("completion of prompt", PromptProvider.class, changes);

    Changes changes() {
        return changes;
    }

    Offer<Added<McpSchema.Tool, Tool>> tools() {
        return tools;
    }

    Offer<Added<McpSchema.Resource, Resource>> resources() {
        return resources;
    }

    Offer<Added<McpSchema.ResourceTemplate, Handler<ReadCall, List<ResourceContents>>>> templates() {
        return templates;
    }

    Offer<Added<McpSchema.Prompt, Handler<PromptCall, PromptResult>>> prompts() {
        return prompts;
    }

    void addCompleter(CompleteReference reference, Handler<CompletionCall, Completion> completer) {
        if (reference instanceof PromptReference prompt) {
            promptCompleters.add(prompt.name(), completer);
        } else if (reference instanceof ResourceReference resource) {
            templateCompleters.add(resource.uri(), completer);
        } else {
            throw new IllegalArgumentException(
                    "completion of " + reference + " (expected: a prompt or a resource template)");
        }
    }

    /** What there is now; what is returned takes back what is added after this. */
    Runnable mark() {
        List<Runnable> all = Stream.of(tools, resources, templates, prompts, templateCompleters, promptCompleters)
                .map(Offer::mark)
                .toList();
        return () -> all.forEach(Runnable::run);
    }

    /** All modules have registered. Logs the completions of missing prompts and templates: they have no effect. */
    Map<String, String> run() {
        Map<String, String> missing = new TreeMap<>();
        promptCompleters.names().stream()
                .filter(name -> prompts.find(name) == null)
                .forEach(name -> missing.put("completion of prompt " + name, "the prompt is not added"));
        templateCompleters.names().stream()
                .filter(uri -> templates.find(uri) == null)
                .forEach(uri -> missing.put("completion of resource template " + uri, "the template is not added"));
        changes.run();
        return missing;
    }

    // ---- as the node asks for it

    List<Tool> madeTools() {
        return tools.all().stream().map(Added::made).toList();
    }

    List<Resource> madeResources() {
        return resources.all().stream().map(Added::made).toList();
    }

    List<ResourceTemplate> madeTemplates() {
        return templates.all().stream()
                .map(one -> Descriptions.template(
                        one.description(),
                        one.made(),
                        templateCompleters.find(one.description().uriTemplate())))
                .toList();
    }

    List<Prompt> madePrompts() {
        return prompts.all().stream()
                .map(one -> Descriptions.prompt(
                        one.description(),
                        one.made(),
                        promptCompleters.find(one.description().name())))
                .toList();
    }
}
