package io.trunkline.node.spi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.pattern.EcmaPattern;
import io.trunkline.node.pattern.PatternWork;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The part of JSON Schema that forms may use: flat objects of texts, numbers, booleans and choices. Source: MCP
 * 2025-11-25, schema.ts, PrimitiveSchemaDefinition.
 */
final class FormSchema {

    private static final Set<String> FORM = Set.of("$schema", "type", "properties", "required");
    private static final Set<String> FORMATS = Set.of("email", "uri", "date", "date-time");
    private static final Set<String> COMMON = Set.of("type", "title", "description", "default");
    private static final Map<String, Set<String>> FIELDS = Map.of(
            "string", Set.of("minLength", "maxLength", "pattern", "format", "enum", "enumNames", "oneOf"),
            "number", Set.of("minimum", "maximum"),
            "integer", Set.of("minimum", "maximum"),
            "boolean", Set.of(),
            "array", Set.of("minItems", "maxItems", "items"));

    private FormSchema() {}

    static void check(ObjectNode schema) {
        require(schema.path("type").asText().equals("object"), "type of the form", schema.path("type"), "\"object\"");
        require(schema.path("properties").isObject(), "properties of the form", schema.path("properties"), "an object");
        for (Map.Entry<String, JsonNode> field : schema.properties()) {
            require(FORM.contains(field.getKey()), "the form", field.getKey(), "one of " + new TreeSet<>(FORM));
        }
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            checkProperty(property.getKey(), property.getValue());
        }
        for (JsonNode required : schema.path("required")) {
            require(schema.path("properties").has(required.asText()), "\"required\"", required, "a property");
        }
    }

    private static void checkProperty(String name, JsonNode schema) {
        String type = schema.path("type").asText();
        Set<String> known = FIELDS.get(type);
        if (known == null) {
            throw wrong("type of " + name, schema.path("type"), "one of " + new TreeSet<>(FIELDS.keySet()));
        }
        for (Map.Entry<String, JsonNode> field : schema.properties()) {
            String key = field.getKey();
            require(
                    COMMON.contains(key) || known.contains(key),
                    name,
                    key,
                    "nothing that a " + type + " does not have");
        }
        if (schema.has("format")) {
            JsonNode format = schema.path("format");
            require(FORMATS.contains(format.asText()), "format of " + name, format, "one of " + new TreeSet<>(FORMATS));
        }
        if (schema.has("pattern")) {
            checkPattern(name, schema.path("pattern"));
        }
        for (String limit : Set.of("minLength", "maxLength", "minItems", "maxItems")) {
            if (schema.has(limit)) {
                require(schema.path(limit).canConvertToInt(), limit + " of " + name, schema.path(limit), "an integer");
            }
        }
        if (schema.has("enum") || schema.has("oneOf")) {
            checkChoices(name, schema.has("enum") ? schema.path("enum") : schema.path("oneOf"), schema.has("oneOf"));
        }
        if (type.equals("array")) {
            JsonNode items = schema.path("items");
            checkChoices(name, items.has("anyOf") ? items.path("anyOf") : items.path("enum"), items.has("anyOf"));
        }
        if (schema.has("default")) {
            String problem = problem(name, schema, schema.path("default"));
            require(problem == null, "default of " + name, schema.path("default"), "a value of its kind");
        }
    }

    private static void checkPattern(String name, JsonNode pattern) {
        require(pattern.isTextual(), "pattern of " + name, pattern, "a text");
        try {
            EcmaPattern.compile(pattern.asText());
        } catch (IllegalArgumentException e) {
            throw wrong("pattern of " + name, String.valueOf(e.getMessage()), "a regular expression of ECMA-262");
        }
    }

    private static void checkChoices(String name, JsonNode choices, boolean titled) {
        require(choices.isArray() && !choices.isEmpty(), "choices of " + name, choices, "at least one");
        for (JsonNode choice : choices) {
            JsonNode value = titled ? choice.path("const") : choice;
            require(value.isTextual(), "choice of " + name, choice, titled ? "a text as \"const\"" : "a text");
        }
    }

    static @Nullable String problem(ObjectNode schema, JsonNode content) {
        if (!content.isObject()) {
            return "it is not an object";
        }
        for (JsonNode required : schema.path("required")) {
            if (!content.hasNonNull(required.asText())) {
                return required.asText() + " is missing";
            }
        }
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            JsonNode value = content.path(property.getKey());
            String problem = value.isMissingNode() ? null : problem(property.getKey(), property.getValue(), value);
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private static @Nullable String problem(String name, JsonNode schema, JsonNode value) {
        return switch (schema.path("type").asText()) {
            case "boolean" -> value.isBoolean() ? null : name + " is neither true nor false";
            case "number", "integer" -> numberProblem(name, schema, value);
            case "array" -> arrayProblem(name, schema, value);
            default -> textProblem(name, schema, value);
        };
    }

    private static @Nullable String numberProblem(String name, JsonNode schema, JsonNode value) {
        if (!value.isNumber()) {
            return name + " is not a number";
        }
        double rounded = value.doubleValue();
        if (schema.path("type").asText().equals("integer")
                && !value.isIntegralNumber()
                && rounded != Math.rint(rounded)) {
            return name + " is not a whole number";
        }
        if (schema.has("minimum") && compare(value, schema.path("minimum")) < 0) {
            return name + " is less than " + schema.path("minimum");
        }
        if (schema.has("maximum") && compare(value, schema.path("maximum")) > 0) {
            return name + " is more than " + schema.path("maximum");
        }
        return null;
    }

    /** By value, in all digits; what is infinite has none. */
    private static int compare(JsonNode one, JsonNode other) {
        return Double.isFinite(one.doubleValue()) && Double.isFinite(other.doubleValue())
                ? one.decimalValue().compareTo(other.decimalValue())
                : Double.compare(one.doubleValue(), other.doubleValue());
    }

    private static @Nullable String arrayProblem(String name, JsonNode schema, JsonNode value) {
        if (!value.isArray()) {
            return name + " is not a list";
        }
        if (value.size() < schema.path("minItems").asInt(0)
                || value.size() > schema.path("maxItems").asInt(Integer.MAX_VALUE)) {
            return name + " has the wrong number of choices";
        }
        JsonNode items = schema.path("items");
        for (JsonNode item : value) {
            if (!item.isTextual() || !isChoice(items.path("enum"), items.path("anyOf"), item.textValue())) {
                return name + " has a choice that there is not";
            }
        }
        return null;
    }

    private static @Nullable String textProblem(String name, JsonNode schema, JsonNode value) {
        if (!value.isTextual()) {
            return name + " is not a text";
        }
        String text = value.textValue();
        if ((schema.has("enum") || schema.has("oneOf")) && !isChoice(schema.path("enum"), schema.path("oneOf"), text)) {
            return name + " is not one of the choices";
        }
        int length = text.codePointCount(0, text.length());
        if (length < schema.path("minLength").asInt(0)
                || length > schema.path("maxLength").asInt(Integer.MAX_VALUE)) {
            return name + " has the wrong length";
        }
        return schema.has("pattern") && !fits(schema.path("pattern").asText(), text)
                ? name + " does not have the expected form"
                : null;
    }

    private static boolean isChoice(JsonNode plain, JsonNode titled, String text) {
        for (JsonNode choice : plain) {
            if (choice.asText().equals(text)) {
                return true;
            }
        }
        for (JsonNode choice : titled) {
            if (choice.path("const").asText().equals(text)) {
                return true;
            }
        }
        return false;
    }

    private static boolean fits(String pattern, String text) {
        try {
            return EcmaPattern.compile(pattern).find(text, new PatternWork());
        } catch (PatternWork.ExceededException e) {
            // The client chooses the text.
            return false;
        }
    }

    private static void require(boolean condition, String what, Object found, String expected) {
        if (!condition) {
            throw wrong(what, found, expected);
        }
    }

    private static IllegalArgumentException wrong(String what, Object found, String expected) {
        return new IllegalArgumentException("form: " + what + ": " + found + " (expected: " + expected + ")");
    }
}
