package io.trunkline.node.mcp.call;

import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.Messages;

/**
 * The one end of a client message. Exactly one of {@link #answer} and {@link #none} is called, once, on the
 * conversation's thread.
 */
public interface Outcome {

    /** The caller's number for the message, or for the batch that it is part of. */
    int number();

    /** Whether the client was told something that belongs to the message, before it came here. */
    default boolean heard() {
        return false;
    }

    /** Whether a node that had the message before was lost. */
    default boolean afterLoss() {
        return false;
    }

    /** The message is answered with these bytes. */
    void answer(byte[] message);

    /** The message gets no answer. */
    void none();

    /** Whether there is room for an answer of this many bytes. An error always has room. */
    boolean hasRoom(int bytes);

    /** The answer in place of one that has no room. */
    default byte[] noRoom(Envelope request) {
        return Messages.error(
                request, ErrorCode.INTERNAL_ERROR, "The answers of this batch are too large for one message");
    }
}
