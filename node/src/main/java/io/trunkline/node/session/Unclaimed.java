package io.trunkline.node.session;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/** Counts the sessions of a node that no balancer holds, within a bound. Usable from any thread. */
public final class Unclaimed {
    private final IntSupplier limit;
    private final AtomicInteger count = new AtomicInteger();

    /** None yet, and at most {@code limit}. */
    public Unclaimed(IntSupplier limit) {
        this.limit = limit;
    }

    /** Counts one more; false, and nothing counted, when there are as many as there may be. */
    boolean take() {
        if (count.incrementAndGet() > limit.getAsInt()) {
            count.decrementAndGet();
            return false;
        }
        return true;
    }

    /** One fewer: it was taken over, or has ended. */
    void give() {
        count.decrementAndGet();
    }

    /** How many there are. */
    public int count() {
        return count.get();
    }
}
