package io.trunkline.balancer.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.trunkline.balancer.client.Intake;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Decodes WebSocket frames one at a time, as far as they are taken. Belongs to the channel's event loop. */
public final class HeldFrameDecoder extends WebSocket13FrameDecoder {
    private final Intake intake;
    private @Nullable ChannelHandlerContext ctx;
    private boolean decoding;
    private boolean removed;

    public HeldFrameDecoder(WebSocketDecoderConfig config, Intake intake) {
        super(config);
        this.intake = intake;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        ByteBuf bytes = (ByteBuf) message;
        if (intake.ignores()) {
            bytes.release();
            return;
        }
        intake.onBytes(bytes.readableBytes());
        decodeAll(ctx, bytes);
        intake.onDecoded();
    }

    private void decodeAll(ChannelHandlerContext ctx, ByteBuf bytes) throws Exception {
        decoding = true;
        try {
            super.channelRead(ctx, bytes);
        } finally {
            decoding = false;
        }
    }

    /** Goes on with what waits; false when nothing could be made of it. */
    public boolean resume() {
        int before = waiting();
        if (decoding || before == 0) {
            return false;
        }
        try {
            decodeAll(Objects.requireNonNull(ctx), Unpooled.EMPTY_BUFFER);
        } catch (Exception e) {
            Objects.requireNonNull(ctx).fireExceptionCaught(e);
        }
        return waiting() < before;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (intake.ignores()) {
            in.skipBytes(in.readableBytes());
        } else if (intake.takesMore()) {
            super.decode(ctx, in, out);
        }
    }

    /** Bytes that wait to be decoded. */
    public int waiting() {
        return removed ? 0 : actualReadableBytes();
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
        removed = true;
        super.handlerRemoved0(ctx);
    }
}
