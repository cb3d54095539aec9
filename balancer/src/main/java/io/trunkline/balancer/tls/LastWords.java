package io.trunkline.balancer.tls;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;

/** How TLS ends when this side has said all: it tells the client so, and reads on without listening. */
public final class LastWords {
    private LastWords() {}

    /**
     * Says that nothing more is said (close_notify; RFC 8446, section 6.1), once what has been read is dealt with. The
     * socket stays open. What the client says after that is thrown away before TLS sees it, because OpenSSL takes it
     * for an error that ends the connection.
     *
     * @return false, and nothing done, when the channel has no TLS
     */
    public static boolean say(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            return false;
        }
        channel.eventLoop().execute(() -> {
            if (channel.isActive()) {
                channel.pipeline().addFirst("deaf", new Deaf());
                tls.closeOutbound();
            }
        });
        return true;
    }

    /** Releases what is read. */
    private static final class Deaf extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
        }
    }
}
