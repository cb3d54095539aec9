package io.trunkline.node.mcp;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Arrays;

/** Writes notifications of the server. */
final class Notifications {

    private Notifications() {}

    /** Writes the fields of {@code params}. */
    @FunctionalInterface
    interface Params {
        void write(JsonGenerator json) throws IOException;
    }

    /**
     * The bytes of a notification.
     *
     * @throws BoundedBytes.TooManyException when they are more than {@code maxBytes}
     * @throws IOException when a parameter is not JSON
     */
    static byte[] write(ObjectMapper mapper, String method, int maxBytes, Params params) throws IOException {
        BoundedBytes bytes = new BoundedBytes(maxBytes);
        try (JsonGenerator json = mapper.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("jsonrpc", "2.0");
            json.writeStringField("method", method);
            json.writeObjectFieldStart("params");
            params.write(json);
            json.writeEndObject();
            json.writeEndObject();
        }
        return Arrays.copyOf(bytes.array(), bytes.size());
    }
}
