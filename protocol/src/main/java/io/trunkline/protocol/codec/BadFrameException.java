package io.trunkline.protocol.codec;

import io.trunkline.protocol.refusal.Reason;

/** The other side of a trunk sent what the protocol does not allow; the trunk must be closed. */
public final class BadFrameException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** A plain breach of the protocol. */
    public BadFrameException(String message) {
        this(Reason.PROTOCOL, message);
    }

    /** A breach with a reason of its own, such as a wrong proof. */
    public BadFrameException(Reason reason, String message) {
        // No stack trace: hostile input must stay cheap.
        super(message, null, false, false);
        this.reason = reason;
    }

    /** What the other side is told. */
    public Reason reason() {
        return reason;
    }
}
