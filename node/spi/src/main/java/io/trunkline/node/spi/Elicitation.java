package io.trunkline.node.spi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * A form that the user is asked to fill in. Immutable.
 *
 * <pre>{@code
 * private static final Elicitation NAME = Elicitation.form("Who are you?", """
 *         {"type": "object", "required": ["name"],
 *          "properties": {"name": {"type": "string", "title": "Your name", "maxLength": 100}}}""");
 * }</pre>
 *
 * <p>Its schema is an object whose properties are texts, numbers, booleans, and choices of one or of several texts.
 * What each may have stands in MCP 2025-11-25, client/elicitation, requested schema; anything else is refused here.
 * Clients of 2025-06-18 are sent what they know of it: no choices of several texts at all, and defaults of booleans
 * only.
 *
 * @param message why, for the user
 * @param schema the form
 * @param key what the answer is known by when the request comes again with it, because it has no session; unique within
 *     the request. Empty: forms are numbered in the order in which they are asked
 * @param meta told as {@code _meta} to clients with a session; null for none
 */
public record Elicitation(
        String message,
        ObjectNode schema,
        String key,
        @Nullable ObjectNode meta) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException with the offending and the expected value
     */
    public Elicitation {
        FormSchema.check(schema);
        schema = schema.deepCopy();
        meta = meta == null ? null : meta.deepCopy();
    }

    /** A form without a key. */
    public Elicitation(String message, ObjectNode schema) {
        this(message, schema, "", null);
    }

    /** The same form with this key. */
    public Elicitation key(String name) {
        return new Elicitation(message, schema, name, meta);
    }

    /** The same form with this {@code _meta}. */
    public Elicitation meta(ObjectNode object) {
        return new Elicitation(message, schema, key, object);
    }

    /** A form whose schema is given as JSON text. */
    public static Elicitation form(String message, String schema) {
        try {
            if (JSON.readTree(schema) instanceof ObjectNode object) {
                return new Elicitation(message, object);
            }
            throw new IllegalArgumentException("form: " + schema + " (expected: an object)");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("form: not JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** What is wrong with a form that was filled in, in words for its user, or null when it conforms. */
    public @Nullable String problem(JsonNode content) {
        return FormSchema.problem(schema, content);
    }
}
