package io.trunkline.node.mcp.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.spi.Content;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes pieces of content in the form that a protocol version knows; what it does not know becomes a text. */
public final class ContentWriter {

    private ContentWriter() {}

    /** Writes one piece as an object. */
    public static void write(JsonGenerator json, Content content, ProtocolVersion version) throws IOException {
        Content.Annotated hints = content instanceof Content.Annotated annotated ? annotated : null;
        Content piece = hints == null ? content : hints.content();
        json.writeStartObject();
        if (piece instanceof Content.Text text) {
            writeText(json, text.text());
        } else if (piece instanceof Content.Image image) {
            writeMedia(json, "image", image.data(), image.mimeType());
        } else if (piece instanceof Content.Audio audio) {
            if (version.knowsAnnotations()) {
                writeMedia(json, "audio", audio.data(), audio.mimeType());
            } else {
                writeText(json, "[audio of type " + audio.mimeType() + ", " + audio.data().length + " bytes]");
            }
        } else if (piece instanceof Content.ResourceContents resource) {
            json.writeStringField("type", "resource");
            json.writeFieldName("resource");
            writeResource(json, resource, version);
        } else if (piece instanceof Content.Link link) {
            if (version.knowsStructuredContent()) {
                writeLink(json, link);
            } else {
                writeText(json, "[link to " + link.name() + ": " + link.uri() + "]");
            }
        }
        if (hints != null) {
            writeHints(json, hints, version);
        }
        json.writeEndObject();
    }

    /** Writes a text as a piece. */
    static void writeTextPiece(JsonGenerator json, String text) throws IOException {
        json.writeStartObject();
        writeText(json, text);
        json.writeEndObject();
    }

    /** Writes what can be read at a URI, as {@code resources/read} answers it. */
    public static void writeResource(JsonGenerator json, Content.ResourceContents resource, ProtocolVersion version)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("uri", resource.uri());
        writeUnlessEmpty(json, "mimeType", resource.mimeType());
        if (resource instanceof Content.TextResource text) {
            json.writeStringField("text", Messages.wellFormed(text.text()));
        } else if (resource instanceof Content.BlobResource blob) {
            json.writeBinaryField("blob", blob.data());
        }
        if (version.knowsStructuredContent()) {
            writeMeta(json, resource.meta());
        }
        json.writeEndObject();
    }

    /** Writes the field {@code _meta} of a result, which every version knows. */
    static void writeMeta(JsonGenerator json, @Nullable ObjectNode meta) throws IOException {
        if (meta != null) {
            json.writeFieldName("_meta");
            json.writeTree(meta);
        }
    }

    private static void writeText(JsonGenerator json, String text) throws IOException {
        json.writeStringField("type", "text");
        json.writeStringField("text", Messages.wellFormed(text));
    }

    private static void writeMedia(JsonGenerator json, String type, byte[] data, String mimeType) throws IOException {
        json.writeStringField("type", type);
        json.writeBinaryField("data", data);
        json.writeStringField("mimeType", mimeType);
    }

    private static void writeLink(JsonGenerator json, Content.Link link) throws IOException {
        json.writeStringField("type", "resource_link");
        json.writeStringField("uri", link.uri());
        json.writeStringField("name", link.name());
        if (link.title() != null) {
            json.writeStringField("title", Messages.wellFormed(link.title()));
        }
        writeUnlessEmpty(json, "description", link.description());
        writeUnlessEmpty(json, "mimeType", link.mimeType());
        if (link.size() >= 0) {
            json.writeNumberField("size", link.size());
        }
    }

    private static void writeHints(JsonGenerator json, Content.Annotated hints, ProtocolVersion version)
            throws IOException {
        ObjectNode annotations = Entries.annotations(hints.annotations(), version);
        if (!annotations.isEmpty()) {
            json.writeFieldName("annotations");
            json.writeTree(annotations);
        }
        if (version.knowsStructuredContent()) {
            writeMeta(json, hints.meta());
        }
    }

    private static void writeUnlessEmpty(JsonGenerator json, String name, String text) throws IOException {
        if (!text.isEmpty()) {
            json.writeStringField(name, text);
        }
    }
}
