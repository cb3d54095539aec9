package io.trunkline.balancer.trunk;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.codec.BadFrameException;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.refusal.Reason;
import java.util.List;

/** Hears what a node, or another balancer, says on one stream. All calls come on the stream's event loop. */
public interface StreamListener {
    /** The session is ready for messages. */
    void onOpened();

    /**
     * The session was at the node already and belongs to this stream now; comes before {@link #onOpened}.
     *
     * @param handled the number of the newest message that it has taken up
     * @param running the numbers of messages that will still be answered
     */
    default void onAdopted(int epoch, int handled, List<Integer> running) {
        throw unasked("adopted");
    }

    /**
     * A piece of a message for the client.
     *
     * @param number the number of the client's message that this is the answer to, or belongs to; 0 for none
     * @param note whether it belongs to that message without answering it
     * @param payload valid only during the call
     */
    default void onData(int number, boolean note, boolean last, ByteBuf payload) {
        throw unasked("data");
    }

    /** The client need not stay connected for the answer to its message of this number. */
    default void onPart(int number, int retryMillis) {}

    /** The client's message of this number gets no answer. */
    default void onDone(int number) {
        throw unasked("done");
    }

    /**
     * A piece of the response of another balancer.
     *
     * @param payload valid only during the call
     */
    default void onReply(int status, boolean last, ByteBuf payload) {
        throw unasked("a reply");
    }

    /** Another balancer answers with events. */
    default void onBegun() {
        throw unasked("events");
    }

    /**
     * A piece of an event of another balancer.
     *
     * @param payload valid only during the call
     */
    default void onEvent(boolean last, ByteBuf payload) {
        throw unasked("an event");
    }

    private static BadFrameException unasked(String what) {
        return new BadFrameException(what + " without having been asked");
    }

    /** The node takes more bytes, or the trunk takes more frames: what waits may go on. */
    void onRoom();

    /** The newest state of the session. */
    default void onCheckpoint(Bytes state) {
        throw unasked("a checkpoint");
    }

    /**
     * The node ended the stream.
     *
     * @param handled the number of the last message that the session took up
     */
    void onReset(Reason reason, int handled, String text);

    /** The trunk is gone. */
    void onTrunkLost();

    /** What this listener did with a frame failed. The stream has ended; nothing more is heard. */
    default void onBroken(Throwable cause) {}

    /** The trunk's input for this turn is done: what was gathered for the client may be sent. */
    default void onTurnEnd() {}
}
