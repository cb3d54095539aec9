package io.trunkline.node.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a tool answers.
 *
 * @param content pieces for the model, in order
 * @param structured an object that conforms to the tool's output schema; null for none. Clients whose version does not
 *     know structured content get its JSON as a text, as does everybody when {@code content} is empty. Do not change it
 *     after it was returned.
 * @param isError the tool ran and failed; the content says why, so that the model can do better
 * @param meta told as {@code _meta}; null for none. Do not change it after it was returned.
 */
public record ToolResult(
        List<Content> content,
        @Nullable ObjectNode structured,
        boolean isError,
        @Nullable ObjectNode meta) {

    public ToolResult {
        content = List.copyOf(content);
    }

    /** Without {@code _meta}. */
    public ToolResult(List<Content> content, @Nullable ObjectNode structured, boolean isError) {
        this(content, structured, isError, null);
    }

    /** A text. */
    public static ToolResult text(String text) {
        return new ToolResult(List.of(new Content.Text(text)), null, false);
    }

    /** Several pieces. */
    public static ToolResult of(Content... content) {
        return new ToolResult(List.of(content), null, false);
    }

    /** An object, with its JSON as the text. */
    public static ToolResult structured(ObjectNode structured) {
        return new ToolResult(List.of(), structured, false);
    }

    /** A failure that the model may read. */
    public static ToolResult error(String text) {
        return new ToolResult(List.of(new Content.Text(text)), null, true);
    }
}
