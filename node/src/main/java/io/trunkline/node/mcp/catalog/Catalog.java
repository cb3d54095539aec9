package io.trunkline.node.mcp.catalog;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.modules.LeftOut;
import io.trunkline.node.modules.LeftOuts;
import io.trunkline.node.spi.ListChangeSource;
import io.trunkline.node.spi.ModuleLoader;
import io.trunkline.node.spi.Prompt;
import io.trunkline.node.spi.PromptProvider;
import io.trunkline.node.spi.Resource;
import io.trunkline.node.spi.ResourceProvider;
import io.trunkline.node.spi.ResourceTemplate;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolProvider;
import io.trunkline.node.spi.UpdateSource;
import io.trunkline.protocol.jsonrpc.Methods;
import io.trunkline.protocol.uri.NormalUri;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Everything that a node offers, found by name and listed. Its lists change when a provider says so. Thread-safe. */
public final class Catalog {

    /**
     * One list of one provider that tells when it changes.
     *
     * @param kind of provider
     * @param list the method of the notification about it
     * @param ask asks the provider for it
     */
    private record Refresh(ListChangeSource source, Class<?> kind, String list, Runnable ask) {

        /** Asks, and tells. */
        void changed(Consumer<String> listChanged) {
            ask.run();
            listChanged.accept(list);
        }
    }

    private final Providers providers;
    private final List<Refresh> refreshes;
    private final Offers<ToolProvider, Tool, RegisteredTool> tools;
    private final Offers<ResourceProvider, Resource, RegisteredResource> resources;
    private final Offers<ResourceProvider, ResourceTemplate, RegisteredTemplate> templates;
    private final Offers<PromptProvider, Prompt, RegisteredPrompt> prompts;

    /**
     * Asks all providers.
     *
     * @param leftOuts is told what cannot be used
     * @throws IllegalArgumentException when something is offered twice
     */
    public Catalog(Providers providers, int pageSize, ObjectMapper mapper, LeftOuts leftOuts) {
        this.providers = providers;
        tools = new Offers<>(
                "tool",
                "tools",
                pageSize,
                providers.tools(),
                ToolProvider::tools,
                Tool::name,
                tool -> new RegisteredTool(tool, mapper),
                leftOuts);
        resources = new Offers<>(
                "resource",
                "resources",
                pageSize,
                providers.resources(),
                ResourceProvider::resources,
                Resource::uri,
                resource -> new RegisteredResource(resource, mapper),
                leftOuts);
        templates = new Offers<>(
                "resource template",
                "resourceTemplates",
                pageSize,
                providers.resources(),
                ResourceProvider::resourceTemplates,
                ResourceTemplate::uriTemplate,
                template -> new RegisteredTemplate(template, mapper),
                leftOuts);
        prompts = new Offers<>(
                "prompt",
                "prompts",
                pageSize,
                providers.prompts(),
                PromptProvider::prompts,
                Prompt::name,
                prompt -> new RegisteredPrompt(prompt, mapper),
                leftOuts);
        refreshes = refreshes();
        tellBrokenModules(leftOuts);
    }

    private void tellBrokenModules(LeftOuts leftOuts) {
        leftOuts.replace("modules", providers.leftOut());
        Stream.of(providers.tools(), providers.resources(), providers.prompts())
                .flatMap(List::stream)
                .distinct()
                .forEach(provider -> {
                    if (provider instanceof ModuleLoader loader) {
                        String owner = provider.getClass().getName();
                        List<LeftOut> broken = new ArrayList<>();
                        loader.brokenModules()
                                .forEach((name, problem) -> broken.add(new LeftOut("module", name, owner, problem)));
                        leftOuts.replace("modules of " + owner, broken);
                    }
                });
    }

    /**
     * Lets the providers tell of changes, from now on.
     *
     * @param listChanged takes the method of the notification about a list that is another one now
     * @param updated takes the URI of a resource that reads differently now
     */
    public void watch(Consumer<String> listChanged, Consumer<String> updated) {
        Map<ListChangeSource, List<Refresh>> own = new LinkedHashMap<>();
        refreshes.forEach(each ->
                own.computeIfAbsent(each.source, source -> new ArrayList<>()).add(each));
        refreshes.forEach(each -> each.source.onListChange(each.kind, () -> each.changed(listChanged)));
        own.forEach((source, all) -> source.onListChange(() -> all.forEach(each -> each.changed(listChanged))));
        for (ResourceProvider provider : providers.resources()) {
            if (provider instanceof UpdateSource source && source.mayUpdate()) {
                source.onUpdate(updated);
            }
        }
    }

