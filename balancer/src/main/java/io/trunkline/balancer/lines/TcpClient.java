package io.trunkline.balancer.lines;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.trunkline.balancer.client.ClientLoop;
import io.trunkline.balancer.client.Crowd;
import io.trunkline.protocol.refusal.Reason;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a client that speaks lines over TCP: hands on its bytes, and looks at its deadlines. Belongs to its
 * event loop.
 */
final class TcpClient extends ChannelInboundHandlerAdapter implements ClientLoop.Member {
    /**
     * From the client's end of input to the first byte that shows whether it is still there, and the longest pause
     * after.
     */
    private static final long FIRST_PROBE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long LAST_PROBE_NANOS = TimeUnit.SECONDS.toNanos(16);

    private final LineLoop loop;
    private final ClientLoop clients;
    private final LineOwner.@Nullable Finder owners;
    private final Crowd.Seat seat = new Crowd.Seat();
    private @Nullable Channel channel;
    private @Nullable LineClient client;
    private boolean inputEnded;
    private long probeAtNanos;
    private long probePauseNanos = FIRST_PROBE_NANOS;

    /**
     * A connection that was admitted.
     *
     * @param owners tells whose client it is; null when authentication is off
     */
    TcpClient(LineLoop loop, LineOwner.@Nullable Finder owners) {
        this.loop = loop;
        this.clients = loop.common();
        this.owners = owners;
    }

    @Override
    public Crowd.Seat seat() {
        return seat;
    }

    // --- the socket

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
        client = new LineClient(loop, owners, context.channel());
        clients.sessions().add(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        client().heard((ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        client().allRead();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        client().writabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (isEndOfInput(event) && !inputEnded) {
            inputEnded = true;
            probeAtNanos = System.nanoTime() + FIRST_PROBE_NANOS;
            client().inputEnded(event instanceof ChannelInputShutdownEvent
                    && context.pipeline().get(SslHandler.class) != null);
        }
        context.fireUserEventTriggered(event);
    }

    /**
     * The client has closed its side of the socket, or says by TLS that it says nothing more (RFC 8446, section 6.1).
     */
    private static boolean isEndOfInput(Object event) {
        return event instanceof ChannelInputShutdownEvent
                || (event instanceof SslCloseCompletionEvent close && close.isSuccess());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        client().disconnected();
        clients.sessions().remove(this);
        clients.disconnected();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof OutOfMemoryError) {
            client().account().failed(cause);
            client().broken();
        } else {
            clients.failed(cause);
            context.close();
        }
    }

    // --- time

    @Override
    public void tick(long now) {
        client().relay().tick(now);
        client().account().output(channel());
        probe(now);
        if (client().closing().begun()) {
            client().closing()
                    .tick(channel(), now, clients.settings().timeouts().stall().toNanos());
            return;
        }
        Reason late = loop.deadlines().passed(client(), now);
        if (late == Reason.CLIENT_SLOW) {
            clients.ended(late);
            drop();
        } else if (client().over(now)) {
            client().refuse(Reason.UNAUTHORIZED, "the certificate has to be shown again");
        } else if (late != null) {
            client().refuse(late, "");
        }
    }

    /**
     * A client that has closed its socket looks like one that has only said its last word and waits for the answer. A
     * blank in front of that, which is no part of any JSON, shows which it is: the system of the former resets the
     * connection.
     */
    private void probe(long now) {
        if (inputEnded && now - probeAtNanos >= 0 && client().mayBeProbed()) {
            probePauseNanos = Math.min(LAST_PROBE_NANOS, 2 * probePauseNanos);
            probeAtNanos = now + probePauseNanos;
            channel().writeAndFlush(channel().alloc().buffer(1).writeByte(' '));
        }
    }

    @Override
    public void drain(long now, boolean late) {
        if (late || !client().relay().busy()) {
            client().refuse(Reason.SHUTTING_DOWN, "");
        }
    }

    @Override
    public void drop() {
        channel().close();
    }

    private LineClient client() {
        return Objects.requireNonNull(client);
    }

    private Channel channel() {
        return Objects.requireNonNull(channel);
    }
}
