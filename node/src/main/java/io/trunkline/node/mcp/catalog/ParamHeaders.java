package io.trunkline.node.mcp.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a tool that clients repeat as headers {@code Mcp-Param-*}, as {@code x-mcp-header} in its schema
 * says (MCP 2026-07-28, basic, transports, custom headers). Immutable.
 */
public final class ParamHeaders {

    private static final String ANNOTATION = "x-mcp-header";
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Set<String> TYPES = Set.of("string", "integer", "boolean");

    /** Keywords whose value is one schema, or a list of them. */
    private static final Set<String> SCHEMAS = Set.of(
            "items",
            "prefixItems",
            "additionalItems",
            "contains",
            "additionalProperties",
            "propertyNames",
            "unevaluatedItems",
            "unevaluatedProperties",
            "allOf",
            "anyOf",
            "oneOf",
            "not",
            "if",
            "then",
            "else");

    /** Keywords whose value is an object of schemas. */
    private static final Set<String> MAPS = Set.of("$defs", "definitions", "patternProperties", "dependentSchemas");

    /** A header, and the names of the properties that lead to its value. */
    private record Header(String name, String key, List<String> path) {}

    private final List<Header> headers = new ArrayList<>(0);

    private ParamHeaders() {}

    /**
     * Finds the headers of a tool.
     *
     * @throws IllegalArgumentException when an annotation stands where it may not, or is none
     */
    static ParamHeaders of(String tool, ObjectNode schema) {
        ParamHeaders found = new ParamHeaders();
        try {
            found.collect(schema, List.of(), true, new HashSet<>());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("input schema of tool " + tool + ": " + e.getMessage(), e);
        }
        return found;
    }

    private void collect(JsonNode schema, List<String> path, boolean reachable, Set<String> names) {
        if (!schema.isObject()) {
            return;
        }
        for (Map.Entry<String, JsonNode> member : schema.properties()) {
            String keyword = member.getKey();
            JsonNode value = member.getValue();
            if (keyword.equals(ANNOTATION)) {
                if (!reachable || path.isEmpty()) {
                    throw new IllegalArgumentException(ANNOTATION + " " + value
                            + " (expected: only at properties that lead from the root through \"properties\")");
                }
                headers.add(header(value, schema.path("type"), path, names));
            } else if (keyword.equals("properties")) {
                for (Map.Entry<String, JsonNode> property : value.properties()) {
                    List<String> deeper = new ArrayList<>(path);
                    deeper.add(property.getKey());
                    collect(property.getValue(), deeper, reachable, names);
                }
            } else if (SCHEMAS.contains(keyword)) {
                for (JsonNode each : value.isArray() ? value : List.of(value)) {
                    collect(each, path, false, names);
                }
            } else if (MAPS.contains(keyword)) {
                value.forEach(each -> collect(each, path, false, names));
            }
        }
    }

    private static Header header(JsonNode value, JsonNode type, List<String> path, Set<String> names) {
        String name = value.asText();
        if (!value.isTextual() || !name.matches(TOKEN)) {
            throw new IllegalArgumentException(ANNOTATION + " " + value + " (expected: a token as RFC 9110 has it)");
        }
        if (!TYPES.contains(type.asText())) {
            throw new IllegalArgumentException(
                    ANNOTATION + " " + value + " at a property of type " + type + " (expected: one of " + TYPES + ")");
        }
        String key = name.toLowerCase(Locale.ROOT);
        if (!names.add(key)) {
            throw new IllegalArgumentException(ANNOTATION + " " + value + " twice (expected: once)");
        }
        return new Header(name, key, path);
    }

    /** Refuses a call whose headers differ from its arguments. Headers that the tool does not know are ignored. */
    public void check(ObjectNode arguments, Map<String, String> sent) throws RpcFault {
        for (Header header : headers) {
            JsonNode argument = arguments;
            for (String step : header.path()) {
                argument = argument.path(step);
            }
            String text = sent.get(header.key());
            boolean given = !argument.isMissingNode() && !argument.isNull();
            if (given ? !matches(argument, text) : text != null) {
                throw new RpcFault(
                        ErrorCode.HEADER_MISMATCH,
                        "Header mismatch: Mcp-Param-" + header.name()
                                + (text == null
                                        ? " is missing"
                                        : " differs from argument " + String.join(".", header.path())));
            }
        }
    }

    private static boolean matches(JsonNode argument, @Nullable String text) {
        if (text == null) {
            return false;
        }
        if (argument.isNumber()) {
            try {
                // More digits than an exact integer can have are not worth the arithmetic.
                return text.length() <= 32 && new BigDecimal(text).compareTo(argument.decimalValue()) == 0;
            } catch (NumberFormatException e) {
                return false;
            }
        }
        return argument.asText().equals(text);
    }
}
