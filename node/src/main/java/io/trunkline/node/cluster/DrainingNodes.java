package io.trunkline.node.cluster;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The nodes that are known to drain, by incarnation, so that a node that comes back under the same name is another one.
 * Holds members only, and is bounded by the membership. Usable from any thread.
 */
public final class DrainingNodes {
    private final Supplier<Set<Long>> members;
    private volatile Set<Long> incarnations = Set.of();

    /**
     * Knows of no draining node yet.
     *
     * @param members the incarnations of all members of the cluster now
     */
    public DrainingNodes(Supplier<Set<Long>> members) {
        this.members = members;
    }

    /** Whether this incarnation said that it drains. */
    public boolean contains(long incarnation) {
        return incarnations.contains(incarnation);
    }

    /** Notes it; false when it is no member, or not known here as one yet. */
    synchronized boolean note(long incarnation) {
        if (incarnations.contains(incarnation)) {
            return true;
        }
        Set<Long> present = members.get();
        if (!present.contains(incarnation)) {
            return false;
        }
        Set<Long> next = new HashSet<>(incarnations);
        next.retainAll(present);
        next.add(incarnation);
        incarnations = Set.copyOf(next);
        return true;
    }
}
