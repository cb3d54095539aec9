package io.trunkline.balancer.trunk;

import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.trunk.StreamCredit;
import io.trunkline.protocol.trunk.TrunkWriter;

/**
 * One client's stream on a trunk, as the balancer sees it: how much may still be sent, and how much is to be granted.
 * Belongs to the trunk's event loop.
 */
public final class EdgeStream {
    private final EdgeTrunk trunk;
    private final int number;
    private final StreamListener listener;
    private final StreamCredit credit;
    private boolean turnMarked;
    private boolean settled;

    EdgeStream(EdgeTrunk trunk, int number, int window, StreamListener listener) {
        this.trunk = trunk;
        this.number = number;
        this.credit = new StreamCredit(trunk.writer(), number, window);
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
        TrunkWriter writer = trunk.writer();
        int at = from;
        while (at < message.length && credit.room() > 0 && writer.writable()) {
            int length = Math.min(Math.min(credit.room(), Frame.MAX_PAYLOAD), message.length - at);
            boolean last = at + length == message.length;
            if (losses > 0) {
                writer.writeLost(number, messageNumber, last, heard, losses, message, at, length);
            } else {
                writer.writeData(number, messageNumber, last, repeated, heard, message, at, length);
            }
            at += length;
            credit.sent(length);
        }
        if (at < message.length && credit.room() > 0) {
            trunk.blocked(this);
        }
        return at - from;
    }

    /** So many bytes have gone on to the client: the node may send as many more. */
    public void consumed(int bytes) {
        credit.consumed(bytes);
        if (credit.due()) {
            credit.grant();
        }
    }

    /** The same, told at once: for streams whose other side counts what has gone on. */
    public void consumedNow(int bytes) {
        credit.consumed(bytes);
        credit.grant();
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

    /** A frame of this stream has come. */
    void onFrame(Frame frame) {
        if (frame instanceof Frame.Data data) {
            if (!turnMarked) {
                turnMarked = true;
                trunk.touched(this);
            }
            listener.onData(data.number(), data.note(), data.last(), data.payload());
        } else if (frame instanceof Frame.Credit granted) {
            credit.gained(granted.bytes());
            listener.onRoom();
        } else if (frame instanceof Frame.Done done) {
            listener.onDone(done.number());
        } else if (frame instanceof Frame.Opened) {
            trunk.settled(this);
            listener.onOpened();
        } else if (frame instanceof Frame.Checkpoint checkpoint) {
            listener.onCheckpoint(checkpoint.state());
        } else if (frame instanceof Frame.Reset reset) {
            trunk.ended(this);
            listener.onReset(reset.reason(), reset.handled(), reset.text());
        } else {
            onRareFrame(frame);
        }
    }

    private void onRareFrame(Frame frame) {
        if (frame instanceof Frame.Part part) {
            listener.onPart(part.number(), part.retryMillis());
        } else if (frame instanceof Frame.Adopted adopted) {
            listener.onAdopted(adopted.epoch(), adopted.handled(), adopted.running());
        } else if (frame instanceof Frame.Event event) {
            listener.onEvent(event.last(), event.payload());
        } else if (frame instanceof Frame.Reply reply) {
            listener.onReply(reply.status(), reply.last(), reply.payload());
        } else if (frame instanceof Frame.Begun) {
            listener.onBegun();
        } else {
            throw EdgeTrunk.notSaid(frame);
        }
    }

    /** The opening is over; true at the first call. */
    boolean settle() {
        boolean first = !settled;
        settled = true;
        return first;
    }

    void endTurn() {
        turnMarked = false;
        listener.onTurnEnd();
    }
}
