package io.trunkline.node.mcp;

import io.trunkline.node.spi.SessionInfo;
import java.util.concurrent.Executor;

/**
 * A conversation's view of its client. Called only on the conversation's thread, except {@link #executor()} and {@link
 * #session()}, and never after {@link Conversation#close()}.
 */
public interface Peer {

    /** Where the session is. Called from any thread. */
    SessionInfo session();

    /**
     * Sends one complete JSON-RPC message: UTF-8, no newline in it. The array belongs to the receiver.
     *
     * @param answers number of the client message that this is the one answer to
     */
    void send(byte[] message, int answers);

    /**
     * Sends one complete JSON-RPC message that answers none, in order with {@link #send}.
     *
     * @param relatedTo number of the client message that it belongs to and whose end is still to come, such as the call
     *     whose progress it tells; 0 when it belongs to none. Over HTTP it goes out on the stream of that message.
     */
    void tell(byte[] message, int relatedTo);

    /**
     * The client need not stay connected for the answer to its message of this number.
     *
     * @param retryMillis when it is to come back
     */
    void part(int number, int retryMillis);

    /** Client message {@code number} gets no answer: a notification, a response, or a request that was cancelled. */
    void done(int number);

    /** The state that must survive this node; called whenever it changed, before an answer that depends on it. */
    void checkpoint(byte[] state);

    /** Runs tasks on the conversation's thread in the order in which they come. Usable from any thread. */
    Executor executor();
}
