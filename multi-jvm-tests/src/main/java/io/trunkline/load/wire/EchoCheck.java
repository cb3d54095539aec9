package io.trunkline.load.wire;

import io.trunkline.load.measure.Errors;
import io.trunkline.load.plan.RequestLine;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Expects every request back as it was sent. */
final class EchoCheck implements AnswerCheck {
    private final byte[] sent;
    private final int length;
    private final int idFrom;
    private final int idTo;
    private long id = -1;
    private @Nullable String error;

    EchoCheck(RequestLine request) {
        sent = request.template();
        length = request.length() - 1;
        idFrom = request.idOffset();
        idTo = idFrom + RequestLine.ID_LENGTH;
    }

    @Override
    public Verdict check(byte[] line, int from, int to) {
        id = to - from == length ? RequestLine.readId(line, from + idFrom, from + idTo) : -1;
        boolean same = id >= 0
                && Arrays.equals(line, from, from + idFrom, sent, 0, idFrom)
                && Arrays.equals(line, from + idTo, to, sent, idTo, length);
        error = same ? null : Errors.ANSWER_DIFFERENT;
        return same ? Verdict.GOOD : Verdict.FAILED;
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
