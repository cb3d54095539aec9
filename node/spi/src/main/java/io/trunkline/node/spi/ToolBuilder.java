package io.trunkline.node.spi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects the parts of a {@link Tool}, which {@link #blocking} or {@link #async} makes. Its default schema takes any
 * object.
 */
public final class ToolBuilder {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    private final List<Icon> icons = new ArrayList<>();
    private @Nullable String title;
    private @Nullable String description;
    private ObjectNode inputSchema = JsonNodeFactory.instance.objectNode().put("type", "object");
    private @Nullable ObjectNode outputSchema;
    private @Nullable Boolean readOnly;
    private @Nullable Boolean destructive;
    private @Nullable Boolean idempotent;
    private @Nullable Boolean openWorld;
    private @Nullable ObjectNode meta;
    private @Nullable Duration timeout;
    private TaskUse task = TaskUse.NEVER;

    ToolBuilder(String name) {
        this.name = name;
    }

    public ToolBuilder title(String text) {
        title = text;
        return this;
    }

    public ToolBuilder description(String text) {
        description = text;
        return this;
    }

    /** The schema of the arguments as JSON text. */
    public ToolBuilder inputSchema(String json) {
        return inputSchema(parse("input", json));
    }

    /** The schema of the arguments. */
    public ToolBuilder inputSchema(JsonNode schema) {
        inputSchema = object("input", schema);
        return this;
    }

    /** The schema of the structured result as JSON text. */
    public ToolBuilder outputSchema(String json) {
        return outputSchema(parse("output", json));
    }

    /** The schema of the structured result. Every result that is not an error must then have one that conforms. */
    public ToolBuilder outputSchema(JsonNode schema) {
        outputSchema = object("output", schema);
        return this;
    }

    /** The tool changes nothing; calls of it may be repeated. */
    public ToolBuilder readOnly() {
        readOnly = true;
        return this;
    }

    /** A second call with the same arguments changes nothing more; calls of it may be repeated. */
    public ToolBuilder idempotent() {
        idempotent = true;
        return this;
    }

    /** Whether the tool may overwrite or delete. */
    public ToolBuilder destructive(boolean value) {
        destructive = value;
        return this;
    }

    /** Whether the tool deals with things outside, such as the web. */
    public ToolBuilder openWorld(boolean value) {
        openWorld = value;
        return this;
    }

    public ToolBuilder icon(Icon icon) {
        icons.add(icon);
        return this;
    }

    /** What clients since 2025-06-18 are told as {@code _meta}. */
    public ToolBuilder meta(ObjectNode object) {
        meta = object;
        return this;
    }

    /** The longest time a call may take, instead of the node's default. */
    public ToolBuilder timeout(Duration longest) {
        timeout = longest;
        return this;
    }

    /** Whether calls run as tasks, from their start; without this, never. */
    public ToolBuilder task(TaskSupport support) {
        task = new TaskUse(support, false);
        return this;
    }

    /**
     * Whether calls may become tasks, when the handler calls {@link ToolCall#becomeTask}. What it asks the client
     * before belongs to the call, what it asks afterwards to the task.
     */
    public ToolBuilder taskLater(TaskSupport support) {
        task = new TaskUse(support, true);
        return this;
    }

    /** Makes the tool with a handler that may block. */
    public Tool blocking(ToolHandler.Blocking handler) {
        return build(handler);
    }

    /** Makes the tool with a handler that never blocks. */
    public Tool async(ToolHandler.Async handler) {
        return build(handler);
    }

    private Tool build(ToolHandler handler) {
        return new Tool(
                name,
                title,
                description,
                inputSchema,
                outputSchema,
                new ToolAnnotations(readOnly, destructive, idempotent, openWorld),
                icons,
                meta,
                timeout,
                task,
                handler);
    }

    private JsonNode parse(String which, String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    which + " schema of tool " + name + ": not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private ObjectNode object(String which, JsonNode schema) {
        if (schema instanceof ObjectNode object) {
            return object;
        }
        throw new IllegalArgumentException(
                which + " schema of tool " + name + ": " + schema.getNodeType() + " (expected: an object)");
    }
}
