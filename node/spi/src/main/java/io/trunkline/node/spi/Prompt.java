package io.trunkline.node.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A prompt: what clients see of it, and what runs when they get it. Immutable.
 *
 * <pre>{@code
 * Prompt.named("review")
 *         .description("Asks for a review.")
 *         .required("code", "What to review.")
 *         .async(call -> completedFuture(
 *                 PromptResult.of(PromptMessage.user("Review this:\n" + call.arguments().get("code")))));
 * }</pre>
 *
 * @param name 1 to 128 characters
 * @param title a name for people; null for none
 * @param description what it is good for; null for none
 * @param arguments what it can be filled in with
 * @param icons pictures of it
 * @param meta told as {@code _meta} to clients since 2025-06-18; null for none
 * @param handler fills it in
 */
public record Prompt(
        String name,
        @Nullable String title,
        @Nullable String description,
        List<PromptArgument> arguments,
        List<Icon> icons,
        @Nullable ObjectNode meta,
        Handler<PromptCall, PromptResult> handler) {

    private static final int MAX_NAME = 128;

    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException with the offending and the expected value
     */
    public Prompt {
        if (name.isBlank() || name.length() > MAX_NAME) {
            throw new IllegalArgumentException("prompt name: \"" + name + "\" (expected: 1 to 128 characters)");
        }
        arguments = List.copyOf(arguments);
        icons = List.copyOf(icons);
        meta = meta == null ? null : meta.deepCopy();
        Set<String> names = new HashSet<>();
        for (PromptArgument argument : arguments) {
            if (!names.add(argument.name())) {
                throw new IllegalArgumentException(
                        "argument " + argument.name() + " of prompt " + name + ": twice (expected: once)");
            }
        }
    }

    /** Starts a prompt with this name. */
    public static PromptBuilder named(String name) {
        return new PromptBuilder(name);
    }
}
