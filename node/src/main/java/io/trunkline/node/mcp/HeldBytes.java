package io.trunkline.node.mcp;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that all clients together may keep on this node: their messages while they wait or run, and what their tasks have
 * come to. Thread-safe.
 *
 * <p>The limits of a session bound what one client can hold; this bounds what many clients can.
 */
final class HeldBytes {

    /** Arguments smaller than this are not counted while their call runs; the limits of sessions bound them. */
    static final int SMALL = 8192;

    private final long max;
    private final AtomicLong held = new AtomicLong();

    HeldBytes(long max) {
        this.max = max;
    }

    /** Takes the bytes, or nothing and returns false. */
    boolean take(long bytes) {
        if (held.addAndGet(bytes) <= max) {
            return true;
        }
        held.addAndGet(-bytes);
        return false;
    }

    void give(long bytes) {
        held.addAndGet(-bytes);
    }

    long held() {
        return held.get();
    }
}
