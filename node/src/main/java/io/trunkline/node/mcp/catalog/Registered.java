package io.trunkline.node.mcp.catalog;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.wire.Entries;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * A tool, resource, template or prompt as the server needs it, with its entry in the list of its kind.
 *
 * @param <I> the kind
 */
public abstract class Registered<I> {

    private final I item;
    private final String key;
    private final Map<ProtocolVersion, byte[]> entries;

    /**
     * Writes the entry for each version.
     *
     * @param kind as errors name it
     * @param key the name or the URI, by which the list is sorted
     * @param entry fills an entry with the fields that a version knows
     */
    Registered(String kind, I item, String key, ObjectMapper mapper, BiConsumer<ObjectNode, ProtocolVersion> entry) {
        this.item = item;
        this.key = key;
        this.entries = Entries.write(kind + " " + key, mapper, entry);
    }

    /** The definition that its provider gave. */
    public final I item() {
        return item;
    }

    public final String key() {
        return key;
    }

    /** What it is found by; unique in its list. */
    String lookup() {
        return key;
    }

    /** Its JSON in the list, with the fields that the version knows. Not to be changed. */
    final byte[] entry(ProtocolVersion version) {
        return entries.getOrDefault(version, new byte[0]);
    }
}
