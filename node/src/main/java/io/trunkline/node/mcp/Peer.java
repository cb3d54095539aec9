package io.trunkline.node.mcp;

import io.trunkline.node.mcp.kit.Speaker;

/**
 * A conversation's view of its client. Called only on the conversation's thread, except {@link #executor()} and {@link
 * #session()}, and never after {@link Conversation#close()}.
 */
public interface Peer extends Speaker.Outlet {

    /**
     * Sends one complete JSON-RPC message: UTF-8, no newline in it. The array belongs to the receiver.
     *
     * @param answers number of the client message that this is the one answer to
     */
    void send(byte[] message, int answers);

    /** Client message {@code number} gets no answer: a notification, a response, or a request that was cancelled. */
    void done(int number);

    /** The state that must survive this node; called whenever it changed, before an answer that depends on it. */
    void checkpoint(byte[] state);
}
