package io.trunkline.balancer.assign;

import io.trunkline.protocol.session.SlotSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that may get new clients, as one event loop sees them: up, reachable, not leaving, with a trunk that is open
 * and at least one slot. Immutable but for the loads, which are live.
 */
public final class NodeView {
    /** A view without nodes. */
    public static final NodeView EMPTY = new NodeView(List.of(), 0);

    /**
     * One node that may get clients.
     *
     * @param slots not empty
     */
    public record Candidate(NodeKey key, SlotSet slots, NodeLoad load) {}

    private final List<Candidate> candidates;
    private final @Nullable Candidate[] owners;

    /**
     * A view of these nodes.
     *
     * @param candidates in an order that is the same on all event loops
     * @param slots how many slots the cluster has
     */
    public NodeView(List<Candidate> candidates, int slots) {
        this.candidates = List.copyOf(candidates);
        this.owners = new Candidate[slots];
        for (Candidate candidate : candidates) {
            candidate.slots.stream().filter(slot -> slot < slots).forEach(slot -> owners[slot] = candidate);
        }
    }

    /** The nodes, in a stable order. */
    public List<Candidate> candidates() {
        return candidates;
    }

    /** How many slots the cluster has; 0 while no node has said so. */
    public int slots() {
        return owners.length;
    }

    /** The node that hosts the slot, or null when none does that may get clients. */
    public @Nullable Candidate owner(int slot) {
        return slot >= 0 && slot < owners.length ? owners[slot] : null;
    }
}
