package io.trunkline.node.mcp.catalog;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.wire.Entries;
import io.trunkline.node.schema.Schema;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolAnnotations;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A tool as the server needs it: its schemas compiled, its entry in {@code tools/list} written for each version. */
public final class RegisteredTool implements Listed {

    private final Tool tool;
    private final Schema input;
    private final @Nullable Schema output;
    private final ParamHeaders headers;
    private final Map<ProtocolVersion, byte[]> entries;

    public RegisteredTool(Tool tool, ObjectMapper mapper) {
        this.tool = tool;
        this.input = Schema.compile("input schema of tool " + tool.name(), tool.inputSchema());
        this.output = tool.outputSchema() == null
                ? null
                : Schema.compile("output schema of tool " + tool.name(), tool.outputSchema());
        this.headers = ParamHeaders.of(tool.name(), tool.inputSchema());
        this.entries = Entries.write("tool " + tool.name(), version -> entry(tool, version, mapper), mapper);
    }

    public Tool tool() {
        return tool;
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

    @Override
    public String key() {
        return tool.name();
    }

    @Override
    public byte[] entry(ProtocolVersion version) {
        return entries.getOrDefault(version, new byte[0]);
    }

    private static ObjectNode entry(Tool tool, ProtocolVersion version, ObjectMapper mapper) {
        ObjectNode json = mapper.createObjectNode();
        json.put("name", tool.name());
        Entries.title(json, tool.title(), version);
        Entries.text(json, "description", tool.description());
        json.set("inputSchema", tool.inputSchema());
        if (version.knowsStructuredContent() && tool.outputSchema() != null) {
            json.set("outputSchema", tool.outputSchema());
        }
        ObjectNode annotations = annotations(tool, version, mapper);
        if (!annotations.isEmpty()) {
            json.set("annotations", annotations);
        }
        Entries.icons(json, tool.icons(), version);
        Entries.meta(json, tool.meta(), version);
        return json;
    }

    private static ObjectNode annotations(Tool tool, ProtocolVersion version, ObjectMapper mapper) {
        ObjectNode json = mapper.createObjectNode();
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
