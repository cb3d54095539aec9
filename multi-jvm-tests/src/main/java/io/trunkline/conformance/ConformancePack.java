package io.trunkline.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.trunkline.node.spi.ListChangeSource;
import io.trunkline.node.spi.Prompt;
import io.trunkline.node.spi.PromptMessage;
import io.trunkline.node.spi.PromptProvider;
import io.trunkline.node.spi.PromptResult;
import io.trunkline.node.spi.Resource;
import io.trunkline.node.spi.ResourceProvider;
import io.trunkline.node.spi.ResourceTemplate;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolProvider;
import io.trunkline.node.spi.ToolResult;
import io.trunkline.node.spi.UpdateSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The pack as a module; one instance provides everything, and says every three seconds that one resource changed. Two
 * of its tools change the list of tools and that of prompts on the node where they are called.
 */
public final class ConformancePack
        implements ToolProvider, ResourceProvider, PromptProvider, UpdateSource, ListChangeSource {

    private static final long UPDATE_SECONDS = 3;
    private static final String SERVICES = "META-INF/services/";

    private final WaitingTools waiting = new WaitingTools();
    private final AtomicBoolean moreTools = new AtomicBoolean();
    private final AtomicBoolean morePrompts = new AtomicBoolean();
    private volatile Runnable changed = () -> {};

    /**
     * Writes the files by which a node finds the pack: put the directory on its class path, beside the classes.
     *
     * <p>They are no part of this module's jar, so that the pack is offered only where somebody asks for it.
     */
    public static void register(Path directory) throws IOException {
        Files.createDirectories(directory.resolve(SERVICES));
        for (Class<?> kind : List.of(ToolProvider.class, ResourceProvider.class, PromptProvider.class)) {
            Files.writeString(
                    directory.resolve(SERVICES + kind.getName()), ConformancePack.class.getName() + "\n", UTF_8);
        }
    }

    /** {@link #register}, for scripts: the argument is the directory. */
    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            System.err.println("conformance pack: " + args.length + " arguments (expected: a directory)");
            System.exit(64);
        }
        register(Path.of(args[0]));
    }

    @Override
    public Collection<Tool> tools() {
        List<Tool> all = new ArrayList<>(PackTools.all());
        all.addAll(AskingTools.all());
        all.addAll(TaskTools.all());
        all.addAll(waiting.all());
        all.add(trigger("test_trigger_tool_change", moreTools));
        all.add(trigger("test_trigger_prompt_change", morePrompts));
        if (moreTools.get()) {
            all.add(PackTools.tool("test_added_tool", "Comes and goes")
                    .async(call -> CompletableFuture.completedFuture(ToolResult.text("Here."))));
        }
        return all;
    }

    private Tool trigger(String name, AtomicBoolean more) {
        return PackTools.tool(name, "Changes a list, so that clients are told of it")
                .async(call -> {
                    more.set(!more.get());
                    changed.run();
                    return CompletableFuture.completedFuture(ToolResult.text("Changed."));
                });
    }

    @Override
    public void onListChange(Runnable refresh) {
        changed = refresh;
    }

    @Override
    public Collection<Resource> resources() {
        return PackResources.all();
    }

    @Override
    public Collection<ResourceTemplate> resourceTemplates() {
        return PackResources.templates();
    }

    @Override
    public Collection<Prompt> prompts() {
        List<Prompt> all = new ArrayList<>(PackPrompts.all());
        all.add(AskingTools.prompt());
        if (morePrompts.get()) {
            all.add(Prompt.named("test_added_prompt")
                    .description("Comes and goes")
                    .async(call -> CompletableFuture.completedFuture(PromptResult.of(PromptMessage.user("Here.")))));
        }
        return all;
    }

    @Override
    public void onUpdate(Consumer<String> updated) {
        ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "conformance-pack");
            thread.setDaemon(true);
            return thread;
        });
        clock.scheduleAtFixedRate(
                () -> updated.accept(PackResources.WATCHED), UPDATE_SECONDS, UPDATE_SECONDS, TimeUnit.SECONDS);
    }
}
