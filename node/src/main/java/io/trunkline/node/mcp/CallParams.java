package io.trunkline.node.mcp;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of {@code tools/call}, read in one pass.
 *
 * @param tool the name that was asked for
 * @param arguments an empty object when there are none
 * @param progressToken as it was written, because it has to be sent back so; null when no progress is wanted
 * @param heapBytes about what the arguments take as a tree
 */
@SuppressWarnings("ArrayRecordComponent") // Lives for one call, never compared.
record CallParams(String tool, ObjectNode arguments, byte @Nullable [] progressToken, long heapBytes) {

    private static final int MAX_TOKEN = 512;

    /** Measured: 250,000 empty arrays took 65 bytes for each of their 500,000 brackets. */
    private static final int HEAP_BYTES_PER_TOKEN = 64;

    static CallParams read(Envelope request, ObjectMapper mapper) throws RpcFault {
        if (!request.hasParams()) {
            throw RpcFault.invalidParams("\"params\" is missing (expected: an object with \"name\")");
        }
        byte[] source = request.message();
        int start = request.paramsStart();
        try (JsonParser parser = mapper.getFactory().createParser(source, start, request.paramsEnd() - start)) {
            return read(parser, source, request, mapper);
        } catch (IOException e) {
            throw RpcFault.invalidParams("\"params\" cannot be read");
        }
    }

    private static CallParams read(JsonParser parser, byte[] source, Envelope request, ObjectMapper mapper)
            throws IOException, RpcFault {
        int start = request.paramsStart();
        String tool = null;
        ObjectNode arguments = null;
        byte[] token = null;
        parser.nextToken();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "name" -> {
                    require(value == JsonToken.VALUE_STRING, "\"name\" is not a string");
                    tool = parser.getText();
                }
                case "arguments" -> {
                    if (value != JsonToken.VALUE_NULL) {
                        require(value == JsonToken.START_OBJECT, "\"arguments\" is not an object");
                        arguments = mapper.readTree(parser);
                    }
                }
                case "_meta" -> {
                    if (value != JsonToken.VALUE_NULL) {
                        require(value == JsonToken.START_OBJECT, "\"_meta\" is not an object");
                        token = progressToken(parser, source, start);
                    }
                }
                default -> parser.skipChildren();
            }
        }
        if (tool == null) {
            throw RpcFault.invalidParams("\"name\" is missing (expected: the name of a tool)");
        }
        long heap = request.paramsEnd() - start + HEAP_BYTES_PER_TOKEN * parser.currentTokenCount();
        return new CallParams(tool, arguments == null ? mapper.createObjectNode() : arguments, token, heap);
    }

    private static byte @Nullable [] progressToken(JsonParser parser, byte[] source, int start)
            throws IOException, RpcFault {
        byte[] token = null;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            if (!name.equals("progressToken") || value == JsonToken.VALUE_NULL) {
                parser.skipChildren();
                continue;
            }
            require(value == JsonToken.VALUE_STRING || value.isNumeric(), "\"progressToken\" is no string or number");
            token = EnvelopeReader.copyValue(parser, source, start);
            require(token.length <= MAX_TOKEN, "\"progressToken\" is longer than " + MAX_TOKEN + " bytes");
        }
        return token;
    }

    private static void require(boolean condition, String problem) throws RpcFault {
        if (!condition) {
            throw RpcFault.invalidParams(problem);
        }
    }
}
