package io.trunkline.node.mcp.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends along with a request that it was asked something for (MCP 2026-07-28, basic/patterns/mrtr).
 *
 * @param responses its answers by the keys of the questions
 * @param state what it was given with the questions; null for nothing
 */
public record Answers(JsonNode responses, @Nullable String state) {

    /**
     * The answers of these parameters, or null when there are none.
     *
     * @param responses the parameter {@code inputResponses}; null when it is absent
     * @param state the parameter {@code requestState}; null when it is absent
     */
    static @Nullable Answers of(@Nullable JsonNode responses, @Nullable JsonNode state, ObjectMapper mapper)
            throws RpcFault {
        if (responses == null && state == null) {
            return null;
        }
        if (responses != null && !responses.isObject()) {
            throw RpcFault.invalidParams("\"inputResponses\" is not an object");
        }
        if (state != null && !state.isTextual()) {
            throw RpcFault.invalidParams("\"requestState\" is not a string");
        }
        JsonNode all = responses == null ? mapper.createObjectNode() : responses;
        for (JsonNode response : all) {
            if (!response.isObject()) {
                throw RpcFault.invalidParams("\"inputResponses\" has a member that is not an object");
            }
        }
        return new Answers(all, state == null ? null : state.textValue());
    }
}