    private List<Refresh> refreshes() {
        List<Refresh> all = new ArrayList<>();
        for (ToolProvider provider : providers.tools()) {
            onListChange(all, provider, ToolProvider.class, Methods.TOOLS_LIST_CHANGED, () -> tools.refresh(provider));
        }
        for (ResourceProvider provider : providers.resources()) {
            onListChange(all, provider, ResourceProvider.class, Methods.RESOURCES_LIST_CHANGED, () -> {
                resources.refresh(provider);
                templates.refresh(provider);
            });
        }
        for (PromptProvider provider : providers.prompts()) {
            onListChange(
                    all, provider, PromptProvider.class, Methods.PROMPTS_LIST_CHANGED, () -> prompts.refresh(provider));
        }
        return List.copyOf(all);
    }

    private static void onListChange(List<Refresh> all, Object provider, Class<?> kind, String list, Runnable ask) {
        if (provider instanceof ListChangeSource source && source.mayChange(kind)) {
            all.add(new Refresh(source, kind, list, ask));
        }
    }

    /**
     * Asks the providers whose lists change for this one again; it may take as long as they do.
     *
     * @param list the method of the notification about it
     * @throws IllegalArgumentException when one of them fails or cannot be used: its list stays as it was
     */
    public void refresh(String list) {
        refreshes.stream().filter(each -> each.list.equals(list)).forEach(each -> each.ask.run());
    }

    /** The lists that can change, by the methods of their notifications. */
    public Set<String> lists() {
        return refreshes.stream().map(Refresh::list).collect(Collectors.toUnmodifiableSet());
    }

    public Offers<ToolProvider, Tool, RegisteredTool> tools() {
        return tools;
    }

    public Offers<ResourceProvider, Resource, RegisteredResource> resources() {
        return resources;
    }

    public Offers<ResourceProvider, ResourceTemplate, RegisteredTemplate> templates() {
        return templates;
    }

    public Offers<PromptProvider, Prompt, RegisteredPrompt> prompts() {
        return prompts;
    }

    /** Whether there is a resource with this URI, or a template that it fits. */
    public boolean has(String uri) {
        String normal = NormalUri.of(uri);
        return resources.listing().find(normal) != null
                || (UriTemplate.mayMatch(uri)
                        && templates.listing().items().stream()
                                .anyMatch(template -> template.form().match(normal) != null));
    }

    /** The prompt that a client names. */
    public Prompt prompt(String name) throws RpcFault {
        RegisteredPrompt prompt = prompts.listing().find(name);
        if (prompt == null) {
            throw RpcFault.invalidParams("Unknown prompt: " + RpcFault.shortened(name));
        }
        return prompt.item();
    }

    // ---- what the capabilities name; does not change while the node runs

    public boolean toolsChange() {
        return change(providers.tools(), ToolProvider.class);
    }

    public boolean resourcesChange() {
        return change(providers.resources(), ResourceProvider.class);
    }

    public boolean promptsChange() {
        return change(providers.prompts(), PromptProvider.class);
    }

    public boolean hasTools() {
        return tools.any(toolsChange());
    }

    /** Whether some call can become a task, or may be able to later. */
    public boolean hasTasks() {
        return toolsChange()
                || tools.listing().items().stream()
                        .anyMatch(item -> item.item().task().possible());
    }

    public boolean hasResources() {
        return resources.any(resourcesChange()) || templates.any(false);
    }

    public boolean hasPrompts() {
        return prompts.any(promptsChange());
    }

    /** Whether clients may subscribe to resources. */
    public boolean hasUpdates() {
        return providers.resources().stream().anyMatch(Catalog::updates);
    }

    /** Whether something completes arguments, or may do so later. */
    public boolean hasCompletions() {
        return resourcesChange()
                || promptsChange()
                || templates.listing().items().stream()
                        .anyMatch(item -> !item.item().completers().isEmpty())
                || prompts.listing().items().stream()
                        .flatMap(item -> item.item().arguments().stream())
                        .anyMatch(argument -> argument.completer() != null);
    }

    private static boolean change(List<?> providers, Class<?> kind) {
        return providers.stream()
                .anyMatch(provider -> provider instanceof ListChangeSource source && source.mayChange(kind));
    }

    private static boolean updates(ResourceProvider provider) {
        return provider instanceof UpdateSource source && source.mayUpdate();
    }
}
