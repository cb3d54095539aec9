package io.trunkline.balancer.assign;

import org.jspecify.annotations.Nullable;

/**
 * Takes the slot that belongs to the client's affinity, the same through every balancer, and leaves clients without one
 * to another policy. A client whose node is full waits: elsewhere it would not meet the others.
 */
public final class ByAffinity implements Policy {
    /** What the affinity of something that has a slot of its own begins with; no other begins so. */
    private static final String SLOT = "slot\n";

    private final Policy others;

    /** A policy that leaves clients without an affinity to this one. */
    public ByAffinity(Policy others) {
        this.others = others;
    }

    @Override
    public @Nullable Assignment assign(ClientKey client, NodeView view) {
        String affinity = client.affinity();
        if (affinity == null) {
            return others.assign(client, view);
        }
        return view.slots() == 0 ? null : SourceHash.ownerOf(slotOf(affinity, view.slots()), view);
    }

    /** The affinity of what belongs to this slot. */
    public static String ofSlot(int slot) {
        return SLOT + slot;
    }

    /** The slot of an affinity. */
    public static int slotOf(String affinity, int slots) {
        if (affinity.startsWith(SLOT)) {
            return Integer.parseInt(affinity, SLOT.length(), affinity.length(), 10) % slots;
        }
        return Integer.remainderUnsigned(SourceHash.mixed(affinity.hashCode()), slots);
    }
}
