package io.trunkline.balancer.client;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.trunkline.balancer.tls.LastWords;
import java.util.concurrent.TimeUnit;

/** How a connection ends whose client has been told why. */
public final class Closing {
    /** How long the client may take to close; until then what it sends is thrown away. */
    public static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private Closing() {}

    /** Nothing more is said; what the client still says is read. */
    public static void endOutput(ChannelHandlerContext context) {
        if (!LastWords.say(context.channel())) {
            if (context.channel() instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
            } else {
                context.close();
                return;
            }
        }
        context.channel().config().setAutoRead(true);
    }
}
