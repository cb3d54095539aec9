package io.trunkline.node.mcp.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a call has gathered before it became a task.
 *
 * @param answers of the client, by the keys of the questions
 * @param values that the handler has kept; null for none
 */
public record KnownAnswers(JsonNode answers, @Nullable JsonNode values) {

    public static final KnownAnswers NONE = new KnownAnswers(JsonNodeFactory.instance.objectNode(), null);
}
