package io.trunkline.node.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A prompt, filled in.
 *
 * @param description what it is; null for none
 * @param messages in order
 * @param meta told as {@code _meta}; null for none. Do not change it after it was returned.
 */
public record PromptResult(
        @Nullable String description,
        List<PromptMessage> messages,
        @Nullable ObjectNode meta) {

    public PromptResult {
        messages = List.copyOf(messages);
    }

    /** These messages. */
    public static PromptResult of(PromptMessage... messages) {
        return new PromptResult(null, List.of(messages), null);
    }
}
