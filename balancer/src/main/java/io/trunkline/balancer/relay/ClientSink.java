package io.trunkline.balancer.relay;

import io.netty.buffer.ByteBuf;
import io.trunkline.balancer.client.Account;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.session.SessionId;
import java.util.List;

/** A client as its relay sees it. All calls come on the client's event loop. */
public interface ClientSink {
    /**
     * What the client is told instead of an answer.
     *
     * @param number the client's message that it answers, as {@link Relay#message} has numbered it; 0 for none
     * @param text JSON
     */
    record Answer(int number, Bytes text) {}

    /**
     * Gathers a piece of a message for the client.
     *
     * @param number the client's message that it belongs to, as {@link Relay#message} has numbered it; 0 for none
     * @param answers whether it answers that message; then nothing more belongs to it
     * @param payload valid only during the call
     */
    void gather(int number, boolean answers, ByteBuf payload, boolean last);

    /** The id by which a new session in this slot is to be known. */
    default String mint(int slot) {
        return SessionId.mint(slot);
    }

    /**
     * The session was taken over from another balancer.
     *
     * @param epoch of its binding
     * @param running the numbers of messages that were sent there and will be answered here
     */
    default void adopted(int epoch, List<Integer> running) {}

    /**
     * The client need not stay connected for the answer to its message of this number.
     *
     * @param retryMillis when it is to come back for it
     */
    default void part(int number, int retryMillis) {}

    /** The client's message of this number gets no answer. */
    default void unanswered(int number) {}

    /** Sends the whole messages that were gathered; of one that is not whole nothing, unless it takes too much room. */
    void flush();

    /**
     * What was gathered of a message will not be followed by its rest: it is taken back, or, if some of it has gone to
     * the client already, ended, so that the next message starts on a line of its own.
     */
    void breakOff();

    /** Whether the client takes what it is sent; when not, {@link Relay#onWritable} tells the change. */
    boolean writable();

    /** Stops or resumes reading from the client. */
    void pause(boolean paused);

    /** Tells the client why, in these JSON-RPC answers, and closes the connection. */
    void refuse(Refusal refusal, List<Answer> answers);

    /** Where what is kept of the client is counted. */
    Account account();

    /**
     * The work for the client failed, mostly for want of memory: it is closed, without words that could fail as well.
     */
    void broken();

    /** It waits for a node because all are full. Called once in a while as long as it does. */
    default void wantsRoom() {}

    /** Nothing is left to be answered; a client that has said its last word may go. */
    void settled();
}
