package io.trunkline.balancer.http;

/**
 * What an HTTP connection waits for, and since when: a head, which a new connection owes, the rest of a body, or the
 * next request. Belongs to the channel's event loop.
 */
final class RequestClock {
    private long activeNanos = System.nanoTime();
    private long headSinceNanos = activeNanos;
    private long bodySinceNanos;
    private boolean headBegun = true;
    private boolean heard;
    private boolean inBody;

    /** Bytes have come. */
    void heard() {
        heard = true;
        activeNanos = System.nanoTime();
        if (!headBegun) {
            headBegun = true;
            headSinceNanos = activeNanos;
        }
    }

    /** The head has come. */
    void headRead() {
        headBegun = false;
    }

    /** The body is wanted. */
    void bodyBegins() {
        inBody = true;
        bodySinceNanos = System.nanoTime();
    }

    /** The body is here, or will be read no more. */
    void bodyEnds() {
        inBody = false;
    }

    /** Something is said to the client. */
    void said() {
        said(System.nanoTime());
    }

    void said(long now) {
        activeNanos = now;
    }

    /** A request is answered: the next one may come. */
    void answered() {
        activeNanos = System.nanoTime();
        headSinceNanos = activeNanos;
    }

    /** The client was not read for a while: that time is not the client's. */
    void forgive() {
        headSinceNanos = System.nanoTime();
        bodySinceNanos = headSinceNanos;
    }

    /** Whether a head or a body has been begun. */
    boolean begun() {
        return inBody || (headBegun && heard);
    }

    /** Whether anything has been heard at all. */
    boolean spoke() {
        return heard;
    }

    /** Whether the next request has not begun. */
    boolean waits() {
        return !inBody && !headBegun;
    }

    // --- how long each has lasted, see Deadlines

    long body(long now) {
        return inBody ? now - bodySinceNanos : 0;
    }

    long head(long now) {
        return !inBody && headBegun ? now - headSinceNanos : 0;
    }

    long idle(long now) {
        return waits() ? silent(now) : 0;
    }

    /** Since the last byte in either direction. */
    long silent(long now) {
        return now - activeNanos;
    }
}
