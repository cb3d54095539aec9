package io.trunkline.protocol.trunk;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.trunkline.protocol.codec.BadFrameException;
import io.trunkline.protocol.codec.FrameDecoder;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * One end of a trunk on its channel, whoever has dialed: reads bytes as frames for its {@link Side}, and owns the
 * {@link TrunkWriter} by which that side answers. Belongs to the channel's event loop. What breaks the protocol ends
 * this trunk, with words, and no other.
 */
public final class TrunkEnd extends ChannelInboundHandlerAdapter {
    /** What is done with the frames. All calls come on the trunk's event loop. */
    public interface Side {
        /** The channel is connected. */
        default void onConnected() {}

        /** A frame has come; its payload is valid only during the call. */
        void onFrame(Frame frame);

        /** What has come is handled for now. */
        default void onTurnEnd() {}

        /** The socket keeps up again, or no more; see {@link TrunkWriter#writable}. */
        default void onWritability(boolean writable) {}

        /** The other side broke the protocol. It is told so and the trunk is closed, after this call. */
        void onBadFrame(Reason reason, String text);

        /** Input, output or this side itself failed; to be closed by this side. */
        void onFailed(Throwable cause);

        /** Once in a while, as long as the trunk is there. */
        void onTick(long nowNanos);

        /** The channel is closed. */
        void onClosed();
    }

    private final Channel channel;
    private final TrunkWriter writer;
    private final FrameDecoder decoder = new FrameDecoder(this::onFrame);
    private final Side side;
    private long heardNanos = System.nanoTime();

    /**
     * The end of this channel; to be added to its pipeline.
     *
     * @param side makes what is done with the frames; it may use the end, but not add it to anything
     */
    public TrunkEnd(Channel channel, Function<TrunkEnd, ? extends Side> side) {
        this.channel = channel;
        this.writer = new TrunkWriter(channel);
        this.side = side.apply(this);
    }

    /** What is done with the frames. */
    public Side side() {
        return side;
    }

    /** The one door for what this side says. */
    public TrunkWriter writer() {
        return writer;
    }

    /** The event loop that everything here belongs to. */
    public EventLoop loop() {
        return channel.eventLoop();
    }

    /** The channel of this trunk. */
    public Channel channel() {
        return channel;
    }

    /** Who is at the other end, as far as the network knows. */
    public String remote() {
        return String.valueOf(channel.remoteAddress());
    }

    /** The other side has proved who it is: frames of full size are taken. */
    public void authenticated() {
        decoder.authenticated();
    }

    /** When a frame came last, or {@link #heardAt} was called, in nanoseconds. */
    public long heardNanos() {
        return heardNanos;
    }

    /** Takes this as the time when a frame came last. */
    public void heardAt(long nanos) {
        heardNanos = nanos;
    }

    /** Runs a task on the event loop after a while. */
    public void later(Duration delay, Runnable task) {
        loop().schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Has the side look at its deadlines, again and again as long as the channel is open. */
    public void tickEvery(Duration interval) {
        long millis = interval.toMillis();
        ScheduledFuture<?> ticks =
                loop().scheduleAtFixedRate(() -> side.onTick(System.nanoTime()), millis, millis, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> ticks.cancel(false));
    }

    /** Tells the other side why, and closes the trunk. */
    public void sendAway(Reason reason, String text) {
        writer.write(new Frame.GoAway(reason, text));
        close();
    }

    /** Sends what is written already and closes the trunk. */
    public void close() {
        writer.close();
        channel.close();
    }

    private void onFrame(Frame frame) {
        heardNanos = System.nanoTime();
        side.onFrame(frame);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.pipeline().addBefore(ctx.name(), "frames", decoder);
    }

    /** The end of every attempt, also of one that never became active: the writer holds a buffer from the start. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        writer.close();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        heardNanos = System.nanoTime();
        side.onConnected();
        ctx.fireChannelActive();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        side.onTurnEnd();
        ctx.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        side.onWritability(channel.isWritable());
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof BadFrameException bad) {
            String text = String.valueOf(bad.getMessage());
            side.onBadFrame(bad.reason(), text);
            sendAway(bad.reason(), text);
        } else {
            side.onFailed(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        writer.close();
        side.onClosed();
        ctx.fireChannelInactive();
    }
}
