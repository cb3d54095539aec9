package io.trunkline.node.mcp.wire;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.spi.Annotations;
import io.trunkline.node.spi.Icon;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The fields that tools, resources, templates and prompts have in common in their lists. */
public final class Entries {

    private Entries() {}

    /** An entry, written for each version. */
    public static Map<ProtocolVersion, byte[]> write(
            String what, ObjectMapper mapper, BiConsumer<ObjectNode, ProtocolVersion> entry) {
        Map<ProtocolVersion, byte[]> entries = new EnumMap<>(ProtocolVersion.class);
        for (ProtocolVersion version : ProtocolVersion.values()) {
            ObjectNode json = mapper.createObjectNode();
            entry.accept(json, version);
            try {
                entries.put(version, mapper.writeValueAsBytes(json));
            } catch (IOException e) {
                throw new UncheckedIOException(what + " cannot be written as JSON", e);
            }
        }
        return entries;
    }

    public static void title(ObjectNode entry, @Nullable String title, ProtocolVersion version) {
        if (title != null && version.knowsStructuredContent()) {
            entry.put("title", title);
        }
    }

    public static void text(ObjectNode entry, String name, @Nullable String text) {
        if (text != null) {
            entry.put(name, text);
        }
    }

    public static void icons(ObjectNode entry, List<Icon> icons, ProtocolVersion version) {
        if (icons.isEmpty() || !version.knowsIcons()) {
            return;
        }
        ArrayNode array = entry.putArray("icons");
        for (Icon icon : icons) {
            ObjectNode json = array.addObject();
            json.put("src", icon.src());
            if (!icon.mimeType().isEmpty()) {
                json.put("mimeType", icon.mimeType());
            }
            if (!icon.sizes().isEmpty()) {
                ArrayNode sizes = json.putArray("sizes");
                icon.sizes().forEach(sizes::add);
            }
            if (!icon.theme().isEmpty()) {
                json.put("theme", icon.theme());
            }
        }
    }

    public static void meta(ObjectNode entry, @Nullable ObjectNode meta, ProtocolVersion version) {
        if (meta != null && version.knowsStructuredContent()) {
            entry.set("_meta", meta);
        }
    }

    public static void annotations(ObjectNode entry, Annotations annotations, ProtocolVersion version) {
        ObjectNode json = annotations(annotations, version);
        if (!json.isEmpty()) {
            entry.set("annotations", json);
        }
    }

    /** The hints that the version knows; empty when there are none. */
    static ObjectNode annotations(Annotations annotations, ProtocolVersion version) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (!annotations.audience().isEmpty()) {
            ArrayNode audience = json.putArray("audience");
            annotations.audience().stream().sorted().forEach(role -> audience.add(role.text()));
        }
        if (annotations.priority() != null) {
            json.put("priority", annotations.priority());
        }
        if (annotations.lastModified() != null && version.knowsStructuredContent()) {
            json.put("lastModified", annotations.lastModified().toString());
        }
        return json;
    }
}
