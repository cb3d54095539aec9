package io.trunkline.node.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelcontextprotocol.json.TypeRef;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The SDK's records as JSON and back: their annotations say how, and their JSON changes less than they do. */
final class Json {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    /**
     * A value that JSON writes as an object.
     *
     * @param what it is, for the error
     * @throws IllegalArgumentException when JSON writes it as something else
     */
    static ObjectNode object(String what, Object value) {
        JsonNode tree = tree(value);
        if (tree instanceof ObjectNode object) {
            return object;
        }
        throw new IllegalArgumentException(what + ": " + tree.getNodeType() + " (expected: an object)");
    }

    /** What is the same in JSON, of another type: the SDK has a set of types for each generation of the protocol. */
    static <T> T same(Object value, Class<T> type) {
        return read(tree(value), type);
    }

    /** A {@code _meta}, or null for none. */
    static @Nullable ObjectNode meta(@Nullable Map<String, Object> meta) {
        return meta == null || meta.isEmpty() ? null : object("_meta", meta);
    }

    static <T> T read(JsonNode json, Class<T> type) {
        return MAPPER.convertValue(json, type);
    }

    static <T> T read(JsonNode json, TypeRef<T> type) {
        return MAPPER.convertValue(json, MAPPER.constructType(type.getType()));
    }
}
