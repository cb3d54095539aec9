package io.trunkline.balancer.trunk;

/** Somebody who waits for a node. */
public interface Waiter {
    /** Something has changed: try again, or wait again. May come once more after the waiter was forgotten. */
    void retry();

    /**
     * Whether it is a session that was open before; then it takes its turn by its activity, before all that are new.
     */
    default boolean known() {
        return false;
    }

    /** When its client was active last; whoever was lately is asked first. */
    default long activeNanos() {
        return 0;
    }
}
