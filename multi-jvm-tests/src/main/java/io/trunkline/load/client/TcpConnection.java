package io.trunkline.load.client;

import io.netty.buffer.ByteBuf;
import io.trunkline.load.measure.Errors;
import io.trunkline.load.plan.RequestLine;
import io.trunkline.load.wire.AnswerCheck;
import io.trunkline.load.wire.Lines;
import org.jspecify.annotations.Nullable;

/**
 * A connection that speaks newline-delimited JSON-RPC: writes numbered requests, reads lines, and matches each answer
 * with its request.
 */
final class TcpConnection extends Connection implements Lines.Sink {
    /** Longest answer: an echo of the longest request with room for its envelope. */
    private static final int LONGEST_ANSWER = RequestLine.MAX_LENGTH + 64 * 1024;

    private final Lines lines = new Lines(LONGEST_ANSWER);
    private @Nullable OpeningSteps opening;
    private long expired;
    private long readAt;

    TcpConnection(Owner owner, int number, int depth) {
        super(owner, number, depth);
    }

    @Override
    void begin(long now) {
        opening = new OpeningSteps(this, owner);
        opening.begin(now);
    }

    /** Counts the end of the opening steps. */
    void opened(long now) {
        opening = null;
        becomeOpen(now);
    }

    @Override
    void send(long since) {
        write(owner.codec().line(number, number(since)));
    }

    @Override
    void gaveUp(int requests) {
        expired += requests;
        owner.unanswered(this, requests, Errors.REQUEST_TIMEOUT);
    }

    @Override
    void read(ByteBuf bytes, long now) {
        readAt = now;
        if (!lines.read(bytes, owner.codec().shared, this)) {
            end(Errors.ANSWER_TOO_LONG);
        }
    }

    @Override
    public void line(byte[] bytes, int from, int to) {
        if (hasEnded()) {
            return;
        }
        OpeningSteps steps = opening;
        AnswerCheck check = steps == null ? owner.codec().check : steps.check();
        AnswerCheck.Verdict verdict = check.check(bytes, from, to);
        if (verdict == AnswerCheck.Verdict.NOTICE) {
            owner.recorder().notices++;
            return;
        }
        String error = check.error();
        long id = check.id();
        if (id < 0 || (int) (id >>> 32) != number) {
            owner.recorder().errors.count(id < 0 && error != null ? error : Errors.ANSWER_FOREIGN);
            return;
        }
        long since = pending.answer((int) id);
        if (since == Pending.NONE) {
            owner.recorder().errors.count(unexpected((int) id));
        } else if (steps != null) {
            steps.answered(error, bytes, from, to, readAt);
        } else {
            owner.answered(this, since, readAt, error);
        }
    }

    private String unexpected(int sequence) {
        if (!pending.wasAdded(sequence)) {
            return Errors.ANSWER_UNKNOWN;
        }
        if (expired > 0) {
            expired--;
            return Errors.ANSWER_LATE;
        }
        return Errors.ANSWER_DUPLICATE;
    }
}
