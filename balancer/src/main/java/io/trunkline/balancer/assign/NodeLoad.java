package io.trunkline.balancer.assign;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many sessions a node carries: those of this balancer, counted here and exact, and those of other balancers, as
 * the node last told. Shared by all event loops; usable from any thread.
 */
public final class NodeLoad {
    private final AtomicInteger own = new AtomicInteger();
    private volatile int elsewhere;
    private volatile int limit = Integer.MAX_VALUE;
    private volatile int ceiling;

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

    /** The node said up to how many sessions it takes new ones. */
    public void limit(int sessions) {
        limit = sessions;
    }

    /** The node said how many sessions it takes in all when they are not new; 0 for its limit. */
    public void ceiling(int sessions) {
        ceiling = sessions;
    }

    /** Sessions through this balancer. */
    public int own() {
        return own.get();
    }

    /** Sessions through all balancers, as far as known here. */
    public int all() {
        return own.get() + elsewhere;
    }

    /** The most sessions up to which the node takes new ones. */
    public int limit() {
        return limit;
    }

    /** Whether the node takes no new sessions. */
    public boolean full() {
        return all() >= limit;
    }

    /** Whether the node takes no sessions at all, not even those that were open before. */
    public boolean atCeiling() {
        return all() >= Math.max(limit, ceiling);
    }
}
