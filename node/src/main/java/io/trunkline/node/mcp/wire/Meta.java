package io.trunkline.node.mcp.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.spi.LogLevel;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What comes with a request beside its arguments: its {@code _meta}, and what the client was asked for it before.
 *
 * @param progressToken as it was written, because it has to be sent back so; null when no progress is wanted
 * @param fields the other fields; null for none
 * @param answers null for none
 */
@SuppressWarnings("ArrayRecordComponent") // Lives for one call, never compared.
public record Meta(
        byte @Nullable [] progressToken,
        @Nullable ObjectNode fields,
        @Nullable Answers answers) {

    public static final Meta NONE = new Meta(null, null, null);

    private static final int MAX_TOKEN = 512;

    /** The parameter with the answers of the client. */
    public static final String RESPONSES = "inputResponses";

    /** The parameter with what the client was given with the questions. */
    static final String STATE = "requestState";

    private static final String CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
    private static final String CLIENT_INFO = "io.modelcontextprotocol/clientInfo";
    private static final String LOG_LEVEL = "io.modelcontextprotocol/logLevel";

    Meta with(@Nullable Answers given) {
        return given == null ? this : new Meta(progressToken, fields, given);
    }

    /** Who the client says it is, in a request without a session. */
    public ClientInfo client() {
        return fields == null ? ClientInfo.UNKNOWN : ClientInfo.of(fields.path(CLIENT_INFO));
    }

    /** What the client declares that it can do, in a request without a session. */
    public JsonNode capabilities() {
        return fields == null ? JsonNodeFactory.instance.objectNode() : fields.path(CAPABILITIES);
    }

    /** The least severe log message that the client wants, in a request without a session; null for none at all. */
    @Nullable
    public LogLevel logLevel() {
        return fields == null ? null : LogLevel.of(fields.path(LOG_LEVEL).asText(""));
    }

    /** The {@code _meta} among the parameters of a request. */
    public static Meta of(Envelope request, ObjectMapper mapper) throws RpcFault {
        if (!request.hasParams()) {
            return NONE;
        }
        byte[] source = request.message();
        int start = request.paramsStart();
        try (JsonParser parser = mapper.getFactory().createParser(source, start, request.paramsEnd() - start)) {
            Meta meta = NONE;
            JsonNode responses = null;
            JsonNode state = null;
            parser.nextToken();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                switch (name) {
                    case "_meta" -> meta = read(parser, source, start, mapper);
                    case RESPONSES -> responses = mapper.readTree(parser);
                    case STATE -> state = mapper.readTree(parser);
                    default -> parser.skipChildren();
                }
            }
            return meta.with(Answers.of(responses, state, mapper));
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
        return token == null && fields == null ? NONE : new Meta(token, fields, null);
    }

    private static void require(boolean condition, String problem) throws RpcFault {
        if (!condition) {
            throw RpcFault.invalidParams(problem);
        }
    }
}
