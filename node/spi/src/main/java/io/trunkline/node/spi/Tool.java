package io.trunkline.node.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tool: what clients see of it, and what runs when they call it. Immutable.
 *
 * <pre>{@code
 * Tool.named("reverse")
 *         .description("Writes a text backwards.")
 *         .inputSchema("""
 *                 {"type": "object", "required": ["text"],
 *                  "properties": {"text": {"type": "string", "maxLength": 1000}}}""")
 *         .readOnly()
 *         .async(call -> completedFuture(ToolResult.text(reverse(call.arguments().get("text").textValue()))));
 * }</pre>
 *
 * @param name 1 to 128 letters, digits, {@code _}, {@code -} and {@code .} (MCP 2025-11-25, server/tools, tool names)
 * @param title a name for people; null for none
 * @param description tells the model what the tool is good for; null for none
 * @param inputSchema JSON Schema of the arguments, 2020-12 unless it says otherwise; its {@code $ref}s stay inside it
 * @param outputSchema JSON Schema of the structured result; null when there is none
 * @param annotations hints about its behaviour
 * @param icons pictures of it
 * @param meta told as {@code _meta} to clients since 2025-06-18; null for none
 * @param timeout the longest time a call may take; null for the node's default, which is another one for tasks
 * @param task how it uses tasks
 * @param handler runs the calls
 */
public record Tool(
        String name,
        @Nullable String title,
        @Nullable String description,
        ObjectNode inputSchema,
        @Nullable ObjectNode outputSchema,
        ToolAnnotations annotations,
        List<Icon> icons,
        @Nullable ObjectNode meta,
        @Nullable Duration timeout,
        TaskUse task,
        ToolHandler handler) {

    private static final int MAX_NAME = 128;

    /**
     * Checks what can be checked here; the schemas themselves are compiled when the node starts.
     *
     * @throws IllegalArgumentException with the offending and the expected value
     */
    public Tool {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "tool name: \"" + name + "\" (expected: 1 to 128 of A-Z, a-z, 0-9, '_', '-' and '.')");
        }
        requireObjectType(name, "input", inputSchema);
        if (outputSchema != null) {
            requireObjectType(name, "output", outputSchema);
            outputSchema = outputSchema.deepCopy();
        }
        if (timeout != null && (timeout.isNegative() || timeout.isZero())) {
            throw new IllegalArgumentException("timeout of tool " + name + ": " + timeout + " (expected: > 0)");
        }
        inputSchema = inputSchema.deepCopy();
        icons = List.copyOf(icons);
        meta = meta == null ? null : meta.deepCopy();
    }

    /** Starts a tool with this name. */
    public static ToolBuilder named(String name) {
        return new ToolBuilder(name);
    }

    private static boolean isName(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME) {
            return false;
        }
        return name.chars()
                .allMatch(c -> (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || c == '_'
                        || c == '-'
                        || c == '.');
    }

    /** MCP's own schema demands the type: arguments and structured results are always objects. */
    private static void requireObjectType(String name, String which, ObjectNode schema) {
        if (!"object".equals(schema.path("type").textValue())) {
            throw new IllegalArgumentException(
                    which + " schema of tool " + name + ": type " + schema.path("type") + " (expected: \"object\")");
        }
    }
}
