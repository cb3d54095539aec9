package io.trunkline.node.mcp;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.trunkline.node.spi.ListChangeSource;
import io.trunkline.node.spi.Prompt;
import io.trunkline.node.spi.PromptProvider;
import io.trunkline.node.spi.ResourceProvider;
import io.trunkline.node.spi.ToolProvider;
import io.trunkline.node.spi.UpdateSource;
import io.trunkline.protocol.jsonrpc.Methods;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Everything that a node offers, found by name and listed. Its lists change when a provider says so. Thread-safe. */
final class Catalog {

    private final Providers providers;
    private final Offers<ToolProvider, RegisteredTool> tools;
    private final Offers<ResourceProvider, RegisteredResource> resources;
    private final Offers<ResourceProvider, RegisteredTemplate> templates;
    private final Offers<PromptProvider, RegisteredPrompt> prompts;

    /**
     * Asks all providers.
     *
     * @throws IllegalArgumentException when something is offered twice, cannot be used, or a provider fails
     */
    Catalog(Providers providers, int pageSize, ObjectMapper mapper) {
        this.providers = providers;
        tools = new Offers<>(
                "tool",
                "tools",
                pageSize,
                providers.tools(),
                provider -> each(provider.tools(), tool -> new RegisteredTool(tool, mapper)));
        resources = new Offers<>(
                "resource",
                "resources",
                pageSize,
                providers.resources(),
                provider -> each(provider.resources(), resource -> new RegisteredResource(resource, mapper)));
        templates = new Offers<>(
                "resource template",
                "resourceTemplates",
                pageSize,
                providers.resources(),
                provider -> each(provider.resourceTemplates(), template -> new RegisteredTemplate(template, mapper)));
        prompts = new Offers<>(
                "prompt",
                "prompts",
                pageSize,
                providers.prompts(),
                provider -> each(provider.prompts(), prompt -> new RegisteredPrompt(prompt, mapper)));
    }

    /** Lets the providers tell of changes, from now on. */
    void watch(Audience audience) {
        Map<ListChangeSource, List<Runnable>> refreshes = new LinkedHashMap<>();
        for (ToolProvider provider : providers.tools()) {
            onListChange(refreshes, provider, () -> {
                tools.refresh(provider);
                audience.tellAll(Methods.TOOLS_LIST_CHANGED);
            });
        }
        for (ResourceProvider provider : providers.resources()) {
            onListChange(refreshes, provider, () -> {
                resources.refresh(provider);
                templates.refresh(provider);
                audience.tellAll(Methods.RESOURCES_LIST_CHANGED);
            });
        }
        for (PromptProvider provider : providers.prompts()) {
            onListChange(refreshes, provider, () -> {
                prompts.refresh(provider);
                audience.tellAll(Methods.PROMPTS_LIST_CHANGED);
            });
        }
        refreshes.forEach((source, all) -> source.onListChange(() -> all.forEach(Runnable::run)));
        for (ResourceProvider provider : providers.resources()) {
            if (provider instanceof UpdateSource source) {
                source.onUpdate(audience::updated);
            }
        }
    }

    /** One that provides several kinds is called once. */
    private static void onListChange(
            Map<ListChangeSource, List<Runnable>> refreshes, Object provider, Runnable refresh) {
        if (provider instanceof ListChangeSource source) {
            refreshes.computeIfAbsent(source, key -> new ArrayList<>()).add(refresh);
        }
    }

    Offers<ToolProvider, RegisteredTool> tools() {
        return tools;
    }

    Offers<ResourceProvider, RegisteredResource> resources() {
        return resources;
    }

    Offers<ResourceProvider, RegisteredTemplate> templates() {
        return templates;
    }

    Offers<PromptProvider, RegisteredPrompt> prompts() {
        return prompts;
    }

    /** Whether there is a resource with this URI, or a template that it fits. */
    boolean has(String uri) {
        return resources.listing().find(uri) != null
                || templates.listing().items().stream()
                        .anyMatch(template -> template.form().match(uri) != null);
    }

    /** The prompt that a client names. */
    Prompt prompt(String name) throws RpcFault {
        RegisteredPrompt prompt = prompts.listing().find(name);
        if (prompt == null) {
            throw RpcFault.invalidParams("Unknown prompt: " + McpServer.shortened(name));
        }
        return prompt.prompt();
    }

    // ---- what there is to announce; does not change while the node runs

    boolean toolsChange() {
        return change(providers.tools());
    }

    boolean resourcesChange() {
        return change(providers.resources());
    }

    boolean promptsChange() {
        return change(providers.prompts());
    }

    boolean hasTools() {
        return tools.any(toolsChange());
    }

    /** Whether some call can become a task, or may be able to later. */
    boolean hasTasks() {
        return toolsChange()
                || tools.listing().items().stream()
                        .anyMatch(item -> item.tool().task().possible());
    }

    boolean hasResources() {
        return resources.any(resourcesChange()) || templates.any(false);
    }

    boolean hasPrompts() {
        return prompts.any(promptsChange());
    }

    /** Whether clients may subscribe to resources. */
    boolean hasUpdates() {
        return providers.resources().stream().anyMatch(UpdateSource.class::isInstance);
    }

    /** Whether something completes arguments, or may do so later. */
    boolean hasCompletions() {
        return resourcesChange()
                || promptsChange()
                || templates.listing().items().stream()
                        .anyMatch(item -> !item.template().completers().isEmpty())
                || prompts.listing().items().stream()
                        .flatMap(item -> item.prompt().arguments().stream())
                        .anyMatch(argument -> argument.completer() != null);
    }

    private static boolean change(List<?> providers) {
        return providers.stream().anyMatch(ListChangeSource.class::isInstance);
    }

    private static <I, T> List<T> each(Collection<I> items, Function<I, T> register) {
        return items.stream().map(register).toList();
    }
}
