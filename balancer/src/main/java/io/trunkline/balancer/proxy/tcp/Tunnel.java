package io.trunkline.balancer.proxy.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.trunkline.balancer.tls.LastWords;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client's socket and a server's, joined: the buffer that is read from one is written to the other. A side is not
 * read while the other one cannot be written, so a tunnel holds at most a write buffer and one read for each direction.
 * The end of what a side says is said to the other one after all that came before; a reset is passed on as a reset, so
 * that a part is not taken for the whole. Both sockets belong to the same event loop, and so does the tunnel.
 */
public final class Tunnel {
    /** How a tunnel came to its end. */
    public enum Ending {
        /** Both sides have said all, or one has closed. */
        CLOSED,
        CLIENT_RESET,
        SERVER_RESET,
        /** Nothing was said for too long. */
        IDLE,
        /** The process stops. */
        STOPPED
    }

    /** When one side is gone, the other one has so long between two signs of taking what waits for it. */
    private static final long LEAVING_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final End client;
    private final End server;
    private final Consumer<Tunnel> whenEnded;
    private @Nullable Ending ending;
    private boolean heldBack;
    private boolean stirred;
    private long quietSince = System.nanoTime();

    /**
     * A tunnel that carries nothing until it is {@linkplain #start started}.
     *
     * @param whenEnded hears of the end, once, when both sockets are closed
     */
    public Tunnel(Channel client, Channel server, Consumer<Tunnel> whenEnded) {
        this.client = new End(client, server, Ending.CLIENT_RESET);
        this.server = new End(server, client, Ending.SERVER_RESET);
        this.whenEnded = whenEnded;
    }

    /** Joins the two. Their pipelines hold nothing any more that takes bytes for something else. */
    public void start() {
        client.start(server);
        server.start(client);
    }

    /** Writes to the server what was read from the client before there was a tunnel. Takes it over. */
    public void early(ByteBuf read) {
        client.bytes += read.readableBytes();
        server.own.writeAndFlush(read, server.own.voidPromise());
    }

    /** The client had said all before there was a tunnel. */
    public void clientSaidAll() {
        client.saidAll();
    }

    /** Bytes from the client to the server so far. */
    public long toServer() {
        return client.bytes;
    }

    /** Bytes from the server to the client so far. */
    public long toClient() {
        return server.bytes;
    }

    /** How it ended; {@link Ending#CLOSED} while it has not. */
    public Ending ending() {
        Ending known = ending;
        return known == null ? Ending.CLOSED : known;
    }

    /** Bytes that wait to be written to the two. */
    public long waiting() {
        return client.waiting() + server.waiting();
    }

    /** Reads neither side, or reads them again. */
    public void holdBack(boolean back) {
        heldBack = back;
        if (!back) {
            client.readIfWritable();
            server.readIfWritable();
        } else {
            client.own.config().setAutoRead(false);
            server.own.config().setAutoRead(false);
        }
    }

    /** Ends it with a reset on both sides. */
    public void end(Ending why) {
        note(why);
        client.reset();
        server.reset();
    }

    /** Ends it when no byte has moved for so long; 0: never, as long as both sides are there. */
    public void tick(long now, long idleNanos) {
        long limit = client.gone || server.gone ? LEAVING_NANOS : idleNanos;
        if (stirred || limit == 0) {
            stirred = false;
            quietSince = now;
        } else if (now - quietSince >= limit) {
            end(Ending.IDLE);
        }
    }

    private void note(Ending why) {
        if (ending == null) {
            ending = why;
        }
    }

    /** One of the two sockets: what it reads goes to the other one. */
    private final class End extends ChannelInboundHandlerAdapter {
        private final Channel own;
        private final Channel peer;
        private final Ending resetOf;
        private long bytes;
        private boolean saidAll;
        private boolean toldAll;
        private boolean gone;

        End(Channel own, Channel peer, Ending resetOf) {
            this.own = own;
            this.peer = peer;
            this.resetOf = resetOf;
        }

        void start(End other) {
            own.pipeline().addLast("tunnel", this);
            readIfWritable();
            own.closeFuture().addListener(closed -> gone(other));
        }

        void readIfWritable() {
            own.config().setAutoRead(!heldBack && peer.isWritable());
        }

        long waiting() {
            ChannelOutboundBuffer out = own.unsafe().outboundBuffer();
            return out == null ? 0 : out.totalPendingWriteBytes();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf read = (ByteBuf) message;
            bytes += read.readableBytes();
            stirred = true;
            peer.write(read, peer.voidPromise());
            if (!peer.isWritable()) {
                peer.flush();
                if (!peer.isWritable()) {
                    own.config().setAutoRead(false);
                }
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            peer.flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            stirred = true;
            if (own.isWritable() && !heldBack) {
                peer.config().setAutoRead(true);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent
                    || (event instanceof SslCloseCompletionEvent close && close.isSuccess())) {
                saidAll();
            }
        }

        /** Says the end of this side to the other one, after all that waits there. */
        void saidAll() {
            if (saidAll) {
                return;
            }
            saidAll = true;
            stirred = true;
            peer.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
                if (!written.isSuccess()) {
                    return;
                }
                toldAll = true;
                if (client.toldAll && server.toldAll) {
                    own.close();
                    peer.close();
                } else if (!LastWords.say(peer)) {
                    ((DuplexChannel) peer).shutdownOutput();
                }
            });
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // What is written to a socket that is closed fails without being news.
            if (!(cause instanceof ClosedChannelException)) {
                note(resetOf);
                own.close();
            }
        }

        private void gone(End other) {
            gone = true;
            stirred = true;
            if (other.gone) {
                note(Ending.CLOSED);
                whenEnded.accept(Tunnel.this);
            } else if (ending != null) {
                peer.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> other.reset());
            } else {
                peer.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            }
        }

        /** Closes this socket so that its peer sees that something went wrong. */
        void reset() {
            if (own.isActive()) {
                own.config().setOption(ChannelOption.SO_LINGER, 0);
            }
            own.close();
        }
    }
}
