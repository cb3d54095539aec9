package io.trunkline.node.mcp.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trunkline.node.spi.SessionInfo;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.spi.ToolSession;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The values that tools keep in one session, bounded so that they fit into its checkpoint. Thread-safe. */
public final class SessionValues implements ToolSession {

    /** Bytes of all keys and values together as JSON; the checkpoint's own bound leaves room for them. */
    public static final int MAX_BYTES = 4096;

    private final Supplier<SessionInfo> info;
    private final ObjectMapper mapper;
    private final Runnable changed;
    private final Consumer<String> elicitationCompleted;
    private @Nullable Map<String, Entry> entries;
    private int bytes;

    private record Entry(JsonNode value, int bytes) {}

    /**
     * @param info where the session is
     * @param changed called after each change, on the thread that made it
     * @param elicitationCompleted called with the id of an elicitation, on any thread
     */
    public SessionValues(
            Supplier<SessionInfo> info, ObjectMapper mapper, Runnable changed, Consumer<String> elicitationCompleted) {
        this.info = info;
        this.mapper = mapper;
        this.changed = changed;
        this.elicitationCompleted = elicitationCompleted;
    }

    @Override
    public SessionInfo info() {
        return info.get();
    }

    @Override
    public synchronized @Nullable JsonNode get(String key) {
        Entry entry = entries == null ? null : entries.get(key);
        return entry == null ? null : entry.value();
    }

    @Override
    public void put(String key, JsonNode value) throws ToolException {
        Entry entry = new Entry(value.deepCopy(), size(key, value));
        synchronized (this) {
            Map<String, Entry> all = entries == null ? new TreeMap<>() : entries;
            Entry before = all.get(key);
            int after = bytes + entry.bytes() - (before == null ? 0 : before.bytes());
            if (after > MAX_BYTES) {
                throw new ToolException("The session cannot keep " + key.substring(0, Math.min(key.length(), 64))
                        + ": its values would take " + after + " bytes of " + MAX_BYTES);
            }
            all.put(key, entry);
            entries = all;
            bytes = after;
        }
        changed.run();
    }

    @Override
    public void remove(String key) {
        synchronized (this) {
            Entry entry = entries == null ? null : entries.remove(key);
            if (entry == null) {
                return;
            }
            bytes -= entry.bytes();
        }
        changed.run();
    }

    @Override
    public void elicitationCompleted(String elicitationId) {
        elicitationCompleted.accept(elicitationId);
    }

    /** Takes over the values of a checkpoint without telling of a change. */
    synchronized void restore(JsonNode object) throws ToolException {
        Map<String, Entry> all = new TreeMap<>();
        int sum = 0;
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            Entry entry = new Entry(field.getValue(), size(field.getKey(), field.getValue()));
            all.put(field.getKey(), entry);
            sum += entry.bytes();
        }
        if (sum > MAX_BYTES) {
            throw new ToolException("values of " + sum + " bytes (expected: at most " + MAX_BYTES + ")");
        }
        entries = all.isEmpty() ? null : all;
        bytes = sum;
    }

    /** Takes over values of an earlier round, which were bounded then. */
    public void restoreKept(JsonNode object) {
        try {
            restore(object);
        } catch (ToolException e) {
            throw new IllegalStateException("values that were kept before", e);
        }
    }

    /** All values as one object. */
    public synchronized JsonNode tree() {
        var all = mapper.createObjectNode();
        if (entries != null) {
            entries.forEach((key, entry) -> all.set(key, entry.value()));
        }
        return all;
    }

    /** What they take of {@link #MAX_BYTES}. */
    synchronized int bytes() {
        return bytes;
    }

    /** Writes all values as one object. */
    synchronized void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        if (entries != null) {
            for (Map.Entry<String, Entry> entry : entries.entrySet()) {
                json.writeFieldName(entry.getKey());
                mapper.writeTree(json, entry.getValue().value());
            }
        }
        json.writeEndObject();
    }

    /** Bytes of {@code "key":value,} as the checkpoint will have them. */
    private int size(String key, JsonNode value) throws ToolException {
        try {
            String name = mapper.writeValueAsString(key);
            return name.getBytes(UTF_8).length + mapper.writeValueAsBytes(value).length + 2;
        } catch (JsonProcessingException e) {
            throw new ToolException("The session cannot keep a value that is not JSON", e);
        }
    }
}
