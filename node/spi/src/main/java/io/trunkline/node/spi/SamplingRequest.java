package io.trunkline.node.spi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the client's model is to continue. Immutable.
 *
 * @param messages the conversation so far, at least one message
 * @param maxTokens the most that the model may say; at least 1
 * @param options the other fields by their MCP names and in MCP's form: {@code systemPrompt}, {@code temperature},
 *     {@code stopSequences}, {@code modelPreferences}, {@code includeContext}, {@code metadata}, {@code tools}, {@code
 *     toolChoice}, {@code _meta}. The tools need a client that lets its model use them; {@code _meta} is told to
 *     clients with a session.
 */
public record SamplingRequest(List<SamplingMessage> messages, int maxTokens, ObjectNode options) {

    private static final Set<String> OPTIONS = Set.of(
            "systemPrompt",
            "temperature",
            "stopSequences",
            "modelPreferences",
            "includeContext",
            "metadata",
            "tools",
            "toolChoice",
            "_meta");

    public SamplingRequest {
        messages = List.copyOf(messages);
        options = options.deepCopy();
        if (messages.isEmpty() || maxTokens < 1) {
            throw new IllegalArgumentException("sampling: " + messages.size() + " messages, " + maxTokens
                    + " tokens (expected: at least one of each)");
        }
        options.fieldNames().forEachRemaining(name -> {
            if (!OPTIONS.contains(name)) {
                throw new IllegalArgumentException(
                        "sampling: " + name + " (expected: one of " + new TreeSet<>(OPTIONS) + ")");
            }
        });
    }

    /** A conversation without further options. */
    public static SamplingRequest of(int maxTokens, SamplingMessage... messages) {
        return new SamplingRequest(List.of(messages), maxTokens, JsonNodeFactory.instance.objectNode());
    }

    /** The same with one more option. */
    public SamplingRequest with(String option, JsonNode value) {
        ObjectNode more = options.deepCopy();
        more.set(option, value);
        return new SamplingRequest(messages, maxTokens, more);
    }

    /** The same with what the model is told beforehand. */
    public SamplingRequest system(String prompt) {
        return with("systemPrompt", TextNode.valueOf(prompt));
    }

    /** The same with this temperature. */
    public SamplingRequest temperature(double value) {
        return with("temperature", DoubleNode.valueOf(value));
    }
}
