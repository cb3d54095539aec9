package io.trunkline.balancer.relay;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.refusal.Refusal;
import java.util.List;

/** A client as its relay sees it. All calls come on the client's event loop. */
public interface ClientSink {
    /**
     * Gathers a piece of a message for the client.
     *
     * @param payload valid only during the call
     */
    void gather(ByteBuf payload, boolean last);

    /** Sends the whole messages that were gathered; of one that is not whole nothing, unless it takes too much room. */
    void flush();

    /**
     * What was gathered of a message will not be followed by its rest: it is taken back, or, if some of it has gone to the
     * client already, ended, so that the next message starts on a line of its own.
     */
    void breakOff();

    /** Whether the client takes what it is sent; when not, {@link Relay#onWritable} tells the change. */
    boolean writable();

    /** Stops or resumes reading from the client. */
    void pause(boolean paused);

    /** Tells the client why, in these JSON-RPC answers, and closes the connection. */
    void refuse(Refusal refusal, List<byte[]> answers);

    /** Nothing is left to be answered; a client that has said its last word may go. */
    void settled();
}
