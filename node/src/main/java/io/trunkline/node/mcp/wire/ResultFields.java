package io.trunkline.node.mcp.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What results have beside what was asked for: their {@code _meta}, and since 2026-07-28 the type of the result, who
 * made it, and how long it may be kept (MCP 2026-07-28, basic, messages; server/utilities/caching). Thread-safe.
 */
public final class ResultFields {

    public static final String COMPLETE = "complete";
    public static final String INPUT_REQUIRED = "input_required";
    public static final String TASK = "task";

    private static final String SERVER_INFO = "io.modelcontextprotocol/serverInfo";

    private final McpSettings.Stateless settings;
    private final String self;
    private final byte[] listTail;

    public ResultFields(McpSettings settings, ObjectMapper mapper) {
        this.settings = settings.stateless();
        try {
            this.self = mapper.writeValueAsString(
                    serverInfo(mapper.createObjectNode(), settings.server(), ProtocolVersion.V2026_07_28));
        } catch (IOException e) {
            throw new UncheckedIOException("what the settings say about the server", e);
        }
        this.listTail = (",\"resultType\":\"complete\",\"ttlMs\":"
                        + this.settings.listTtl().toMillis() + ",\"cacheScope\":\"public\",\"_meta\":{\"" + SERVER_INFO
                        + "\":" + self + "}}")
                .getBytes(UTF_8);
    }

    /** Who this server is, in the form of a version. */
    public static ObjectNode serverInfo(ObjectNode info, McpSettings.Server server, ProtocolVersion version) {
        info.put("name", server.name());
        if (version.knowsStructuredContent() && !server.title().isEmpty()) {
            info.put("title", server.title());
        }
        return info.put("version", server.version());
    }

    /**
     * A result that is the same for every client, an object that is not empty, with the fields of a stateless version.
     */
    public byte[] list(byte[] result) {
        byte[] all = Arrays.copyOf(result, result.length - 1 + listTail.length);
        System.arraycopy(listTail, 0, all, result.length - 1, listTail.length);
        return all;
    }

    /** How long what was read may be kept, and by whom. */
    public void writeReadHints(JsonGenerator json) throws IOException {
        json.writeNumberField("ttlMs", settings.readTtl().toMillis());
        json.writeStringField("cacheScope", "private");
    }

    /** The last fields of a result. */
    public void write(JsonGenerator json, ProtocolVersion version, @Nullable ObjectNode meta) throws IOException {
        write(json, version, COMPLETE, meta);
    }

    public void write(JsonGenerator json, ProtocolVersion version, String type, @Nullable ObjectNode meta)
            throws IOException {
        if (!version.stateless()) {
            ContentWriter.writeMeta(json, meta);
            return;
        }
        json.writeStringField("resultType", type);
        json.writeObjectFieldStart("_meta");
        if (meta != null) {
            for (var field : meta.properties()) {
                if (!field.getKey().equals(SERVER_INFO)) {
                    json.writeFieldName(field.getKey());
                    json.writeTree(field.getValue());
                }
            }
        }
        json.writeFieldName(SERVER_INFO);
        json.writeRawValue(self);
        json.writeEndObject();
    }
}
