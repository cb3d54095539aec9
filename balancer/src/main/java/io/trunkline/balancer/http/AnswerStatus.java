package io.trunkline.balancer.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.JsonLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The status of a response that holds a node's answer (MCP 2026-07-28, basic, transports, request metadata). */
public final class AnswerStatus {
    private static final JsonFactory JSON = EnvelopeReader.factory(JsonLimits.DEFAULT);
    private static final int BEFORE_ID = "{\"jsonrpc\":\"2.0\",\"id\":".length();
    private static final byte[] RESULT = ",\"result\":".getBytes(StandardCharsets.US_ASCII);

    private AnswerStatus() {}

    /**
     * The status for this answer, which is not changed.
     *
     * @param idLength bytes of the request's id
     */
    public static int of(ByteBuf answer, int idLength) {
        return isResult(answer, answer.readerIndex() + BEFORE_ID + idLength) ? 200 : of(errorCode(answer));
    }

    /** Whether an answer, which is not changed, is a result. */
    public static boolean isResult(ByteBuf answer) {
        try (InputStream text = new ByteBufInputStream(answer.duplicate());
                JsonParser parser = JSON.createParser(text)) {
            return enter(parser, "result");
        } catch (IOException e) {
            return false;
        }
    }

    private static int of(int code) {
        return switch (code) {
            case ErrorCode.METHOD_NOT_FOUND -> 404;
            case ErrorCode.HEADER_MISMATCH, ErrorCode.MISSING_CAPABILITY, ErrorCode.UNSUPPORTED_VERSION -> 400;
            default -> 200;
        };
    }

    /** Whether the answer is written as nodes write results: nearly all are, and are looked at no further. */
    private static boolean isResult(ByteBuf answer, int at) {
        if (answer.writerIndex() - at < RESULT.length) {
            return false;
        }
        for (int i = 0; i < RESULT.length; i++) {
            if (answer.getByte(at + i) != RESULT[i]) {
                return false;
            }
        }
        return true;
    }

    /** The code of an answer that is an error; 0 when it is none. */
    private static int errorCode(ByteBuf answer) {
        try (InputStream text = new ByteBufInputStream(answer.duplicate());
                JsonParser parser = JSON.createParser(text)) {
            return enter(parser, "error") && enter(parser, "code") ? parser.getIntValue() : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    /** Goes on to the value of this member of the object that is next; false when there is none. */
    private static boolean enter(JsonParser parser, String member) throws IOException {
        if (parser.currentToken() == null) {
            parser.nextToken();
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean found = member.equals(parser.currentName());
            parser.nextToken();
            if (found) {
                return true;
            }
            parser.skipChildren();
        }
        return false;
    }
}
