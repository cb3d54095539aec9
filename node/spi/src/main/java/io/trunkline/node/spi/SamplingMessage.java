package io.trunkline.node.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * One message of a conversation that the client's model is to continue.
 *
 * @param role who says it
 * @param content texts, pictures and sounds; clients before 2025-11-25 take exactly one piece in a message
 * @param toolBlocks uses of tools and their results as MCP writes them, after the content; only for clients that let
 *     their model use tools
 */
public record SamplingMessage(Role role, List<Content> content, List<ObjectNode> toolBlocks) {

    public SamplingMessage {
        content = List.copyOf(content);
        toolBlocks = List.copyOf(toolBlocks);
        if (content.isEmpty() && toolBlocks.isEmpty()) {
            throw new IllegalArgumentException("sampling message: nothing (expected: content)");
        }
        for (Content piece : content) {
            Content plain = piece instanceof Content.Annotated annotated ? annotated.content() : piece;
            if (!(plain instanceof Content.Text || plain instanceof Content.Image || plain instanceof Content.Audio)) {
                throw new IllegalArgumentException("sampling message: "
                        + plain.getClass().getSimpleName() + " (expected: a text, picture or sound)");
            }
        }
    }

    /** A text that the user says. */
    public static SamplingMessage user(String text) {
        return new SamplingMessage(Role.USER, List.of(new Content.Text(text)), List.of());
    }

    /** A text that the assistant says. */
    public static SamplingMessage assistant(String text) {
        return new SamplingMessage(Role.ASSISTANT, List.of(new Content.Text(text)), List.of());
    }

    /** Uses of tools, as a {@link SamplingResult} has them, or their results. */
    public static SamplingMessage tools(Role role, List<ObjectNode> blocks) {
        return new SamplingMessage(role, List.of(), blocks);
    }
}
