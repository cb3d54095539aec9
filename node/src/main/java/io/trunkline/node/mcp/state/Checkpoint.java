package io.trunkline.node.mcp.state;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.wire.ClientInfo;
import io.trunkline.node.mcp.wire.EdgeNotes;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.spi.LogLevel;
import io.trunkline.node.spi.ToolException;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The bytes from which another node continues a session: one JSON object with a version number of its own.
 *
 * <p>Its parts are bounded where they come from, so that the whole always stays below {@link #MAX_BYTES}: three texts
 * of the client with 256 bytes each, its capabilities with 2 KiB, its owner with 600 bytes, the tools' values with 4
 * KiB. Its subscriptions have what the others leave, at least 400 bytes.
 *
 * <pre>
 * {"v":1,"protocol":"2025-11-25","ready":true,"level":"info",
 *  "client":{"name":"..","title":"..","version":".."},"capabilities":{},"subscriptions":[".."],
 *  "owner":{"id":"..","issuer":"..","name":".."},"values":{}}
 * </pre>
 */
public final class Checkpoint {

    /** More than this is never written and never read. */
    public static final int MAX_BYTES = 8192;

    private static final int VERSION = 1;
    private static final int MAX_CAPABILITIES = 2048;
    private static final List<String> KNOWN_CAPABILITIES = List.of("roots", "sampling", "elicitation", "tasks");
    private static final List<String> KNOWN_DETAILS = List.of("form", "url", "tools", "context");

    private final ObjectMapper mapper;

    public Checkpoint(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    byte[] write(SessionState state, SessionValues values) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = mapper.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeNumberField("v", VERSION);
            if (state.version() != null) {
                json.writeStringField("protocol", state.version().text());
            }
            json.writeBooleanField("ready", state.ready());
            if (state.logLevel() != null) {
                json.writeStringField("level", state.logLevel().text());
            }
            json.writeObjectFieldStart("client");
            json.writeStringField("name", state.client().name());
            json.writeStringField("title", state.client().title());
            json.writeStringField("version", state.client().version());
            json.writeEndObject();
            json.writeFieldName("capabilities");
            json.writeTree(mapper.readTree(state.capabilities()));
            if (!state.subscriptions().isEmpty()) {
                json.writeArrayFieldStart("subscriptions");
                for (String uri : state.subscriptions()) {
                    json.writeString(uri);
                }
                json.writeEndArray();
            }
            if (!state.owner().isNobody()) {
                json.writeObjectFieldStart("owner");
                json.writeStringField("id", state.owner().id());
                json.writeStringField("issuer", state.owner().issuer());
                json.writeStringField("name", state.owner().name());
                json.writeEndObject();
            }
            json.writeFieldName("values");
            values.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a checkpoint of parts that were checked before", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Refuses a state whose checkpoint could exceed the bound, even when the tools add all the values that they may.
     */
    void requireRoom(SessionState next, SessionValues values) throws RpcFault {
        int size = write(next, values).length + SessionValues.MAX_BYTES - values.bytes();
        if (size > MAX_BYTES) {
            throw new RpcFault(
                    ErrorCode.OVERLOADED,
                    "The session has too many subscriptions, " + (size - MAX_BYTES)
                            + " bytes more than it can keep: unsubscribe from others first");
        }
    }

    /**
     * Reads the state and fills the values.
     *
     * @throws CheckpointException when it cannot be continued from
     */
    SessionState read(byte[] checkpoint, SessionValues values) {
        if (checkpoint.length > MAX_BYTES) {
            throw new CheckpointException(
                    "checkpoint: " + checkpoint.length + " bytes (expected: at most " + MAX_BYTES + ")");
        }
        try {
            JsonNode json = mapper.readerFor(JsonNode.class)
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readTree(checkpoint);
            int version = json.path("v").isInt() ? json.path("v").intValue() : 0;
            if (version != VERSION) {
                throw new CheckpointException("checkpoint: version " + version + " (expected: " + VERSION + ")");
            }
            values.restore(json.path("values"));
            return new SessionState(
                    protocol(json.path("protocol")),
                    json.path("ready").asBoolean(false),
                    ClientInfo.of(json.path("client")),
                    capabilities(json.path("capabilities")),
                    level(json.path("level")),
                    subscriptions(json.path("subscriptions")),
                    EdgeNotes.principal(json.path("owner")));
        } catch (IOException | ToolException e) {
            throw new CheckpointException("checkpoint: " + checkpoint.length + " bytes that do not make one", e);
        }
    }

    /** A client's capabilities as JSON, without details when these would exceed their bound. */
    public byte[] capabilities(JsonNode given) {
        try {
            byte[] all = mapper.writeValueAsBytes(given.isObject() ? given : mapper.createObjectNode());
            if (all.length <= MAX_CAPABILITIES) {
                return all;
            }
        } catch (IOException e) {
            // Text that is not Unicode is of no use: continue with the names alone.
        }
        ObjectNode names = mapper.createObjectNode();
        for (String name : KNOWN_CAPABILITIES) {
            if (given.hasNonNull(name)) {
                ObjectNode kept = names.putObject(name);
                KNOWN_DETAILS.stream().filter(given.path(name)::hasNonNull).forEach(kept::putObject);
            }
        }
        try {
            return mapper.writeValueAsBytes(names);
        } catch (IOException e) {
            throw new UncheckedIOException("constant names", e);
        }
    }

    private static @Nullable ProtocolVersion protocol(JsonNode json) {
        if (json.isMissingNode()) {
            return null;
        }
        ProtocolVersion version = ProtocolVersion.of(json.asText());
        if (version == null || version.stateless()) {
            throw new CheckpointException("checkpoint: protocol version " + json + " (expected: one up to "
                    + ProtocolVersion.NEWEST_WITH_SESSION.text() + ")");
        }
        return version;
    }

    private static @Nullable LogLevel level(JsonNode json) {
        return json.isTextual() ? LogLevel.of(json.textValue()) : null;
    }

    private static SortedSet<String> subscriptions(JsonNode json) {
        TreeSet<String> uris = new TreeSet<>();
        for (JsonNode uri : json) {
            uris.add(uri.asText());
        }
        return Collections.unmodifiableSortedSet(uris);
    }
}
