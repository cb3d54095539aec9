package io.trunkline.balancer.cluster;

import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.protocol.session.SlotSet;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Which node hosts which slot, put together from what each node says on its trunks. A slot belongs to the node that was
 * the last to gain it, so a move reads right whichever of the two nodes is heard first.
 *
 * <p>Usable from any thread; readers see an immutable snapshot.
 */
public final class SlotTable {
    /** What one node said last. */
    private record Told(long version, SlotSet slots) {}

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Map<NodeKey, Told> told = new HashMap<>();
    private final Map<Integer, NodeKey> owners = new HashMap<>();
    private final Set<NodeKey> forgotten = new HashSet<>();
    private Set<NodeKey> members = Set.of();
    private volatile Map<NodeKey, SlotSet> snapshot = Map.of();
    private volatile int slots;

    /** Calls {@code listener} after each change, on the thread that made it. */
    public void listen(Runnable listener) {
        listeners.add(listener);
    }

    /**
     * A node said how many slots its cluster has.
     *
     * @return false when others said something else: the node belongs to another cluster
     */
    public synchronized boolean agree(int count) {
        if (slots == 0) {
            slots = count;
        }
        return slots == count;
    }

    /** How many slots the cluster has; 0 while no node has said so. */
    public int slots() {
        return slots;
    }

    /** The slots of each node. */
    public Map<NodeKey, SlotSet> byNode() {
        return snapshot;
    }

    /** How many slots each node hosts. */
    public SlotCounts counts() {
        Map<Long, Integer> counts = new HashMap<>();
        snapshot.forEach((node, hosted) -> counts.put(node.incarnation(), hosted.size()));
        return new SlotCounts(slots, counts);
    }

    /** The node that hosts the slot, or null when none is known to. */
    public @Nullable NodeKey owner(int slot) {
        for (Map.Entry<NodeKey, SlotSet> node : snapshot.entrySet()) {
            if (node.getValue().contains(slot)) {
                return node.getKey();
            }
        }
        return null;
    }

    /** The node is gone, although it is a member still; what it hosted is nobody's, and what it says counts no more. */
    public void forget(NodeKey node) {
        synchronized (this) {
            forgotten.add(node);
            if (told.remove(node) == null) {
                return;
            }
            owners.values().removeIf(node::equals);
            publish();
        }
        listeners.forEach(Runnable::run);
    }

    /** A node said which slots it hosts; an older version than heard before is passed over, and so are strangers. */
    public void told(NodeKey node, long version, SlotSet hosted) {
        synchronized (this) {
            Told before = told.get(node);
            if (!members.contains(node) || forgotten.contains(node) || (before != null && before.version >= version)) {
                return;
            }
            told.put(node, new Told(version, hosted));
            // A slot that nobody has may have come back while this node could not be heard: then it is no gain.
            hosted.stream()
                    .filter(slot -> before == null || !before.slots.contains(slot) || !owners.containsKey(slot))
                    .forEach(slot -> owners.put(slot, node));
            owners.entrySet().removeIf(owner -> owner.getValue().equals(node) && !hosted.contains(owner.getKey()));
            publish();
        }
        listeners.forEach(Runnable::run);
    }

    /** These are the nodes of the cluster now; what others host, or say from now on, counts no more. */
    public void keep(Set<NodeKey> present) {
        synchronized (this) {
            members = Set.copyOf(present);
            forgotten.retainAll(members);
            if (!told.keySet().retainAll(members)) {
                return;
            }
            owners.values().retainAll(members);
            publish();
        }
        listeners.forEach(Runnable::run);
    }

    private void publish() {
        Map<NodeKey, BitSet> sets = new HashMap<>();
        owners.forEach(
                (slot, node) -> sets.computeIfAbsent(node, key -> new BitSet()).set(slot));
        Map<NodeKey, SlotSet> byNode = new HashMap<>();
        sets.forEach((node, bits) -> byNode.put(node, SlotSet.fromBytes(bits.toByteArray())));
        snapshot = Map.copyOf(byNode);
    }
}
