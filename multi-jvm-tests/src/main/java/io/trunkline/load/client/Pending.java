package io.trunkline.load.client;

/**
 * The unanswered requests of one connection: sequence numbers and the times their latency counts from. Requests may be
 * answered in any order. Holds as many as its depth, a power of two, allows.
 */
final class Pending {
    /** The result of {@link #answer} for a request that is not pending. */
    static final long NONE = Long.MIN_VALUE;

    private final long[] since;
    private final int[] sequences;
    private final boolean[] taken;
    private long added;
    private int size;

    Pending(int depth) {
        int capacity = Math.max(1, Integer.highestOneBit(Math.max(1, depth * 2 - 1)));
        since = new long[capacity];
        sequences = new int[capacity];
        taken = new boolean[capacity];
    }

    int size() {
        return size;
    }

    /** Whether one more request may be sent; also false while the oldest of a full round is still unanswered. */
    boolean hasRoom() {
        return !taken[(int) added & taken.length - 1];
    }

    /** Takes the next sequence number for a request whose latency counts from {@code nanos}. */
    int add(long nanos) {
        int sequence = (int) added++;
        int slot = sequence & taken.length - 1;
        taken[slot] = true;
        sequences[slot] = sequence;
        since[slot] = nanos;
        size++;
        return sequence;
    }

    /** Ends a request: the time that its latency counts from, or {@link #NONE} if it is not pending. */
    long answer(int sequence) {
        int slot = sequence & taken.length - 1;
        if (!taken[slot] || sequences[slot] != sequence) {
            return NONE;
        }
        taken[slot] = false;
        size--;
        return since[slot];
    }

    /** Whether this number, taken as unsigned, was ever given out. */
    boolean wasAdded(int sequence) {
        return Integer.toUnsignedLong(sequence) < added;
    }

    /** Ends what counts from before {@code nanos}; returns how many requests that were. */
    int expire(long nanos) {
        if (size == 0) {
            return 0;
        }
        int expired = 0;
        for (int slot = 0; slot < taken.length; slot++) {
            if (taken[slot] && since[slot] - nanos < 0) {
                taken[slot] = false;
                size--;
                expired++;
            }
        }
        return expired;
    }
}
