package io.trunkline.node.mcp.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

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

    /** Writes the field of a result that has {@linkplain #question questions}, by their keys. */
    public static void writeQuestions(JsonGenerator json, Map<String, byte[]> questions) throws IOException {
        json.writeObjectFieldStart("inputRequests");
        for (Map.Entry<String, byte[]> question : questions.entrySet()) {
            json.writeFieldName(question.getKey());
            json.writeRawValue(new String(question.getValue(), UTF_8));
        }
        json.writeEndObject();
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
