package io.trunkline.node.mcp.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.spi.Content;
import io.trunkline.node.spi.ToolResult;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.io.IOException;

/** Writes a tool's result in the form that a protocol version knows. */
public final class ToolResultWriter {

    private final ObjectMapper mapper;
    private final ResultFields fields;
    private final int maxBytes;

    /**
     * @param maxBytes of one result
     */
    public ToolResultWriter(ObjectMapper mapper, ResultFields fields, int maxBytes) {
        this.mapper = mapper;
        this.fields = fields;
        this.maxBytes = maxBytes;
    }

    /**
     * Writes a result.
     *
     * @throws BoundedBytes.TooManyException when it exceeds the bound
     * @throws IOException when it holds a value that JSON does not have
     */
    public BoundedBytes write(ToolResult result, ProtocolVersion version) throws IOException {
        BoundedBytes bytes = new BoundedBytes(maxBytes);
        try (JsonGenerator json = mapper.getFactory().createGenerator(bytes)) {
            json.writeStartObject();
            json.writeArrayFieldStart("content");
            ObjectNode structured = result.structured();
            if (structured != null && (result.content().isEmpty() || !version.knowsStructuredContent())) {
                ContentWriter.writeTextPiece(json, mapper.writeValueAsString(structured));
            }
            for (Content content : result.content()) {
                ContentWriter.write(json, content, version);
            }
            json.writeEndArray();
            if (structured != null && version.knowsStructuredContent()) {
                json.writeFieldName("structuredContent");
                json.writeTree(structured);
            }
            if (result.isError()) {
                json.writeBooleanField("isError", true);
            }
            fields.write(json, version, result.meta());
            json.writeEndObject();
        }
        return bytes;
    }
}
