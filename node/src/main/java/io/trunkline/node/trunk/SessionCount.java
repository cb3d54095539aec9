package io.trunkline.node.trunk;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How many sessions this node carries, in all and by the balancer they came through. Usable from any thread. */
public final class SessionCount {
    private final int limit;
    private final AtomicInteger all = new AtomicInteger();
    private final Map<String, AtomicInteger> byEdge = new ConcurrentHashMap<>();

    /** A count that stops at {@code limit}. */
    public SessionCount(int limit) {
        this.limit = limit;
    }

    /** Counts one more session of this balancer; false, and nothing changed, when the node is full. */
    boolean take(String edge) {
        if (all.incrementAndGet() > limit) {
            all.decrementAndGet();
            return false;
        }
        byEdge.computeIfAbsent(edge, name -> new AtomicInteger()).incrementAndGet();
        return true;
    }

    /** Undoes {@link #take}. */
    void give(String edge) {
        all.decrementAndGet();
        AtomicInteger own = byEdge.get(edge);
        if (own != null) {
            own.decrementAndGet();
        }
    }

    /** Sessions on this node now. */
    public int all() {
        return all.get();
    }

    /** Sessions that came through other balancers than this one. */
    int elsewhere(String edge) {
        AtomicInteger own = byEdge.get(edge);
        return Math.max(0, all.get() - (own == null ? 0 : own.get()));
    }

    /** The most sessions that are taken. */
    public int limit() {
        return limit;
    }
}
