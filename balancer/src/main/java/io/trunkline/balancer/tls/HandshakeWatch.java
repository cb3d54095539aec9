package io.trunkline.balancer.tls;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.trunkline.protocol.metrics.Metrics;
import java.nio.channels.ClosedChannelException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts handshakes by how they end, and keeps from the later stages what goes wrong in them; TLS closes the connection
 * then. Reads no bytes.
 */
@Sharable
final class HandshakeWatch extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(HandshakeWatch.class);

    private final Metrics metrics;
    private final boolean closes;

    /**
     * A watch for any number of connections.
     *
     * @param closes whether a client that says nothing more is closed, as one that closes its side of the socket is
     */
    HandshakeWatch(Metrics metrics, boolean closes) {
        this.metrics = metrics;
        this.closes = closes;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            count(outcome(handshake.cause()));
        } else if (event instanceof SslCloseCompletionEvent close && closes) {
            if (close.isSuccess()) {
                ctx.close();
            }
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        if (tls != null && tls.handshakeFuture().isSuccess()) {
            ctx.fireExceptionCaught(cause);
        } else {
            LOG.debug("tls.handshake_failed", cause);
            ctx.close();
        }
    }

    private static String outcome(@Nullable Throwable cause) {
        if (cause == null) {
            return "ok";
        } else if (cause instanceof NotSslRecordException) {
            return "plain";
        } else if (cause instanceof SslHandshakeTimeoutException) {
            return "late";
        }
        return cause instanceof ClosedChannelException ? "gone" : "failed";
    }

    private void count(String outcome) {
        metrics.counter("trunkline.tls.handshakes", Map.of("outcome", outcome)).increment();
    }

    /** A connection was closed before its handshake, because there was no place for it. */
    void refused() {
        count("refused");
    }
}
