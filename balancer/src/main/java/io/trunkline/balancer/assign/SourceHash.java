package io.trunkline.balancer.assign;

import io.trunkline.balancer.assign.NodeView.Candidate;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Takes the slot that belongs to the client's address, so that a source always meets the same node, through every
 * balancer and without any table.
 *
 * <p>Consecutive addresses belong to consecutive slots, and slots are interleaved over the nodes, so a range of
 * addresses is spread evenly, which a hash of good quality would not do for a few hundred sources. Sources that have
 * nothing to do with each other spread like any hash. A source whose node is full waits: elsewhere it would not be
 * sticky.
 */
public final class SourceHash implements Policy {
    @Override
    public @Nullable Assignment assign(ClientKey client, NodeView view) {
        if (view.slots() == 0) {
            return null;
        }
        int slot = slotOf(client.source(), view.slots());
        return ownerOf(slot, view);
    }

    /** The node that hosts the slot, or null when it takes nobody now. */
    static @Nullable Assignment ownerOf(int slot, NodeView view) {
        Candidate owner = view.owner(slot);
        return owner == null || owner.load().full() ? null : new Assignment(owner.key(), slot);
    }

    static int slotOf(InetAddress source, int slots) {
        byte[] address = source.getAddress();
        int prefix = 0;
        for (int i = 0; i < address.length - 2; i++) {
            prefix = 31 * prefix + address[i];
        }
        int host = (address[address.length - 2] & 0xff) << 8 | (address[address.length - 1] & 0xff);
        return Integer.remainderUnsigned(mixed(prefix) + host, slots);
    }

    /** The finalizer of MurmurHash3: what is close together is far apart afterwards. */
    static int mixed(int value) {
        int h = value;
        h = (h ^ (h >>> 16)) * 0x85EBCA6B;
        h = (h ^ (h >>> 13)) * 0xC2B2AE35;
        return h ^ (h >>> 16);
    }
}
