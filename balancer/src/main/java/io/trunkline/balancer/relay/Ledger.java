package io.trunkline.balancer.relay;

import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.jsonrpc.RequestIds;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.refusal.Refusal.Executed;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * A client's messages that have not been answered, oldest first: what must be sent, sent again or refused when the
 * session's node changes. Bounded by whoever reads the client, who stops at {@link #full}.
 *
 * <p>A message that a lost node had in full may have run. It is sent to the next node with that mark, and the node,
 * which knows its methods and tools, repeats it or answers that its outcome is unknown. When that node is lost as well,
 * the next one is sent the message only to answer so and to count.
 */
final class Ledger {
    /** One message, and how far it has gone. */
    static final class Entry {
        final int number;
        final byte[] message;
        final long arrivedNanos;
        int sent;
        /** Whether a node that did not answer it had the whole of it. */
        boolean mayHaveRun;
        /** How many nodes were lost that had the whole of it; at most {@link Frame.Data#MOST_LOSSES}. */
        int losses;
        /** Whether the client was told something that belongs to it. */
        boolean heard;

        private Entry(int number, byte[] message, long arrivedNanos) {
            this.number = number;
            this.message = message;
            this.arrivedNanos = arrivedNanos;
        }

        /** Whether no further node runs it. */
        boolean spent() {
            return losses >= Frame.Data.MOST_LOSSES;
        }

        /** How many nodes may have run it. A node that let its session go in order is no attempt beside others. */
        int attempts() {
            return mayHaveRun ? Math.max(1, losses) : 0;
        }

        /**
         * What the client is told instead of an answer; null when the message needs none.
         *
         * @param node that had the session last; may be empty
         */
        byte @Nullable [] answer(Refusal refusal, String node) {
            Executed executed = mayHaveRun ? Executed.UNKNOWN : Executed.NO;
            return RequestIds.answer(message, id -> refusal.toJsonRpc(id, node, executed, attempts()));
        }
    }

    /** Bytes that an entry takes besides its message. */
    private static final int ENTRY = 112;

    private final int maxMessages;
    private final int maxBytes;
    private final Deque<Entry> entries = new ArrayDeque<>(2);
    private final Deque<Entry> unsent = new ArrayDeque<>(2);
    private int newest;
    private int bytes;

    Ledger(int maxMessages, int maxBytes) {
        this(maxMessages, maxBytes, 0);
    }

    /** A ledger whose last message had the number {@code newest}. */
    Ledger(int maxMessages, int maxBytes, int newest) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
        this.newest = newest;
    }

    /** Messages are counted on from this number; none was added before. */
    void startAfter(int number) {
        newest = number;
    }

    /** Writes down a new message, which has not been sent; returns its number. */
    int add(byte[] message, long nowNanos) {
        // 0 stands for no message.
        newest = newest == -1 ? 1 : newest + 1;
        Entry entry = new Entry(newest, message, nowNanos);
        entries.add(entry);
        unsent.add(entry);
        bytes += message.length;
        return newest;
    }

    /** The oldest message that has not been sent in full, or null. */
    @Nullable
    Entry nextUnsent() {
        return unsent.peek();
    }

    /** The {@link #nextUnsent} has been sent in full. */
    void sent() {
        unsent.remove();
    }

    /** The message of this number has been dealt with; returns its entry, or null when it was not here. */
    @Nullable
    Entry settle(int number) {
        // Answers mostly come in order: the first entry is the one.
        for (Iterator<Entry> rest = entries.iterator(); rest.hasNext(); ) {
            Entry entry = rest.next();
            if (entry.number == number) {
                rest.remove();
                unsent.remove(entry);
                bytes -= entry.message.length;
                return entry;
            }
        }
        return null;
    }

    /** The client was told something that belongs to the message of this number. */
    void heard(int number) {
        for (Entry entry : entries) {
            if (entry.number == number) {
                entry.heard = true;
                return;
            }
        }
    }

    /** The oldest entry, or null. */
    @Nullable
    Entry oldest() {
        return entries.peek();
    }

    /** Takes the oldest entry out, or returns null when there is none. */
    @Nullable
    Entry take() {
        Entry first = entries.poll();
        if (first == null) {
            return null;
        }
        unsent.remove(first);
        bytes -= first.message.length;
        return first;
    }

    /**
     * The node is lost: what it had in full it may have run. Everything is to be sent from its start, to another one.
     */
    void cutOff() {
        for (Entry entry : entries) {
            if (entry.sent == entry.message.length) {
                entry.mayHaveRun = true;
                // A node that had a spent one did not run it.
                entry.losses = Math.min(Frame.Data.MOST_LOSSES, entry.losses + 1);
            }
        }
        rewind();
    }

    /** The node has refused what it had in full; it may have run, but is no attempt. A {@link #cutOff} follows. */
    void refused() {
        for (Entry entry : entries) {
            entry.mayHaveRun |= entry.sent == entry.message.length;
        }
        rewind();
    }

    /** The node took up the messages up to this number, and no others; they go to another one now. */
    void handOver(int handled) {
        for (Entry entry : entries) {
            entry.mayHaveRun |= entry.number - handled <= 0;
        }
        rewind();
    }

    /** How many messages may have run. */
    int countMayHaveRun() {
        int count = 0;
        for (Entry entry : entries) {
            count += entry.mayHaveRun ? 1 : 0;
        }
        return count;
    }

    private void rewind() {
        unsent.clear();
        for (Entry entry : entries) {
            entry.sent = 0;
            unsent.add(entry);
        }
    }

    /** Whether nothing waits for an answer. */
    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Whether the client should be read no more for now. */
    boolean full() {
        return exhausted() || !unsent.isEmpty();
    }

    /** Whether not one message more should be taken, wherever it is already. */
    boolean exhausted() {
        return entries.size() >= maxMessages || bytes >= maxBytes;
    }

    /** Bytes of memory that the messages take. */
    long cost() {
        return bytes + (long) ENTRY * entries.size();
    }

    /** Forgets all messages. */
    void clear() {
        entries.clear();
        unsent.clear();
        bytes = 0;
    }

    /** How many messages wait for an answer. */
    int size() {
        return entries.size();
    }
}
