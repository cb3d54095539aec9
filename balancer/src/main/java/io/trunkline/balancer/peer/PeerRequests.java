package io.trunkline.balancer.peer;

import io.trunkline.protocol.frame.Bytes;
import org.jspecify.annotations.Nullable;

/** Takes the requests of other balancers. Called on event loops, must not block. */
@FunctionalInterface
public interface PeerRequests {
    /** What becomes of one request. All calls come on the stream's event loop. */
    interface Request {
        /** The other side knows that the session is here, and may be answered. */
        void onOpened();

        /** A whole message of the client. */
        void onMessage(byte[] message);

        /** So many bytes of what was said have gone on to the client. */
        void onWritten(int bytes);

        /** Nobody listens any more. */
        void onEnd();
    }

    /**
     * A request for a session.
     *
     * @param what is asked for, in a word
     * @param head what else has to be known of it
     * @return who serves it, through {@code stream}; null when the session is not here
     */
    @Nullable
    Request open(PeerStream stream, String session, String what, Bytes head);
}
