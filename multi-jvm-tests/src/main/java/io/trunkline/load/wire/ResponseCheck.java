package io.trunkline.load.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trunkline.load.measure.Errors;
import io.trunkline.load.plan.RequestLine;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Expects a JSON-RPC response with the id of a request. */
public final class ResponseCheck implements AnswerCheck {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final byte[] IS_ERROR = "\"isError\":true".getBytes(US_ASCII);

    private final boolean toolCalls;
    private final AnswerScanner scanner = new AnswerScanner();
    private long id = -1;
    private @Nullable String error;

    /** @param toolCalls whether results are those of tools, which may say that they failed */
    public ResponseCheck(boolean toolCalls) {
        this.toolCalls = toolCalls;
    }

    @Override
    public Verdict check(byte[] line, int from, int to) {
        AnswerScanner.Kind kind = scanner.scan(line, from, to);
        id = RequestLine.readId(line, scanner.idFrom(), scanner.idTo());
        error = null;
        return switch (kind) {
            case RESULT -> result(line, from, to);
            case ERROR -> failed(nameOf(line, from, to));
            case CALL -> Verdict.NOTICE;
            case MALFORMED -> failed(Errors.ANSWER_MALFORMED);
        };
    }

    private Verdict result(byte[] line, int from, int to) {
        if (id < 0) {
            return failed(Errors.ANSWER_UNKNOWN);
        }
        return toolCalls && saysThatTheToolFailed(line, from, to) ? failed(Errors.TOOL_FAILED) : Verdict.GOOD;
    }

    /** Looks for the member as servers write it, without spaces; the texts that are sent contain no such thing. */
    private static boolean saysThatTheToolFailed(byte[] line, int from, int to) {
        for (int i = from; i <= to - IS_ERROR.length; i++) {
            if (line[i] == '"' && Arrays.equals(line, i, i + IS_ERROR.length, IS_ERROR, 0, IS_ERROR.length)) {
                return true;
            }
        }
        return false;
    }

    private Verdict failed(String kind) {
        error = kind;
        return Verdict.FAILED;
    }

    private static String nameOf(byte[] line, int from, int to) {
        try {
            JsonNode error = JSON.readTree(line, from, to - from).path("error");
            return Errors.rpc(error.path("code").asInt(), error.path("message").asText());
        } catch (IOException e) {
            return Errors.ANSWER_MALFORMED;
        }
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public @Nullable String error() {
        return error;
    }
}
