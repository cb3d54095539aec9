package io.trunkline.balancer.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * The bytes that one client holds: from their arrival until they are written or dropped. Costs one object and, for each
 * message, a few additions without a lock. Belongs to the client's event loop.
 */
public final class Account {
    /** Progress is this part of what the client holds. */
    private static final int PROGRESS = 8;

    private final LoopMemory loop;
    private final Tenant tenant;
    private long bytes;
    private long input;
    private long output;
    private boolean heldBack;
    private boolean closed;
    /**
     * Since when memory has held the client up; 0 when it does not. To be read again for a moment, or to take a few
     * bytes, is no progress: many that wait for each other would take turns.
     */
    private long stuckNanos;
    /** What the client has let go of since then: what it was sent, or was answered. */
    private long letGo;
    /** Where the loop's list of heavy clients holds this one; -1 when it is not heavy. */
    private int place = -1;

    Account(LoopMemory loop, Tenant tenant) {
        this.loop = loop;
        this.tenant = tenant;
    }

    // --- what is there

    /** Counts bytes that are there. Bytes that may still be refused ask for {@link #room} first. */
    public void take(long more) {
        if (closed) {
            return;
        }
        if (more < 0) {
            letGo -= more;
        }
        change(more);
    }

    private void change(long more) {
        bytes += more;
        if (bytes > LoopMemory.LIGHT != place >= 0) {
            loop.weigh(this);
        }
        loop.add(more);
    }

    /** Undoes {@link #take}. */
    public void giveBack(long less) {
        if (less != 0) {
            take(-less);
        }
    }

    /** So many bytes wait to be decoded, or for the rest of their message. Takes the place of what was said before. */
    public void input(long waiting) {
        if (waiting != input && !closed) {
            long more = waiting - input;
            input = waiting;
            change(more);
        }
    }

    /** Counts what waits for the client's socket. To be called after writes, and once in a while. */
    public void output(Channel channel) {
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        long waiting = out == null ? 0 : out.totalPendingWriteBytes();
        if (waiting != output) {
            output(waiting);
        }
    }

    /** So many bytes wait to be written. Takes the place of what was said before. */
    public void output(long waiting) {
        if (waiting != output && !closed) {
            long more = waiting - output;
            output = waiting;
            take(more);
        }
    }

    /** Closes the client's socket at once, with what waits for it: also where TLS would wait until that has gone. */
    public void abort(Channel channel) {
        channel.unsafe().close(channel.unsafe().voidPromise());
        output(channel);
    }

    /** The client is gone, and all it held; nothing is counted any more. */
    public void close() {
        giveBack(bytes);
        input = 0;
        output = 0;
        closed = true;
        loop.settle();
    }

    // --- what may come

    /**
     * Whether so many bytes may come. When memory is exhausted a client that holds much may have no more, and one that
     * holds little may: the loop sheds its heaviest client for it.
     */
    public boolean room(long more) {
        return !loop.exhausted() || loop.makeRoom(this, more);
    }

    /** Whether the client may be sent more than is under way: not when memory is tight and it holds much. */
    public boolean mayGrow() {
        if (!loop.tight() || place < 0) {
            return true;
        }
        stuck();
        return false;
    }

    /** Whether memory is tight: what need not be kept should not be. */
    public boolean isTight() {
        return loop.tight();
    }

    /** The work of a client failed. When it is for want of memory, that is counted and told as an error. */
    public void failed(Throwable cause) {
        loop.failed(cause);
    }

    // --- for the loop

    /** What the client holds, in bytes. */
    public long bytes() {
        return bytes;
    }

    /** Whether no input is taken from the client, for want of memory. */
    public boolean heldBack() {
        return heldBack;
    }

    boolean isHeavy() {
        return place >= 0;
    }

    int place() {
        return place;
    }

    void place(int index) {
        place = index;
    }

    void holdBack(boolean back) {
        if (heldBack != back && !closed) {
            heldBack = back;
            if (back) {
                stuck();
            }
            tenant.holdBack(back);
        }
    }

    private void stuck() {
        if (stuckNanos == 0) {
            stuckNanos = Math.max(1, System.nanoTime());
            letGo = 0;
        }
    }

    /** Memory is not tight any more. */
    void calm() {
        stuckNanos = 0;
    }

    /**
     * Whether memory has held the client up for so long, and it has let go of little for what it holds. One that has
     * let go of much has the same time again.
     */
    boolean stuckFor(long nanos, long now) {
        if (stuckNanos == 0 || now - stuckNanos <= nanos) {
            return false;
        }
        if (letGo < bytes / PROGRESS) {
            return true;
        }
        stuckNanos = heldBack ? now : 0;
        letGo = 0;
        return false;
    }

    void shed() {
        tenant.shed();
    }
}
