package io.trunkline.balancer.limits;

/**
 * Who holds a {@link Place}: one session of a client. Its methods may be called from any thread, and answer with what
 * was true a moment ago.
 */
public interface Occupant {
    /** The id of its session; empty as long as it has none. */
    String session();

    /** When something was last said, by {@link System#nanoTime()}. */
    long activeNanos();

    /** Whether something waits for an answer. */
    boolean busy();

    /** Ends it, on its own event loop, unless it has been active within this time; 0 ends it in any case. */
    void end(long idleNanos);
}
