package io.trunkline.balancer.trunk;

import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;

/**
 * One client's stream on a trunk, as the balancer sees it: how much may still be sent, and how much is to be granted.
 * Belongs to the trunk's event loop.
 */
public final class EdgeStream {
    private final EdgeTrunk trunk;
    private final int number;
    private final StreamListener listener;
    private int room;
    private int consumed;
    private boolean turnMarked;
    private boolean settled;

    EdgeStream(EdgeTrunk trunk, int number, int window, StreamListener listener) {
        this.trunk = trunk;
        this.number = number;
        this.room = window;
        this.listener = listener;
    }

    /** The node at the other end. */
    public NodeKey node() {
        return trunk.node();
    }

    /**
     * Sends as much of a message as the node has granted and the trunk takes.
     *
     * @param from the first byte that has not been sent
     * @param repeated whether another node may have handled the message
     * @param heard whether the client has been told something that belongs to the message, by the node before
     * @return the bytes sent; when they are not all of the rest, {@link StreamListener#onRoom} tells when to go on
     */
    public int send(byte[] message, int messageNumber, int from, boolean repeated, boolean heard) {
        return send(message, messageNumber, from, repeated, heard, 0);
    }

    /**
     * The same for a message that was lost with nodes.
     *
     * @param losses how many
     */
    public int send(byte[] message, int messageNumber, int from, boolean repeated, boolean heard, int losses) {
        int at = from;
        while (at < message.length && room > 0 && trunk.writable()) {
            int length = Math.min(Math.min(room, Frame.MAX_PAYLOAD), message.length - at);
            boolean last = at + length == message.length;
            if (losses > 0) {
                trunk.writer().writeLost(number, messageNumber, last, heard, losses, message, at, length);
            } else {
                trunk.writer().writeData(number, messageNumber, last, repeated, heard, message, at, length);
            }
            at += length;
            room -= length;
        }
        if (at < message.length && room > 0) {
            trunk.blocked(this);
        }
        return at - from;
    }

    /** So many bytes have gone on to the client: the node may send as many more. */
    public void consumed(int bytes) {
        consumed += bytes;
        if (consumed >= trunk.window() / 2) {
            trunk.writer().write(new Frame.Credit(number, consumed));
            consumed = 0;
        }
    }

    /** The same, told at once: for streams whose other side counts what has gone on. */
    public void consumedNow(int bytes) {
        consumed += bytes;
        if (consumed > 0) {
            trunk.writer().write(new Frame.Credit(number, consumed));
            consumed = 0;
        }
    }

    /** Asks the node to let the session go; it finishes what runs and ends the stream with {@code moved}. */
    public void release() {
        trunk.writer().write(new Frame.Release(number));
    }

    /** Ends the stream from this side, unless it is over; the listener hears nothing more. */
    public void reset(Reason reason) {
        if (trunk.ended(this)) {
            trunk.writer().write(new Frame.Reset(number, reason, 0, ""));
        }
    }

    int number() {
        return number;
    }

    StreamListener listener() {
        return listener;
    }

    void granted(int bytes) {
        room = (int) Math.min(Integer.MAX_VALUE, (long) room + bytes);
        listener.onRoom();
    }

    /** The opening is over; true at the first call. */
    boolean settle() {
        boolean first = !settled;
        settled = true;
        return first;
    }

    /** Whether this is the first time in this turn that the stream got data. */
    boolean markTurn() {
        boolean first = !turnMarked;
        turnMarked = true;
        return first;
    }

    void endTurn() {
        turnMarked = false;
        listener.onTurnEnd();
    }
}
