package io.trunkline.load.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.trunkline.load.measure.Errors;
import org.jspecify.annotations.Nullable;

/**
 * One client connection from its connect to its end, whatever the bytes on it are: what it has unanswered, whether it
 * may send. Releases every buffer it reads; runs on its loop's thread.
 */
abstract class Connection extends ChannelInboundHandlerAdapter {
    /** Whether it stands in line to send; kept by {@link Rotation}. */
    boolean queued;

    final int number;
    final Owner owner;
    final Pending pending;
    private @Nullable ChannelHandlerContext context;
    private boolean opening;
    private boolean open;
    private boolean writable = true;
    private boolean ended;

    Connection(Owner owner, int number, int depth) {
        this.owner = owner;
        this.number = number;
        this.pending = new Pending(depth);
    }

    /** TCP has connected: do what makes it open. */
    abstract void begin(long now);

    /** Sends the next request of the load; its latency counts from {@code since}. */
    abstract void send(long since);

    /** Takes all readable bytes. */
    abstract void read(ByteBuf bytes, long now);

    /** An open connection has so many requests that nobody waits for any more; they are not pending now. */
    abstract void gaveUp(int requests);

    /** Whether a request may be sent now. */
    final boolean canSend() {
        return open && writable && pending.hasRoom();
    }

    /** Gives a number to a request that is not of the load, on the way to being open. */
    final int number(long since) {
        return pending.add(since);
    }

    final void write(ByteBuf bytes) {
        ChannelHandlerContext at = context;
        if (at == null) {
            bytes.release();
            return;
        }
        owner.recorder().bytesOut += bytes.readableBytes();
        var unused = at.writeAndFlush(bytes, at.voidPromise());
    }

    /** Counts the end of the opening. */
    final void becomeOpen(long now) {
        open = true;
        opening = false;
        owner.opened(this, now);
    }

    /** Gives up requests that count from before {@code nanos}, and the connection if it is not even open. */
    final void expire(long nanos) {
        int given = ended ? 0 : pending.expire(nanos);
        if (given == 0) {
            return;
        }
        if (opening) {
            end(Errors.OPEN_TIMEOUT);
        } else {
            gaveUp(given);
        }
    }

    /** Closes it; an error is counted if there is a kind, and so are requests that now stay without an answer. */
    final void end(@Nullable String kind) {
        if (ended) {
            return;
        }
        ended = true;
        boolean wasOpen = open;
        open = false;
        int lost = opening ? 0 : pending.size();
        owner.ended(this, wasOpen, kind, lost);
        if (context != null) {
            var unused = context.close();
        }
    }

    final boolean hasEnded() {
        return ended;
    }

    @Override
    public final void channelActive(ChannelHandlerContext ctx) {
        if (ended) {
            var unused = ctx.close();
            return;
        }
        context = ctx;
        opening = true;
        begin(System.nanoTime());
    }

    @Override
    public final void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            owner.recorder().bytesIn += bytes.readableBytes();
            read(bytes, System.nanoTime());
        } finally {
            bytes.release();
        }
    }

    @Override
    public final void channelWritabilityChanged(ChannelHandlerContext ctx) {
        writable = ctx.channel().isWritable();
        if (writable) {
            owner.writable(this);
        }
    }

    @Override
    public final void channelInactive(ChannelHandlerContext ctx) {
        end(Errors.CLOSED_BY_PEER);
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        end(Failures.kindOfClose(cause));
    }
}
