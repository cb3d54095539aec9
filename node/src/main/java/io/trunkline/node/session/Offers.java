package io.trunkline.node.session;

import io.trunkline.protocol.frame.Bytes;

/** Looks for a balancer that takes over a session whose own is gone. Usable from any thread, must not block. */
@FunctionalInterface
public interface Offers {
    /**
     * Offers a session to some balancer; nothing happens when none is there.
     *
     * @param epoch of the last binding
     * @param checkpoint what the session was, when it ends here; empty when it stays and can be adopted
     */
    void offer(String session, int epoch, Bytes checkpoint);
}
