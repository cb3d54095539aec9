package io.trunkline.protocol.session;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/** An immutable set of slots. A slot is a shard: {@code key -> slot -> node}, a fixed number for the cluster's life. */
public final class SlotSet {
    /** The most slots that a cluster can have: what two characters of a session id can name. */
    public static final int MAX_SLOTS = 4096;

    /** The set without any slot. */
    public static final SlotSet EMPTY = new SlotSet(new BitSet());

    private final BitSet bits;
    private final int[] members;

    private SlotSet(BitSet bits) {
        this.bits = bits;
        this.members = bits.stream().toArray();
    }

    /** The set of these slots. */
    public static SlotSet of(int... slots) {
        BitSet bits = new BitSet();
        for (int slot : slots) {
            bits.set(slot);
        }
        return new SlotSet(bits);
    }

    /** The set that {@link #toBytes} wrote: bit {@code i % 8} of byte {@code i / 8} stands for slot {@code i}. */
    public static SlotSet fromBytes(byte[] bitmap) {
        return new SlotSet(BitSet.valueOf(bitmap));
    }

    /** The bitmap of this set, as short as it can be. */
    public byte[] toBytes() {
        return bits.toByteArray();
    }

    /** This set with or without one slot. */
    public SlotSet with(int slot, boolean present) {
        BitSet changed = (BitSet) bits.clone();
        changed.set(slot, present);
        return new SlotSet(changed);
    }

    /** Whether the slot is in the set. */
    public boolean contains(int slot) {
        return bits.get(slot);
    }

    /** How many slots the set has. */
    public int size() {
        return members.length;
    }

    /** The slot at this place in ascending order, from 0 to {@link #size} - 1. */
    public int get(int index) {
        return members[index];
    }

    /** The slots in ascending order. */
    public IntStream stream() {
        return Arrays.stream(members);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SlotSet set && bits.equals(set.bits);
    }

    @Override
    public int hashCode() {
        return bits.hashCode();
    }

    @Override
    public String toString() {
        return bits.toString();
    }
}
