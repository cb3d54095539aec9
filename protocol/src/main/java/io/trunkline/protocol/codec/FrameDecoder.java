package io.trunkline.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.trunkline.protocol.frame.Frame;
import java.util.List;
import java.util.function.Consumer;

/**
 * Cuts a trunk's bytes into frames and hands each to the owner at once, on the event loop. It reads bytes, releases
 * them, and writes nothing; a frame that breaks the layout is thrown as {@link BadFrameException}, after which nothing
 * more of this trunk is read.
 *
 * <p>Until {@link #authenticated} only bodies of {@link Frame#MAX_BODY_UNAUTHENTICATED} bytes are taken, so that a
 * stranger can make this side hold no more than one such frame.
 */
public final class FrameDecoder extends ByteToMessageDecoder {
    private final Consumer<Frame> owner;
    private int maxBody = Frame.MAX_BODY_UNAUTHENTICATED;
    private boolean broken;

    /** A decoder that hands frames to {@code owner}, who must not keep the payload of data. */
    public FrameDecoder(Consumer<Frame> owner) {
        this.owner = owner;
    }

    /** From now on frames of full size are taken: the other side has proved who it is. */
    public void authenticated() {
        maxBody = Frame.MAX_BODY;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        try {
            while (in.readableBytes() >= FrameCodec.HEADER && ctx.channel().isActive()) {
                int length = in.getInt(in.readerIndex());
                if (length < 0 || length > maxBody) {
                    throw new BadFrameException("a frame of " + Integer.toUnsignedLong(length)
                            + " bytes (expected: at most " + maxBody + ")");
                }
                if (in.readableBytes() < FrameCodec.HEADER + length) {
                    return;
                }
                owner.accept(FrameCodec.decode(in));
            }
        } catch (BadFrameException e) {
            broken = true;
            in.skipBytes(in.readableBytes());
            ctx.fireExceptionCaught(e);
        }
    }
}
