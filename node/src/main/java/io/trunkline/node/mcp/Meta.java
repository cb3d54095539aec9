package io.trunkline.node.mcp;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The {@code _meta} of a request.
 *
 * @param progressToken as it was written, because it has to be sent back so; null when no progress is wanted
 * @param fields the other fields; null for none
 */
@SuppressWarnings("ArrayRecordComponent") // Lives for one call, never compared.
record Meta(byte @Nullable [] progressToken, @Nullable ObjectNode fields) {

    static final Meta NONE = new Meta(null, null);

    private static final int MAX_TOKEN = 512;

    /** The {@code _meta} among the parameters of a request, whatever else they are. */
    static Meta of(Envelope request, ObjectMapper mapper) throws RpcFault {
        if (!request.hasParams()) {
            return NONE;
        }
        byte[] source = request.message();
        int start = request.paramsStart();
        try (JsonParser parser = mapper.getFactory().createParser(source, start, request.paramsEnd() - start)) {
            parser.nextToken();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                if (name.equals("_meta")) {
                    return read(parser, source, start, mapper);
                }
                parser.skipChildren();
            }
            return NONE;
        } catch (IOException e) {
            throw RpcFault.invalidParams("\"params\" cannot be read");
        }
    }

    /** The value that the parser is at; leaves the parser at its last token. */
    static Meta read(JsonParser parser, byte[] source, int start, ObjectMapper mapper) throws IOException, RpcFault {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return NONE;
        }
        require(parser.currentToken() == JsonToken.START_OBJECT, "\"_meta\" is not an object");
        byte[] token = null;
        ObjectNode fields = null;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            if (!name.equals("progressToken")) {
                fields = fields == null ? JsonNodeFactory.instance.objectNode() : fields;
                fields.set(name, mapper.readTree(parser));
            } else if (value != JsonToken.VALUE_NULL) {
                require(
                        value == JsonToken.VALUE_STRING || value.isNumeric(),
                        "\"progressToken\" is no string or number");
                token = EnvelopeReader.copyValue(parser, source, start);
                require(token.length <= MAX_TOKEN, "\"progressToken\" is longer than " + MAX_TOKEN + " bytes");
            }
        }
        return token == null && fields == null ? NONE : new Meta(token, fields);
    }

    private static void require(boolean condition, String problem) throws RpcFault {
        if (!condition) {
            throw RpcFault.invalidParams(problem);
        }
    }
}
