package io.trunkline.node.session;

import io.trunkline.protocol.refusal.Reason;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What a session sees of its client: one stream of a trunk. Usable from any thread; calls take effect in their order,
 * and calls after the stream's end have none.
 */
public interface Outlet {
    /** The session is ready: messages may come to {@code session}. */
    void opened(ActorRef<Session.Command> session);

    /**
     * The session was here and belongs to this edge now; comes before {@link #opened}.
     *
     * @param handled the number of the newest message that it has taken up
     * @param running the numbers of messages that it will still answer
     */
    default void adopted(int epoch, int handled, List<Integer> running) {}

    /**
     * Sends one message. It waits, in order, until the edge grants it room.
     *
     * @param answers the number of the client's message that this one answers, 0 for none
     */
    void send(byte[] message, int answers);

    /**
     * Sends one message that answers none, in order with {@link #send}.
     *
     * @param relatedTo the number of the client's message that it belongs to, 0 for none; means nothing to an
     *     edge that carries all messages of its client on one connection
     */
    default void tell(byte[] message, int relatedTo) {
        send(message, 0);
    }

    /** The client need not stay connected for the answer to its message of this number, and is to come back for it. */
    default void part(int number, int retryMillis) {}

    /** The client's message of this number gets no answer. */
    void done(int number);

    /** So many bytes of the client's messages have been dealt with: the edge may send as many more. */
    void consumed(int bytes);

    /** Hands the edge the newest state of the session. */
    void checkpoint(byte[] state);

    /**
     * Ends the stream.
     *
     * @param handled the number of the last message that the session took up
     */
    void reset(Reason reason, int handled, String text);
}
