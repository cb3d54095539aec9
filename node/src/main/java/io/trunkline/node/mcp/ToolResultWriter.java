package io.trunkline.node.mcp;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.spi.Content;
import io.trunkline.node.spi.ToolResult;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.io.IOException;

/** Writes a tool's result in the form that a protocol version knows; what it does not know becomes a text. */
final class ToolResultWriter {

    private final ObjectMapper mapper;
    private final int maxBytes;

    /**
     * @param maxBytes of one result
     */
    ToolResultWriter(ObjectMapper mapper, int maxBytes) {
        this.mapper = mapper;
        this.maxBytes = maxBytes;
    }

    /**
     * Writes a result.
     *
     * @throws BoundedBytes.TooManyException when it exceeds the bound
     * @throws IOException when it holds a value that JSON does not have
     */
    BoundedBytes write(ToolResult result, ProtocolVersion version) throws IOException {
        BoundedBytes bytes = new BoundedBytes(maxBytes);
        try (JsonGenerator json = mapper.getFactory().createGenerator(bytes)) {
            json.writeStartObject();
            json.writeArrayFieldStart("content");
            ObjectNode structured = result.structured();
            if (structured != null && (result.content().isEmpty() || !version.knowsStructuredContent())) {
                writeText(json, mapper.writeValueAsString(structured));
            }
            for (Content content : result.content()) {
                write(json, content, version);
            }
            json.writeEndArray();
            if (structured != null && version.knowsStructuredContent()) {
                json.writeFieldName("structuredContent");
                json.writeTree(structured);
            }
            if (result.isError()) {
                json.writeBooleanField("isError", true);
            }
            json.writeEndObject();
        }
        return bytes;
    }

    private static void write(JsonGenerator json, Content content, ProtocolVersion version) throws IOException {
        if (content instanceof Content.Text text) {
            writeText(json, text.text());
        } else if (content instanceof Content.Image image) {
            writeMedia(json, "image", image.data(), image.mimeType());
        } else if (content instanceof Content.Audio audio) {
            if (version.knowsAnnotations()) {
                writeMedia(json, "audio", audio.data(), audio.mimeType());
            } else {
                writeText(json, "[audio of type " + audio.mimeType() + ", " + audio.data().length + " bytes]");
            }
        } else if (content instanceof Content.TextResource resource) {
            startResource(json, resource.uri(), resource.mimeType());
            json.writeStringField("text", Messages.wellFormed(resource.text()));
            endResource(json);
        } else if (content instanceof Content.BlobResource resource) {
            startResource(json, resource.uri(), resource.mimeType());
            json.writeBinaryField("blob", resource.data());
            endResource(json);
        } else if (content instanceof Content.Link link) {
            if (version.knowsStructuredContent()) {
                writeLink(json, link);
            } else {
                writeText(json, "[link to " + link.name() + ": " + link.uri() + "]");
            }
        }
    }

    private static void writeText(JsonGenerator json, String text) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "text");
        json.writeStringField("text", Messages.wellFormed(text));
        json.writeEndObject();
    }

    private static void writeMedia(JsonGenerator json, String type, byte[] data, String mimeType) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", type);
        json.writeBinaryField("data", data);
        json.writeStringField("mimeType", mimeType);
        json.writeEndObject();
    }

    private static void startResource(JsonGenerator json, String uri, String mimeType) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "resource");
        json.writeObjectFieldStart("resource");
        json.writeStringField("uri", uri);
        writeUnlessEmpty(json, "mimeType", mimeType);
    }

    private static void endResource(JsonGenerator json) throws IOException {
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void writeLink(JsonGenerator json, Content.Link link) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "resource_link");
        json.writeStringField("uri", link.uri());
        json.writeStringField("name", link.name());
        writeUnlessEmpty(json, "description", link.description());
        writeUnlessEmpty(json, "mimeType", link.mimeType());
        json.writeEndObject();
    }

    private static void writeUnlessEmpty(JsonGenerator json, String name, String text) throws IOException {
        if (!text.isEmpty()) {
            json.writeStringField(name, text);
        }
    }
}
