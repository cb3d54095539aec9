package io.trunkline.node.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.trunkline.node.mcp.catalog.Providers;
import io.trunkline.node.spi.Annotations;
import io.trunkline.node.spi.Completion;
import io.trunkline.node.spi.Content;
import io.trunkline.node.spi.Icon;
import io.trunkline.node.spi.InvalidArgumentsException;
import io.trunkline.node.spi.ListChangeSource;
import io.trunkline.node.spi.NotFoundException;
import io.trunkline.node.spi.Prompt;
import io.trunkline.node.spi.PromptArgument;
import io.trunkline.node.spi.PromptMessage;
import io.trunkline.node.spi.PromptProvider;
import io.trunkline.node.spi.PromptResult;
import io.trunkline.node.spi.Resource;
import io.trunkline.node.spi.ResourceProvider;
import io.trunkline.node.spi.ResourceTemplate;
import io.trunkline.node.spi.Role;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.spi.ToolProvider;
import io.trunkline.node.spi.ToolResult;
import io.trunkline.node.spi.UpdateSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A module with one of everything, whose lists and resources change when the test says so. */
final class TestModule implements ToolProvider, ResourceProvider, PromptProvider, ListChangeSource, UpdateSource {

    static final String RICH = "test://rich";
    static final List<PromptMessage> EVERYTHING = List.of(
            PromptMessage.user("text"),
            new PromptMessage(
                    Role.ASSISTANT,
                    new Content.Annotated(
                            new Content.Text("hints"),
                            new Annotations(
                                    Set.of(Role.USER, Role.ASSISTANT), 0.5, Instant.parse("2025-01-12T15:00:58Z")),
                            JsonNodeFactory.instance.objectNode().put("a/b", 1))),
            new PromptMessage(Role.USER, new Content.Image(new byte[] {1, 2}, "image/png")),
            new PromptMessage(Role.USER, new Content.Audio(new byte[] {3}, "audio/wav")),
            new PromptMessage(Role.USER, new Content.TextResource("test://t", "text/plain", "in it")),
            new PromptMessage(Role.USER, new Content.BlobResource("test://b", "", new byte[] {4})),
            new PromptMessage(Role.USER, new Content.Link("test://l", "link", "", "text/plain")));

    final List<Tool> tools = new CopyOnWriteArrayList<>();
    final List<Resource> resources = new CopyOnWriteArrayList<>();
    final List<Prompt> prompts = new CopyOnWriteArrayList<>();
    final List<Runnable> changed = new ArrayList<>();
    final CompletableFuture<List<Content.ResourceContents>> slow = new CompletableFuture<>();
    Consumer<String> updated = uri -> {
        throw new AssertionError("not watched yet");
    };

    TestModule() {
        resources.add(Resource.at("test://text").mimeType("text/plain").text("a text"));
        resources.add(Resource.at("test://blob").blob("bytes".getBytes(UTF_8)));
        resources.add(Resource.at(RICH)
                .name("rich")
                .title("Rich")
                .description("Has everything.")
                .mimeType("text/plain")
                .size(7)
                .annotations(new Annotations(Set.of(Role.USER), 1.0, Instant.EPOCH))
                .icon(new Icon("https://example.com/a.png", "image/png", List.of("48x48"), "dark"))
                .meta(JsonNodeFactory.instance.objectNode().put("k", "v"))
                .blocking(read -> {
                    read.progress(1, 2);
                    return List.of(
                            new Content.TextResource(read.uri(), "", "first"),
                            new Content.BlobResource(read.uri(), "x/y", new byte[] {1}));
                }));
        resources.add(Resource.at("test://slow").async(read -> slow));
        resources.add(Resource.at("test://gone").blocking(read -> {
            throw new NotFoundException("It was here yesterday");
        }));
        resources.add(Resource.at("test://none").async(read -> CompletableFuture.completedFuture(List.of())));
        resources.add(Resource.at("test://refused").async(read -> {
            throw new ToolException("Not on Sundays");
        }));
        resources.add(Resource.at("test://broken").blocking(read -> {
            throw new IllegalStateException("password is 1234");
        }));
        resources.add(Resource.at("test://huge").text("x".repeat(5 << 20)));
        prompts.add(Prompt.named("everything")
                .title("Everything")
                .description("Has everything.")
                .icon(new Icon("data:image/png;base64,AA", "", List.of()))
                .meta(JsonNodeFactory.instance.objectNode().put("k", "v"))
                .async(call -> CompletableFuture.completedFuture(new PromptResult(
                        null, EVERYTHING, JsonNodeFactory.instance.objectNode().put("r", 1)))));
        prompts.add(Prompt.named("greet")
                .argument(new PromptArgument("name", "Name", "Who.", true, null))
                .complete(call -> CompletableFuture.completedFuture(
                        Completion.startingWith(call.value(), List.of("Ada", "Alan", "Grace"))))
                .optional("mood", "How.")
                .blocking(call -> PromptResult.of(PromptMessage.user("Hello " + call.arguments()))));
        prompts.add(Prompt.named("picky").required("n", "A number.").async(call -> {
            throw new InvalidArgumentsException("\"n\" is not a number");
        }));
    }

    @Override
    public Collection<Tool> tools() {
        return tools;
    }

    @Override
    public Collection<Resource> resources() {
        return resources;
    }

    @Override
    public Collection<ResourceTemplate> resourceTemplates() {
        return List.of(
                ResourceTemplate.of("test://user/{id}/{+path}")
                        .name("files")
                        .complete(
                                "id",
                                call -> CompletableFuture.completedFuture(
                                        Completion.of(java.util.stream.IntStream.range(0, 150)
                                                .mapToObj(i -> call.value() + i + call.context())
                                                .toList())))
                        .blocking(read -> List.of(new Content.TextResource(
                                read.uri(), "text/plain", read.variables().toString()))),
                ResourceTemplate.of("test://user/{id}/profile")
                        .title("Profile")
                        .async(read -> CompletableFuture.completedFuture(
                                List.of(new Content.TextResource(read.uri(), "", "profile of " + read.variables())))));
    }

    @Override
    public Collection<Prompt> prompts() {
        return prompts;
    }

    @Override
    public void onListChange(Runnable run) {
        changed.add(run);
    }

    @Override
    public void onUpdate(Consumer<String> consumer) {
        updated = consumer;
    }

    /** Tells that all lists have changed. */
    void change() {
        changed.forEach(Runnable::run);
    }

    Providers providers() {
        return new Providers(List.of(this), List.of(this), List.of(this));
    }

    /** A tool that does nothing. */
    static Tool tool(String name) {
        return Tool.named(name).blocking(call -> ToolResult.text(""));
    }
}
