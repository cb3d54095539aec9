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

    /** Sends what was gathered. */
    void flush();

    /** Whether the client takes what it is sent; when not, {@link Relay#onWritable} tells the change. */
    boolean writable();

    /** Stops or resumes reading from the client. */
    void pause(boolean paused);

    /** Tells the client why, in these JSON-RPC answers, and closes the connection. */
    void refuse(Refusal refusal, List<byte[]> answers);

    /** Nothing is left to be answered; a client that has said its last word may go. */
    void settled();
}
