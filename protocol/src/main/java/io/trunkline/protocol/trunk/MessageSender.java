package io.trunkline.protocol.trunk;

import io.trunkline.protocol.frame.Frame;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One stream's way out: cuts messages into pieces, as far as the other side has granted room, and keeps the rest in order.
 * The owner bounds what waits. Belongs to the trunk's event loop.
 */
public final class MessageSender {
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

    private final TrunkWriter writer;
    private final int stream;
    private final Deque<Waiting> waiting = new ArrayDeque<>(0);
    private int room;
    private int waitingBytes;

    /**
     * The way out of one stream.
     *
     * @param room bytes that may go before more is granted
     */
    public MessageSender(TrunkWriter writer, int stream, int room) {
        this.writer = writer;
        this.stream = stream;
        this.room = room;
    }

    /** Sends a message, or as much of it as has room; the rest follows when it is {@linkplain #granted granted}. */
    public void send(byte[] message, int number, boolean note) {
        if (waiting.isEmpty() && message.length <= room && message.length <= Frame.MAX_PAYLOAD) {
            room -= message.length;
            writer.writeData(stream, number, true, false, note, message, 0, message.length);
            return;
        }
        waiting.add(new Waiting(message, number, note));
        waitingBytes += message.length;
        drain();
    }

    /** The other side takes so many bytes more. */
    public void granted(int bytes) {
        room = (int) Math.min(Integer.MAX_VALUE, (long) room + bytes);
        drain();
    }

    private void drain() {
        for (Waiting next = waiting.peek(); next != null && room > 0; next = waiting.peek()) {
            int length = Math.min(Math.min(room, Frame.MAX_PAYLOAD), next.message.length - next.sent);
            boolean last = next.sent + length == next.message.length;
            writer.writeData(stream, next.number, last, false, next.note, next.message, next.sent, length);
            next.sent += length;
            room -= length;
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
