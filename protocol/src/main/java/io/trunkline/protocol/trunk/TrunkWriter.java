package io.trunkline.protocol.trunk;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.trunkline.protocol.codec.FrameCodec;
import io.trunkline.protocol.frame.Frame;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The one door through which frames enter a trunk. Frames that are written during one turn of the event loop, and
 * during the next ones while they keep coming, share a buffer and one flush, so that many clients share a system call.
 *
 * <p>Belongs to the trunk's event loop: every method must be called there. {@link #inLoop} tells, and {@link #execute}
 * brings other threads in.
 */
public final class TrunkWriter {
    /** Bytes gathered before they are handed to the channel: many frames, yet no more than a send buffer takes. */
    private static final int BATCH = 64 * 1024;

    /** How long a frame may wait for others, in nanoseconds: below what people or programs notice behind a socket. */
    private static final long PATIENCE_NANOS = 100_000;

    private final Channel channel;
    private final EventLoop loop;
    private final Runnable turnEnd = this::onTurnEnd;
    private ByteBuf batch;
    private boolean scheduled;
    private boolean grew;
    private long waitingSinceNanos;
    private boolean closed;

    /** The door of this channel. */
    public TrunkWriter(Channel channel) {
        this.channel = channel;
        this.loop = channel.eventLoop();
        this.batch = channel.alloc().directBuffer(1024);
    }

    /** Whether the caller is on the trunk's event loop. */
    public boolean inLoop() {
        return loop.inEventLoop();
    }

    /** Runs a task on the trunk's event loop, in the order of the calls from one thread; dropped after its shutdown. */
    public void execute(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            // The loop has ended, and with it everything that the task could have changed.
        }
    }

    /** Whether the socket keeps up; when it does not, what can wait should wait for the channel's writability event. */
    public boolean writable() {
        return channel.isWritable();
    }

    /** Adds any frame. Frames after {@link #close} are dropped. */
    public void write(Frame frame) {
        if (!closed) {
            FrameCodec.encode(frame, room());
            scheduleTurnEnd();
        }
    }

    /**
     * Adds a piece of a message straight from an array; see {@link FrameCodec#encodeData}.
     *
     * @param note whether the message belongs to another one, which it does not answer
     */
    public void writeData(
            int stream,
            int number,
            boolean last,
            boolean repeated,
            boolean note,
            byte[] source,
            int offset,
            int length) {
        if (!closed) {
            FrameCodec.encodeData(room(), stream, number, last, repeated, note, source, offset, length);
            scheduleTurnEnd();
        }
    }

    /** Adds a piece of a message that was {@linkplain Frame.Data#losses lost with nodes}. */
    public void writeLost(
            int stream, int number, boolean last, boolean note, int losses, byte[] source, int offset, int length) {
        if (!closed) {
            FrameCodec.encodeLost(room(), stream, number, last, note, losses, source, offset, length);
            scheduleTurnEnd();
        }
    }

    /** Adds a piece of a response to another balancer. */
    public void writeReply(int stream, int status, boolean last, byte[] source, int offset, int length) {
        if (!closed) {
            FrameCodec.encodeReply(room(), stream, status, last, source, offset, length);
            scheduleTurnEnd();
        }
    }

    /** Adds a piece of an event for another balancer. */
    public void writeEvent(int stream, boolean last, byte[] source, int offset, int length) {
        if (!closed) {
            FrameCodec.encodeEvent(room(), stream, last, source, offset, length);
            scheduleTurnEnd();
        }
    }

    /** Sends what is gathered; later frames are dropped. The channel stays open: its owner closes it. */
    public void close() {
        if (!closed) {
            flushNow();
            closed = true;
            batch.release();
        }
    }

    private ByteBuf room() {
        if (batch.readableBytes() >= BATCH) {
            handOver();
        }
        return batch;
    }

    private void scheduleTurnEnd() {
        grew = true;
        if (!scheduled) {
            scheduled = true;
            waitingSinceNanos = System.nanoTime();
            loop.execute(turnEnd);
        }
    }

    /**
     * Sends what is gathered, or waits for one more look at the sockets as long as each look brings more: when the loop
     * is idle that costs a look, when it is busy it saves a system call here and a wake-up there.
     */
    private void onTurnEnd() {
        if (grew && batch.readableBytes() < BATCH && System.nanoTime() - waitingSinceNanos < PATIENCE_NANOS) {
            grew = false;
            // Not execute: the loop runs new tasks before it looks at the sockets again, but timers after.
            loop.schedule(turnEnd, 0, TimeUnit.NANOSECONDS);
            return;
        }
        flushNow();
    }

    private void flushNow() {
        scheduled = false;
        if (closed) {
            return;
        }
        if (batch.isReadable()) {
            handOver();
        }
        channel.flush();
    }

    private void handOver() {
        ByteBuf full = batch;
        batch = channel.alloc().directBuffer(Math.min(BATCH, Math.max(1024, full.readableBytes())));
        channel.write(full, channel.voidPromise());
    }
}
