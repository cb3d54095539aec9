package io.trunkline.protocol.trunk;

import io.trunkline.protocol.frame.Frame;

/**
 * How many bytes of messages either side may send on one stream: what the other side has granted, and what is granted
 * to it. Belongs to the trunk's event loop.
 */
public final class StreamCredit {
    private final TrunkWriter writer;
    private final int stream;
    private final int window;
    private int room;
    private int granted;
    private int consumed;

    /**
     * The credit of a fresh stream.
     *
     * @param window bytes that either side may send before it is granted more
     */
    public StreamCredit(TrunkWriter writer, int stream, int window) {
        this.writer = writer;
        this.stream = stream;
        this.window = window;
        this.room = window;
        this.granted = window;
    }

    // --- what goes out

    /** Bytes that may be sent now. */
    public int room() {
        return room;
    }

    /** So many bytes were sent. */
    public void sent(int bytes) {
        room -= bytes;
    }

    /** The other side takes so many bytes more. */
    public void gained(int bytes) {
        room = (int) Math.min(Integer.MAX_VALUE, (long) room + bytes);
    }

    // --- what comes in

    /** So many bytes have come; false when they are more than was granted. */
    public boolean received(int bytes) {
        granted -= bytes;
        return granted >= 0;
    }

    /** So many bytes have been dealt with, and may be granted again; fewer when negative. */
    public void consumed(int bytes) {
        consumed += bytes;
    }

    /** Whether it is time to {@link #grant}: half a window at a time, for credit costs a frame. */
    public boolean due() {
        return consumed >= window / 2;
    }

    /** Grants the other side as many bytes as have been dealt with. */
    public void grant() {
        if (consumed > 0) {
            writer.write(new Frame.Credit(stream, consumed));
            granted += consumed;
            consumed = 0;
        }
    }
}
