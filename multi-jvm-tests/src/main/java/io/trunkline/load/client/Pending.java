package io.trunkline.load.client;

/**
 * The unanswered requests of one connection: sequence numbers and the times their latency counts from. Requests may be
 * answered in any order. Holds as many as its depth, a power of two, allows.
 */
final class Pending {
    /** The result of {@link #answer} for a request that is not pending. */
    static final long NONE = Long.MIN_VALUE;

    /** Marks a slot that holds no request; a request at this very nanosecond counts from the next one. */
    private static final long FREE = 0;

    private final long[] since;
    private final int[] sequences;
    private long added;
    private int size;

    Pending(int depth) {
        int capacity = Math.max(1, Integer.highestOneBit(Math.max(1, depth * 2 - 1)));
        since = new long[capacity];
        sequences = new int[capacity];
    }

    int size() {
        return size;
    }

    /** Whether one more request may be sent; also false while the oldest of a full round is still unanswered. */
    boolean hasRoom() {
        return since[(int) added & since.length - 1] == FREE;
    }

    /** Takes the next sequence number for a request whose latency counts from {@code nanos}. */
    int add(long nanos) {
        int sequence = (int) added++;
        int slot = sequence & since.length - 1;
        sequences[slot] = sequence;
        since[slot] = nanos == FREE ? FREE + 1 : nanos;
        size++;
        return sequence;
    }

    /** Ends a request: the time that its latency counts from, or {@link #NONE} if it is not pending. */
    long answer(int sequence) {
        int slot = sequence & since.length - 1;
        long nanos = since[slot];
        if (nanos == FREE || sequences[slot] != sequence) {
            return NONE;
        }
        since[slot] = FREE;
        size--;
        return nanos;
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
        for (int slot = 0; slot < since.length; slot++) {
            if (since[slot] != FREE && since[slot] - nanos < 0) {
                since[slot] = FREE;
                size--;
                expired++;
            }
        }
        return expired;
    }
}
