package io.trunkline.balancer.peer;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.trunkline.balancer.events.BalancerEvents;
import io.trunkline.protocol.codec.BadFrameException;
import io.trunkline.protocol.codec.FrameDecoder;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.trunk.ListenerHandshake;
import io.trunkline.protocol.trunk.StreamMap;
import io.trunkline.protocol.trunk.TrunkWriter;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A trunk from another balancer: lets it prove the secret, then splits what comes into requests. Reads frames, writes
 * through its {@link TrunkWriter}, belongs to the channel's event loop. What breaks the protocol ends this trunk.
 */
final class PeerTrunk extends ChannelInboundHandlerAdapter {
    private final PeerListener listener;
    private final ListenerHandshake handshake;
    private final StreamMap<PeerStream> streams = new StreamMap<>();
    private @Nullable TrunkWriter writer;
    private @Nullable FrameDecoder decoder;
    private @Nullable ChannelHandlerContext ctx;
    private int newestStream;
    private long lastRead = System.nanoTime();

    PeerTrunk(PeerListener listener) {
        this.listener = listener;
        this.handshake = new ListenerHandshake(listener.identity());
    }

    private TrunkWriter writer() {
        return Objects.requireNonNull(writer);
    }

    void remove(PeerStream stream) {
        streams.remove(stream.number());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        writer = new TrunkWriter(context.channel());
        decoder = new FrameDecoder(this::onFrame);
        context.pipeline().addBefore(context.name(), "frames", decoder);
        context.executor()
                .schedule(
                        () -> {
                            if (!handshake.done()) {
                                sendAway(context, Reason.UNAUTHENTICATED, "no proof in time");
                            }
                        },
                        listener.settings().handshake().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        writer().close();
        listener.closed(this);
        for (PeerStream stream : List.copyOf(streams.all())) {
            streams.remove(stream.number());
            stream.onEnd();
        }
        context.fireChannelInactive();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        // A peer that does not read is asked for no more questions.
        context.channel().config().setAutoRead(context.channel().isWritable());
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof BadFrameException bad) {
            BalancerEvents.peerRefused(
                    String.valueOf(context.channel().remoteAddress()), bad.reason(), String.valueOf(bad.getMessage()));
            sendAway(context, bad.reason(), String.valueOf(bad.getMessage()));
        } else if (cause instanceof IOException) {
            context.close();
        } else {
            BalancerEvents.peerBroken(handshake.edge(), cause);
            sendAway(context, Reason.INTERNAL, "");
        }
    }

    private void sendAway(ChannelHandlerContext context, Reason reason, String text) {
        writer().write(new Frame.GoAway(reason, text));
        close(context);
    }

    void close(ChannelHandlerContext context) {
        writer().close();
        context.close();
    }

    /** Once in a while, on the event loop: ends a trunk that has died silently. */
    void tick(ChannelHandlerContext context) {
        if (System.nanoTime() - lastRead > listener.settings().silence().toNanos()) {
            context.close();
        }
    }

    private void onFrame(Frame frame) {
        lastRead = System.nanoTime();
        if (!handshake.done()) {
            writer().write(handshake.answer(frame));
            if (handshake.done()) {
                Objects.requireNonNull(decoder).authenticated();
                listener.proved(this);
            }
        } else if (frame instanceof Frame.Open open) {
            onOpen(open);
        } else if (frame.stream() != Frame.NO_STREAM) {
            PeerStream stream = streams.get(frame.stream());
            if (stream != null) {
                try {
                    onStreamFrame(stream, frame);
                } catch (BadFrameException e) {
                    throw e;
                } catch (OutOfMemoryError | RuntimeException e) {
                    // What fails for one client must not end the trunk, which carries all the others.
                    stream.broken(e);
                }
            } else if (frame.stream() - newestStream > 0) {
                throw new BadFrameException("stream " + frame.stream() + " was never opened");
            }
        } else if (frame instanceof Frame.Ping ping) {
            writer().write(new Frame.Pong(ping.value()));
        } else if (!(frame instanceof Frame.Pong || frame instanceof Frame.GoAway)) {
            throw new BadFrameException("a peer may not say " + frame.getClass().getSimpleName());
        }
    }

    private void onOpen(Frame.Open open) {
        if (open.stream() - newestStream <= 0 || streams.contains(open.stream())) {
            throw new BadFrameException("stream " + open.stream() + " opened after " + newestStream);
        }
        newestStream = open.stream();
        EventLoop loop = Objects.requireNonNull(ctx).channel().eventLoop();
        PeerStream stream =
                new PeerStream(this, loop, listener.memory(loop), writer(), open.stream(), listener.settings());
        streams.put(open.stream(), stream);
        PeerRequests.Request request =
                listener.requests().open(stream, open.session(), open.transport(), open.checkpoint());
        if (request == null) {
            stream.refuse(Reason.UNKNOWN_SESSION);
        } else {
            stream.serve(request);
        }
    }

    private void onStreamFrame(PeerStream stream, Frame frame) {
        if (frame instanceof Frame.Data data) {
            stream.onData(data);
        } else if (frame instanceof Frame.Credit credit) {
            stream.onCredit(credit.bytes());
        } else if (frame instanceof Frame.Reset) {
            streams.remove(stream.number());
            stream.onEnd();
        } else {
            throw new BadFrameException("a peer may not say " + frame.getClass().getSimpleName());
        }
    }
}
