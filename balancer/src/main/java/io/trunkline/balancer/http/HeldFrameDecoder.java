package io.trunkline.balancer.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.trunkline.balancer.admit.Admission;

/** Decodes WebSocket frames, and counts what it holds of a frame that is not whole against the process. */
final class HeldFrameDecoder extends WebSocket13FrameDecoder {
    private final Admission admission;
    private int held;
    private boolean removed;

    HeldFrameDecoder(WebSocketDecoderConfig config, Admission admission) {
        super(config);
        this.admission = admission;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        super.channelRead(ctx, message);
        int more = Math.max(0, waiting() - HttpLoop.UNCOUNTED) - held;
        if (more > 0 && !admission.hold(more)) {
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.TRY_AGAIN_LATER, "the server is overloaded");
        }
        if (more < 0) {
            admission.release(-more);
        }
        held += more;
    }

    /** Bytes of the frame that has begun. */
    int waiting() {
        return removed ? 0 : actualReadableBytes();
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
        removed = true;
        admission.release(held);
        held = 0;
        super.handlerRemoved0(ctx);
    }
}
