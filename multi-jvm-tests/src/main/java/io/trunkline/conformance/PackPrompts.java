package io.trunkline.conformance;

import io.trunkline.node.spi.Completion;
import io.trunkline.node.spi.Content;
import io.trunkline.node.spi.Prompt;
import io.trunkline.node.spi.PromptMessage;
import io.trunkline.node.spi.PromptResult;
import io.trunkline.node.spi.Role;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The prompts that the scenarios get. */
final class PackPrompts {

    private PackPrompts() {}

    static List<Prompt> all() {
        return List.of(
                Prompt.named("test_simple_prompt")
                        .title("Simple Test Prompt")
                        .description("A simple prompt without arguments")
                        .async(call -> result(PromptMessage.user("This is a simple prompt for testing."))),
                Prompt.named("test_prompt_with_arguments")
                        .title("Prompt With Arguments")
                        .description("A prompt with required arguments")
                        .required("arg1", "First test argument")
                        .complete(call -> CompletableFuture.completedFuture(
                                Completion.startingWith(call.value(), List.of("test", "testing", "text"))))
                        .required("arg2", "Second test argument")
                        .async(call -> result(PromptMessage.user("Prompt with arguments: arg1='"
                                + call.arguments().get("arg1") + "', arg2='"
                                + call.arguments().get("arg2") + "'"))),
                Prompt.named("test_prompt_with_embedded_resource")
                        .title("Prompt With Embedded Resource")
                        .description("A prompt that includes an embedded resource")
                        .required("resourceUri", "URI of the resource to embed")
                        .async(call -> result(
                                new PromptMessage(
                                        Role.USER,
                                        new Content.TextResource(
                                                call.arguments().getOrDefault("resourceUri", ""),
                                                "text/plain",
                                                "Embedded resource content for testing.")),
                                PromptMessage.user("Please process the embedded resource above."))),
                Prompt.named("test_prompt_with_image")
                        .title("Prompt With Image")
                        .description("A prompt that includes image content")
                        .async(call -> result(
                                new PromptMessage(Role.USER, new Content.Image(Fixtures.png(), "image/png")),
                                PromptMessage.user("Please analyze the image above."))));
    }

    private static CompletionStage<PromptResult> result(PromptMessage... messages) {
        return CompletableFuture.completedFuture(PromptResult.of(messages));
    }
}
