package io.trunkline.protocol.trunk;

import io.trunkline.protocol.frame.Frame;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One stream's way out: cuts messages into pieces, as far as the other side has granted room, and keeps the rest in
 * order. The owner bounds what waits. Belongs to the trunk's event loop.
 */
public final class MessageSender {
    /** Writes pieces of messages as frames. */
    @FunctionalInterface
    public interface Pieces {
        /** Writes one piece; {@code number} and {@code note} are those of {@link #send}. */
        void write(int number, boolean note, boolean last, byte[] message, int offset, int length);
    }

    /** A message that waits for room, and how much of it has gone. */
    private static final class Waiting {
        final byte[] message;
        final int number;
        final boolean note;
        int sent;

        Waiting(byte[] message, int number, boolean note) {
            this.message = message;
            this.number = number;
            this.note = note;
        }
    }

    private final StreamCredit credit;
    private final Pieces pieces;
    private final Deque<Waiting> waiting = new ArrayDeque<>(0);
    private int waitingBytes;

    /** The way out of one stream. */
    public MessageSender(StreamCredit credit, Pieces pieces) {
        this.credit = credit;
        this.pieces = pieces;
    }

    /** Sends a message, or as much of it as has room; the rest follows when it is {@linkplain #drain granted}. */
    public void send(byte[] message, int number, boolean note) {
        if (waiting.isEmpty() && message.length <= credit.room() && message.length <= Frame.MAX_PAYLOAD) {
            credit.sent(message.length);
            pieces.write(number, note, true, message, 0, message.length);
            return;
        }
        waiting.add(new Waiting(message, number, note));
        waitingBytes += message.length;
        drain();
    }

    /** Sends what waits, as far as it has room; to be called when there is more credit. */
    public void drain() {
        for (Waiting next = waiting.peek(); next != null && credit.room() > 0; next = waiting.peek()) {
            int length = Math.min(Math.min(credit.room(), Frame.MAX_PAYLOAD), next.message.length - next.sent);
            boolean last = next.sent + length == next.message.length;
            pieces.write(next.number, next.note, last, next.message, next.sent, length);
            next.sent += length;
            credit.sent(length);
            waitingBytes -= length;
            if (last) {
                waiting.remove();
            }
        }
    }

    /** Bytes that wait for room. */
    public int waitingBytes() {
        return waitingBytes;
    }

    /** Whether some message, which may be an empty one, waits. */
    public boolean waits() {
        return !waiting.isEmpty();
    }

    /** Forgets what waits. */
    public void clear() {
        waiting.clear();
        waitingBytes = 0;
    }
}
