package io.trunkline.load.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trunkline.load.measure.Errors;
import io.trunkline.load.plan.RequestLine;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Expects a JSON-RPC response with the id of a request. */
final class ResponseCheck implements AnswerCheck {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final AnswerScanner scanner = new AnswerScanner();
    private long id = -1;
    private @Nullable String error;

    @Override
    public Verdict check(byte[] line, int from, int to) {
        AnswerScanner.Kind kind = scanner.scan(line, from, to);
        id = RequestLine.readId(line, scanner.idFrom(), scanner.idTo());
        error = null;
        return switch (kind) {
            case RESULT -> id >= 0 ? Verdict.GOOD : failed(Errors.ANSWER_UNKNOWN);
            case ERROR -> failed(nameOf(line, from, to));
            case CALL -> Verdict.NOTICE;
            case MALFORMED -> failed(Errors.ANSWER_MALFORMED);
        };
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
