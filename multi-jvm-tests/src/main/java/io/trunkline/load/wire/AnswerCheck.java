package io.trunkline.load.wire;

import org.jspecify.annotations.Nullable;

/** Decides what one line from the server is. Keeps what it found until the next line. Not thread safe. */
public interface AnswerCheck {
    /** What a line is to the connection that it came on. */
    enum Verdict {
        /** The answer to request {@link #id()}, as it should be. */
        GOOD,
        /** An error, for request {@link #id()} if that is not negative; {@link #error()} is its kind. */
        FAILED,
        /** No answer at all: a notification, or a request of the server. */
        NOTICE
    }

    /** Judges one line without its newline. */
    Verdict check(byte[] line, int from, int to);

    /** The id in the form of {@link io.trunkline.load.plan.RequestLine#readId}, or negative. */
    long id();

    /** The kind of error if the last verdict was {@link Verdict#FAILED}. */
    @Nullable
    String error();
}
