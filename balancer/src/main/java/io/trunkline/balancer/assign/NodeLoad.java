package io.trunkline.balancer.assign;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many sessions a node carries: those of this balancer, counted here and exact, and those of other balancers, as the
 * node last told. Shared by all event loops; usable from any thread.
 */
public final class NodeLoad {
    private final AtomicInteger own = new AtomicInteger();
    private volatile int elsewhere;
    private volatile int limit = Integer.MAX_VALUE;

    /** One more session of this balancer. */
    public void opened() {
        own.incrementAndGet();
    }

    /** One session of this balancer fewer. */
    public void closed() {
        own.decrementAndGet();
    }

    /** The node said how many sessions came through other balancers. */
    public void elsewhere(int sessions) {
        elsewhere = sessions;
    }

    /** The node said how many sessions it takes in all. */
    public void limit(int sessions) {
        limit = sessions;
    }

    /** Sessions through this balancer. */
    public int own() {
        return own.get();
    }

    /** Sessions through all balancers, as far as known here. */
    public int all() {
        return own.get() + elsewhere;
    }

    /** The most sessions that the node takes. */
    public int limit() {
        return limit;
    }

    /** Whether the node takes no more. */
    public boolean full() {
        return all() >= limit;
    }
}
