package io.trunkline.node.trunk;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/** How many sessions this node carries, in all and by the balancer they came through. Usable from any thread. */
public final class SessionCount {
    private final int limit;
    private final IntSupplier ceiling;
    private final AtomicInteger all = new AtomicInteger();
    private final Map<String, Integer> byEdge = new ConcurrentHashMap<>();

    /**
     * A count that stops at {@code limit} for new sessions, and at {@code ceiling} for those that were open before.
     *
     * @param ceiling asked for each such session beyond the limit; at least the limit
     */
    SessionCount(int limit, IntSupplier ceiling) {
        this.limit = limit;
        this.ceiling = ceiling;
    }

    /**
     * Counts one more session of this balancer; false, and nothing changed, when the node is full.
     *
     * @param known whether the session was open before, here or on another node
     */
    boolean take(String edge, boolean known) {
        int now = all.incrementAndGet();
        if (now > limit && !(known && now <= ceiling.getAsInt())) {
            all.decrementAndGet();
            return false;
        }
        byEdge.merge(edge, 1, Integer::sum);
        return true;
    }

    /** Undoes {@link #take(String, boolean)}. */
    void give(String edge) {
        all.decrementAndGet();
        // An edge without sessions is forgotten: each restart of a balancer is another edge.
        byEdge.computeIfPresent(edge, (name, own) -> own == 1 ? null : own - 1);
    }

    /** Sessions on this node now. */
    public int all() {
        return all.get();
    }

    /** Sessions that came through other balancers than this one. */
    int elsewhere(String edge) {
        return Math.max(0, all.get() - byEdge.getOrDefault(edge, 0));
    }

    /** Edges with at least one session. */
    int edges() {
        return byEdge.size();
    }

    /** The most sessions up to which new ones are taken. */
    public int limit() {
        return limit;
    }

    /** The most sessions, for those that were open before. */
    int ceiling() {
        return ceiling.getAsInt();
    }
}
