package io.trunkline.balancer.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Answers the pings of one WebSocket client: not more than 100 in a second, and while the client does not read at most
 * one answer waits, to the newest ping (RFC 6455, section 5.5.3). Belongs to the channel's event loop.
 */
final class Pongs {
    private static final int MOST_A_SECOND = 100;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private long secondNanos;
    private int pings;
    private @Nullable ByteBuf waiting;

    /** Answers a ping, whose content stays the caller's; false when there were too many. */
    boolean answer(Channel channel, ByteBuf content, long now) {
        if (pings == 0 || now - secondNanos > SECOND) {
            secondNanos = now;
            pings = 0;
        }
        if (++pings > MOST_A_SECOND) {
            return false;
        }
        forget();
        if (channel.isWritable()) {
            channel.writeAndFlush(new PongWebSocketFrame(content.retain()));
        } else {
            waiting = content.retain();
        }
        return true;
    }

    /** The client reads again. */
    void writeWaiting(Channel channel) {
        ByteBuf content = waiting;
        if (content != null) {
            waiting = null;
            channel.writeAndFlush(new PongWebSocketFrame(content));
        }
    }

    /** Lets go of the answer that waits. */
    void forget() {
        if (waiting != null) {
            waiting.release();
            waiting = null;
        }
    }
}
