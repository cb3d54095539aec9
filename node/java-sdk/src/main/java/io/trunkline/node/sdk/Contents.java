package io.trunkline.node.sdk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelcontextprotocol.spec.McpSchema;
import io.trunkline.node.spi.Annotations;
import io.trunkline.node.spi.Content;
import io.trunkline.node.spi.Icon;
import io.trunkline.node.spi.Role;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Pieces of content, and what they have in common with descriptions. */
final class Contents {

    private Contents() {}

    static List<Content> of(@Nullable List<McpSchema.Content> contents) {
        return contents == null
                ? List.of()
                : contents.stream().map(Contents::of).toList();
    }

    static Content of(McpSchema.Content content) {
        Annotations hints =
                content instanceof McpSchema.Annotated annotated ? of(annotated.annotations()) : Annotations.NONE;
        ObjectNode meta = Json.meta(content.meta());
        Content plain = plain(content);
        return hints.equals(Annotations.NONE) && meta == null ? plain : new Content.Annotated(plain, hints, meta);
    }

    private static Content plain(McpSchema.Content content) {
        if (content instanceof McpSchema.TextContent text) {
            return new Content.Text(text.text());
        }
        if (content instanceof McpSchema.ImageContent image) {
            return new Content.Image(bytes(image.data()), image.mimeType());
        }
        if (content instanceof McpSchema.AudioContent audio) {
            return new Content.Audio(bytes(audio.data()), audio.mimeType());
        }
        if (content instanceof McpSchema.EmbeddedResource embedded) {
            return of(embedded.resource());
        }
        if (content instanceof McpSchema.ResourceLink link) {
            return new Content.Link(
                    link.uri(),
                    link.name(),
                    link.title(),
                    orEmpty(link.description()),
                    orEmpty(link.mimeType()),
                    link.size() == null ? -1 : link.size());
        }
        throw new IllegalArgumentException("content: " + content.getClass().getName()
                + " (expected: text, image, audio, resource or resource link)");
    }

    static Content.ResourceContents of(McpSchema.ResourceContents contents) {
        String type = orEmpty(contents.mimeType());
        ObjectNode meta = Json.meta(contents.meta());
        if (contents instanceof McpSchema.TextResourceContents text) {
            return new Content.TextResource(text.uri(), type, text.text(), meta);
        }
        if (contents instanceof McpSchema.BlobResourceContents blob) {
            return new Content.BlobResource(blob.uri(), type, bytes(blob.blob()), meta);
        }
        throw new IllegalArgumentException(
                "resource contents: " + contents.getClass().getName() + " (expected: text or blob)");
    }

    static Annotations of(McpSchema.@Nullable Annotations annotations) {
        if (annotations == null) {
            return Annotations.NONE;
        }
        Set<Role> audience = annotations.audience() == null
                ? Set.of()
                : annotations.audience().stream().map(Contents::of).collect(Collectors.toSet());
        return new Annotations(audience, annotations.priority(), instant(annotations.lastModified()));
    }

    static Role of(McpSchema.Role role) {
        return role == McpSchema.Role.USER ? Role.USER : Role.ASSISTANT;
    }

    static List<Icon> icons(@Nullable List<McpSchema.Icon> icons) {
        return icons == null
                ? List.of()
                : icons.stream()
                        .map(icon -> new Icon(
                                icon.src(),
                                orEmpty(icon.mimeType()),
                                icon.sizes() == null ? List.of() : icon.sizes(),
                                orEmpty(icon.theme())))
                        .toList();
    }

    /** A time that MCP would not write is no hint. */
    private static @Nullable Instant instant(@Nullable String text) {
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** The SDK keeps bytes as Base64, as they are sent. */
    private static byte[] bytes(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
