package io.trunkline.node.trunk;

import java.util.function.IntSupplier;

/**
 * The most sessions that a node takes in all, new or not: its limit and, by default, its part of the sessions of one
 * lost node that was as full. New sessions stop at the limit, so that there is room for those that lose their node.
 *
 * <p>The default follows the number of nodes: limit times n/(n-1), twice the limit for two nodes or one. It stays
 * within what half of the heap can hold. Usable from any thread.
 */
public final class SessionCeiling implements IntSupplier {
    /** Heap that a session without requests takes at most, in bytes. */
    private static final long SESSION_BYTES = 4 * 1024;

    private final int limit;
    private final int configured;
    private final long heapBytes;
    private final IntSupplier nodes;

    /**
     * The ceiling of one node.
     *
     * @param settings the limit, and the ceiling when it is not chosen here
     * @param nodes how many nodes the cluster has now, this one included; must not block
     */
    public SessionCeiling(TrunkSettings settings, IntSupplier nodes) {
        this(settings, nodes, Runtime.getRuntime().maxMemory());
    }

    SessionCeiling(TrunkSettings settings, IntSupplier nodes, long heapBytes) {
        this.limit = settings.sessionLimit();
        this.configured = settings.sessionCeiling();
        this.nodes = nodes;
        this.heapBytes = heapBytes;
    }

    @Override
    public int getAsInt() {
        if (configured > 0) {
            return configured;
        }
        long others = Math.max(1, nodes.getAsInt() - 1);
        long withShare = limit + (limit + others - 1) / others;
        long fitting = heapBytes / 2 / SESSION_BYTES;
        return (int) Math.max(limit, Math.min(withShare, fitting));
    }
}
