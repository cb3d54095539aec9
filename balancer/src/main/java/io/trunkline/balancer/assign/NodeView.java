package io.trunkline.balancer.assign;

import io.trunkline.protocol.session.SlotSet;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that may get clients, as one event loop sees them: up, reachable, not leaving, with a trunk that is open.
 * Those that host slots are candidates for new clients. All of them are hosts for guests, whatever sharding has placed
 * on them. Immutable but for the loads, which are live.
 */
public final class NodeView {
    /** A view without nodes. */
    public static final NodeView EMPTY = new NodeView(List.of(), 0);

    /**
     * One node that may get clients.
     *
     * @param slots empty only for a host of guests
     */
    public record Candidate(NodeKey key, SlotSet slots, NodeLoad load) {}

    private final List<Candidate> candidates;
    private final List<Candidate> guestHosts;
    private final @Nullable Candidate[] owners;
    private final boolean unhosted;

    /** A view of nodes that host slots and take no guests. */
    public NodeView(List<Candidate> candidates, int slots) {
        this(candidates, List.of(), slots);
    }

    /**
     * A view of these nodes.
     *
     * @param candidates that host slots, in an order that is the same on all event loops
     * @param guestHosts that take sessions whose slot they do not host; may be candidates, too
     * @param slots how many slots the cluster has
     */
    public NodeView(List<Candidate> candidates, List<Candidate> guestHosts, int slots) {
        this.candidates = List.copyOf(candidates);
        this.guestHosts = List.copyOf(guestHosts);
        this.owners = new Candidate[slots];
        int hosted = 0;
        for (Candidate candidate : candidates) {
            for (int at = 0; at < candidate.slots.size(); at++) {
                int slot = candidate.slots.get(at);
                if (slot < slots) {
                    hosted += owners[slot] == null ? 1 : 0;
                    owners[slot] = candidate;
                }
            }
        }
        this.unhosted = hosted < slots;
    }

    /** The nodes that host slots, in a stable order. */
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

    /**
     * The node for the guests of a slot, which every event loop of every balancer chooses as far as they see the same
     * nodes; null when none takes one.
     */
    public @Nullable Candidate guestHost(int slot) {
        return guestHost(slot, false);
    }

    private @Nullable Candidate guestHost(int slot, boolean whetherOrNotItHasRoom) {
        Candidate best = null;
        int highest = 0;
        for (Candidate host : guestHosts) {
            if (!whetherOrNotItHasRoom && host.load.atCeiling()) {
                continue;
            }
            // Highest random weight: each slot has its own order of the nodes.
            NodeKey key = host.key;
            int weight = (key.name().hashCode() * 31 + Long.hashCode(key.incarnation()) * 17 + slot) * 0x9E3779B1;
            weight ^= weight >>> 15;
            if (best == null || weight > highest) {
                best = host;
                highest = weight;
            }
        }
        return best;
    }

    /**
     * The view in which each slot without a host belongs to the node that takes its guests: with it a policy finds a
     * place for a new client while slots have no host. The client is a guest until its slot has one.
     */
    public NodeView withGuests() {
        if (!unhosted || guestHosts.isEmpty()) {
            return this;
        }
        Map<NodeKey, BitSet> given = new HashMap<>();
        for (int slot = 0; slot < owners.length; slot++) {
            Candidate host = owners[slot] == null ? guestHost(slot, true) : null;
            if (host != null) {
                given.computeIfAbsent(host.key, key -> new BitSet()).set(slot);
            }
        }
        List<Candidate> all = new ArrayList<>(candidates);
        all.removeIf(candidate -> given.containsKey(candidate.key));
        for (Candidate host : guestHosts) {
            BitSet slots = given.get(host.key);
            if (slots != null) {
                host.slots.stream().forEach(slots::set);
                all.add(new Candidate(host.key, SlotSet.fromBytes(slots.toByteArray()), host.load));
            }
        }
        all.sort((one, other) -> one.key.compareTo(other.key));
        return new NodeView(all, guestHosts, owners.length);
    }

    /** Whether a node takes new clients now. */
    public boolean takesNew() {
        return anyBelowLimit(candidates) || (unhosted && anyBelowLimit(guestHosts));
    }

    /** Whether a node takes sessions now that were open before. */
    public boolean takesKnown() {
        return anyBelowCeiling(candidates) || anyBelowCeiling(guestHosts);
    }

    /** Whether there are nodes for new clients, full or not. */
    public boolean hasNodes() {
        return !candidates.isEmpty() || (unhosted && !guestHosts.isEmpty());
    }

    /** Whether there are nodes for guests, full or not. */
    public boolean hasGuestHosts() {
        return !guestHosts.isEmpty();
    }

    private static boolean anyBelowLimit(List<Candidate> nodes) {
        for (Candidate node : nodes) {
            if (!node.load.full()) {
                return true;
            }
        }
        return false;
    }

    private static boolean anyBelowCeiling(List<Candidate> nodes) {
        for (Candidate node : nodes) {
            if (!node.load.atCeiling()) {
                return true;
            }
        }
        return false;
    }
}
