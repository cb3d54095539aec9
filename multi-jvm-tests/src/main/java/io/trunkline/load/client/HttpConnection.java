package io.trunkline.load.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.trunkline.load.measure.Errors;
import io.trunkline.load.plan.RequestLine;
import io.trunkline.load.wire.AnswerCheck;
import io.trunkline.load.wire.HttpAnswers;
import org.jspecify.annotations.Nullable;

/**
 * A connection that speaks Streamable HTTP for one session, or without any: one request at a time, each answered with
 * its status and its body, in order.
 */
final class HttpConnection extends Connection implements HttpAnswers.Sink {
    /** Longest answer: an echo of the longest request with room for its envelope. */
    private static final int LONGEST_ANSWER = RequestLine.MAX_LENGTH + 64 * 1024;

    private static final byte[] NONE = {};
    private static final int OK = 200;

    private final HttpAnswers answers = new HttpAnswers(LONGEST_ANSWER);
    private @Nullable HttpOpening opening;
    private byte[] session = NONE;
    private int asked;
    private long readAt;

    HttpConnection(Owner owner, int number) {
        super(owner, number, 1);
    }

    @Override
    void begin(long now) {
        opening = new HttpOpening(this, owner);
        opening.begin(now);
    }

    /** Counts the end of the opening. */
    void opened(long now) {
        opening = null;
        becomeOpen(now);
    }

    /** Sends something of the opening, for which the next answer is. */
    void ask(byte[] request, int sequence) {
        asked = sequence;
        write(Unpooled.wrappedBuffer(request));
    }

    @Override
    void send(long since) {
        asked = number(since);
        write(owner.codec().post(session, number, asked));
    }

    /** Answers come in order, so nothing after a request that nobody waits for can be told from its answer. */
    @Override
    void gaveUp(int requests) {
        owner.unanswered(this, requests, Errors.REQUEST_TIMEOUT);
        end(null);
    }

    @Override
    void read(ByteBuf bytes, long now) {
        readAt = now;
        String problem = answers.read(bytes, owner.codec().shared, this);
        if (problem != null) {
            end(problem);
        }
    }

    @Override
    public void answer(int status, byte[] bytes, int from, int to) {
        if (hasEnded()) {
            return;
        }
        long since = pending.answer(asked);
        if (since == Pending.NONE) {
            end(Errors.ANSWER_UNKNOWN);
        } else if (opening != null) {
            opening.answered(status, bytes, from, to, readAt);
        } else {
            owner.answered(this, since, readAt, errorOf(status, owner.codec().check, bytes, from, to));
        }
    }

    @Override
    public void stream(boolean chunked) {
        if (opening != null && opening.listens()) {
            opening.streams(chunked, readAt);
        } else {
            end(Errors.ANSWER_EVENT_STREAM);
        }
    }

    /** What comes when the connection is open is not looked at. */
    @Override
    public void streamed(byte[] bytes, int from, int to) {
        if (opening != null && !hasEnded()) {
            opening.streamed(bytes, from, to, readAt);
        }
    }

    /** The event stream that was asked for is there. */
    void listening(long now) {
        pending.answer(asked);
        opened(now);
    }

    /** What is wrong with an answer to the request that was sent last; null for nothing. */
    @Nullable
    String errorOf(int status, AnswerCheck check, byte[] bytes, int from, int to) {
        if (status != OK) {
            return Errors.http(status);
        }
        if (from == to) {
            return Errors.ANSWER_NO_BODY;
        }
        return switch (check.check(bytes, from, to)) {
            case NOTICE -> Errors.ANSWER_MALFORMED;
            case FAILED -> check.error();
            case GOOD -> check.id() == ((long) number << 32 | asked) ? null : Errors.ANSWER_FOREIGN;
        };
    }

    /** The id of the request that was sent last. */
    String askedId() {
        return RequestLine.id(number, asked);
    }

    /** Keeps the session that the answer of {@code initialize} names; false when it names none. */
    boolean keepSession() {
        session = answers.session();
        return session.length > 0;
    }

    byte[] session() {
        return session;
    }
}
