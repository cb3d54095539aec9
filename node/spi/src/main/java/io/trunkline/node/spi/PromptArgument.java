package io.trunkline.node.spi;

import org.jspecify.annotations.Nullable;

/**
 * What a prompt can be filled in with.
 *
 * @param name unique in its prompt
 * @param title a name for people; null for none
 * @param description what it is; null for none
 * @param required whether the prompt cannot be had without it
 * @param completer suggests values; null for no suggestions
 */
public record PromptArgument(
        String name,
        @Nullable String title,
        @Nullable String description,
        boolean required,
        @Nullable Handler<CompletionCall, Completion> completer) {

    public PromptArgument {
        if (name.isBlank()) {
            throw new IllegalArgumentException("prompt argument: \"" + name + "\" (expected: not blank)");
        }
    }
}
