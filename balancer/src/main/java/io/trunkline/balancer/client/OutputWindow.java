package io.trunkline.balancer.client;

/**
 * What was said to a client and has not left yet: when it is much, the client's node is asked for no more. Belongs to
 * the client's event loop.
 */
public final class OutputWindow {
    private static final int LIMIT = 64 * 1024;

    private int unwritten;

    /** So many bytes are said. */
    public void said(int bytes) {
        unwritten += bytes;
    }

    /** So many bytes have left, or will never. True when the window opens by that. */
    public boolean written(int bytes) {
        boolean full = !isOpen();
        unwritten -= bytes;
        return full && isOpen();
    }

    /** Whether more may be said. */
    public boolean isOpen() {
        return unwritten < LIMIT;
    }
}
