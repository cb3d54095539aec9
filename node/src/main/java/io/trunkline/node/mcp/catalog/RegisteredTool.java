package io.trunkline.node.mcp.catalog;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.wire.Entries;
import io.trunkline.node.schema.Schema;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolAnnotations;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import org.jspecify.annotations.Nullable;

/** A tool as the server needs it: its schemas compiled, its entry in {@code tools/list} written for each version. */
public final class RegisteredTool extends Registered<Tool> {

    private final Schema input;
    private final @Nullable Schema output;
    private final ParamHeaders headers;

    public RegisteredTool(Tool tool, ObjectMapper mapper) {
        super("tool", tool, tool.name(), mapper, (json, version) -> write(json, tool, version));
        this.input = Schema.compile("input schema of tool " + tool.name(), tool.inputSchema());
        this.output = tool.outputSchema() == null
                ? null
                : Schema.compile("output schema of tool " + tool.name(), tool.outputSchema());
        this.headers = ParamHeaders.of(tool.name(), tool.inputSchema());
    }

    public Schema input() {
        return input;
    }

    /** The headers that repeat arguments. */
    public ParamHeaders headers() {
        return headers;
    }

    @Nullable
    public Schema output() {
        return output;
    }

    private static void write(ObjectNode json, Tool tool, ProtocolVersion version) {
        json.put("name", tool.name());
        Entries.title(json, tool.title(), version);
        Entries.text(json, "description", tool.description());
        json.set("inputSchema", tool.inputSchema());
        if (version.knowsStructuredContent() && tool.outputSchema() != null) {
            json.set("outputSchema", tool.outputSchema());
        }
        ObjectNode annotations = annotations(tool, version);
        if (!annotations.isEmpty()) {
            json.set("annotations", annotations);
        }
        Entries.icons(json, tool.icons(), version);
        Entries.meta(json, tool.meta(), version);
    }

    private static ObjectNode annotations(Tool tool, ProtocolVersion version) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (!version.knowsAnnotations()) {
            return json;
        }
        if (!version.knowsStructuredContent() && tool.title() != null) {
            // 2025-03-26 has titles only here.
            json.put("title", tool.title());
        }
        ToolAnnotations hints = tool.annotations();
        put(json, "readOnlyHint", hints.readOnly());
        put(json, "destructiveHint", hints.destructive());
        put(json, "idempotentHint", hints.idempotent());
        put(json, "openWorldHint", hints.openWorld());
        return json;
    }

    private static void put(ObjectNode json, String name, @Nullable Boolean value) {
        if (value != null) {
            json.put(name, value);
        }
    }
}
