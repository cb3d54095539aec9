package io.trunkline.node.mcp;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.spi.Icon;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolAnnotations;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A tool as the server needs it: its schemas compiled, its entry in {@code tools/list} written for each version. */
final class RegisteredTool {

    private final Tool tool;
    private final Schema input;
    private final @Nullable Schema output;
    private final Map<ProtocolVersion, byte[]> entries = new EnumMap<>(ProtocolVersion.class);

    RegisteredTool(Tool tool, ObjectMapper mapper) {
        this.tool = tool;
        this.input = Schema.compile("input schema of tool " + tool.name(), tool.inputSchema());
        this.output = tool.outputSchema() == null
                ? null
                : Schema.compile("output schema of tool " + tool.name(), tool.outputSchema());
        for (ProtocolVersion version : ProtocolVersion.values()) {
            entries.put(version, entry(tool, version, mapper));
        }
    }

    Tool tool() {
        return tool;
    }

    Schema input() {
        return input;
    }

    @Nullable
    Schema output() {
        return output;
    }

    /** The tool's JSON in a list, with the fields that the version knows. Not to be changed. */
    byte[] entry(ProtocolVersion version) {
        byte[] entry = entries.get(version);
        return entry == null ? new byte[0] : entry;
    }

    private static byte[] entry(Tool tool, ProtocolVersion version, ObjectMapper mapper) {
        ObjectNode json = mapper.createObjectNode();
        json.put("name", tool.name());
        if (version.knowsStructuredContent() && tool.title() != null) {
            json.put("title", tool.title());
        }
        if (tool.description() != null) {
            json.put("description", tool.description());
        }
        json.set("inputSchema", tool.inputSchema());
        if (version.knowsStructuredContent() && tool.outputSchema() != null) {
            json.set("outputSchema", tool.outputSchema());
        }
        ObjectNode annotations = annotations(tool, version, mapper);
        if (!annotations.isEmpty()) {
            json.set("annotations", annotations);
        }
        if (version.knowsIcons() && !tool.icons().isEmpty()) {
            ArrayNode icons = json.putArray("icons");
            tool.icons().forEach(icon -> write(icon, icons.addObject()));
        }
        try {
            return mapper.writeValueAsBytes(json);
        } catch (IOException e) {
            throw new UncheckedIOException("tool " + tool.name() + " cannot be written as JSON", e);
        }
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

    private static void write(Icon icon, ObjectNode json) {
        json.put("src", icon.src());
        if (!icon.mimeType().isEmpty()) {
            json.put("mimeType", icon.mimeType());
        }
        if (!icon.sizes().isEmpty()) {
            ArrayNode sizes = json.putArray("sizes");
            icon.sizes().forEach(sizes::add);
        }
    }
}
