package io.trunkline.node.spi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the client's model said.
 *
 * @param model its name
 * @param stopReason such as {@code endTurn}, {@code maxTokens} or {@code toolUse}; empty when the client does not say
 * @param content the pieces as MCP writes them, such as {@code {"type": "text", "text": ".."}}
 * @param meta what the client sent as {@code _meta}; null for nothing. Do not change it.
 */
public record SamplingResult(
        String model,
        String stopReason,
        List<ObjectNode> content,
        @Nullable ObjectNode meta) {

    public SamplingResult {
        content = List.copyOf(content);
    }

    /** The texts among the pieces, one after another. */
    public String text() {
        return content.stream()
                .filter(piece -> piece.path("type").asText().equals("text"))
                .map(piece -> piece.path("text"))
                .map(JsonNode::asText)
                .collect(Collectors.joining());
    }
}
