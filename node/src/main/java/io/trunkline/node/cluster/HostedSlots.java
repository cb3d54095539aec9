package io.trunkline.node.cluster;

import io.trunkline.protocol.session.SlotSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/**
 * The slots that this node hosts now, as cluster sharding places and moves them. Usable from any thread; listeners are
 * told of each change in order, on the thread that made it, and must not block.
 */
public final class HostedSlots {
    /** The set and how many changes led to it. */
    private record Snapshot(long version, SlotSet slots) {}

    private final List<BiConsumer<Long, SlotSet>> listeners = new CopyOnWriteArrayList<>();
    private volatile Snapshot snapshot = new Snapshot(0, SlotSet.EMPTY);

    /** Whether the slot is here now. */
    public boolean hosts(int slot) {
        return slot >= 0 && snapshot.slots.contains(slot);
    }

    /** The set as it is now. */
    public SlotSet slots() {
        return snapshot.slots;
    }

    /** Sharding has started the slot here. */
    public void arrived(int slot) {
        change(slot, true);
    }

    /** The slot is about to leave or has left. */
    public void left(int slot) {
        change(slot, false);
    }

    /** Tells {@code listener} the version and the set, now and at each change until {@link #unlisten}. */
    public synchronized void listen(BiConsumer<Long, SlotSet> listener) {
        listeners.add(listener);
        listener.accept(snapshot.version, snapshot.slots);
    }

    /** Ends {@link #listen}. */
    public void unlisten(BiConsumer<Long, SlotSet> listener) {
        listeners.remove(listener);
    }

    private synchronized void change(int slot, boolean present) {
        if (snapshot.slots.contains(slot) == present) {
            return;
        }
        snapshot = new Snapshot(snapshot.version + 1, snapshot.slots.with(slot, present));
        listeners.forEach(listener -> listener.accept(snapshot.version, snapshot.slots));
    }
}
