package io.trunkline.node.mcp.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Arrays;

/** Writes notifications and requests of the server. */
public final class ServerMessages {

    private ServerMessages() {}

    /** Writes the fields of {@code params}. */
    @FunctionalInterface
    public interface Params {
        void write(JsonGenerator json) throws IOException;
    }

    /**
     * The bytes of a notification.
     *
     * @throws BoundedBytes.TooManyException when they are more than {@code maxBytes}
     * @throws IOException when a parameter is not JSON
     */
    public static byte[] notification(ObjectMapper mapper, String method, int maxBytes, Params params)
            throws IOException {
        return write(mapper, "", method, maxBytes, params);
    }

    /** The bytes of a request with this id; fails like {@link #notification}. */
    public static byte[] request(ObjectMapper mapper, String id, String method, int maxBytes, Params params)
            throws IOException {
        return write(mapper, id, method, maxBytes, params);
    }

    /** The bytes of a question in a result, which is a request without an id; fails like {@link #notification}. */
    public static byte[] question(ObjectMapper mapper, String method, int maxBytes, Params params) throws IOException {
        BoundedBytes bytes = new BoundedBytes(maxBytes);
        try (JsonGenerator json = mapper.createGenerator(bytes)) {
            json.writeStartObject();
            writeCall(json, method, params);
            json.writeEndObject();
        }
        return Arrays.copyOf(bytes.array(), bytes.size());
    }

    private static void writeCall(JsonGenerator json, String method, Params params) throws IOException {
        json.writeStringField("method", method);
        json.writeObjectFieldStart("params");
        params.write(json);
        json.writeEndObject();
    }

    private static byte[] write(ObjectMapper mapper, String id, String method, int maxBytes, Params params)
            throws IOException {
        BoundedBytes bytes = new BoundedBytes(maxBytes);
        try (JsonGenerator json = mapper.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("jsonrpc", "2.0");
            if (!id.isEmpty()) {
                json.writeStringField("id", id);
            }
            writeCall(json, method, params);
            json.writeEndObject();
        }
        return Arrays.copyOf(bytes.array(), bytes.size());
    }
}
