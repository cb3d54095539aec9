package io.trunkline.balancer.trunk;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.balancer.events.BalancerEvents;
import io.trunkline.protocol.codec.BadFrameException;
import io.trunkline.protocol.codec.FrameDecoder;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.trunk.StreamMap;
import io.trunkline.protocol.trunk.TrunkWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The balancer's end of one trunk: proves the secret, then carries the streams of one event loop's clients. It reads
 * frames, writes through its {@link TrunkWriter}, and lives on that event loop. What breaks the protocol ends this trunk.
 */
final class EdgeTrunk extends ChannelInboundHandlerAdapter {
    private final TrunkLink link;
    private final EdgeHandshake handshake;
    private final StreamMap<EdgeStream> streams = new StreamMap<>();
    private final List<EdgeStream> touched = new ArrayList<>();
    private final Set<EdgeStream> blocked = new LinkedHashSet<>();
    private @Nullable TrunkWriter writer;
    private @Nullable FrameDecoder decoder;
    private Frame.@Nullable Welcome welcome;
    private int newestStream;
    private int opening;
    private long lastRead;
    private long lastTick;
    private long roundTripNanos;
    private boolean goneAway;
    private boolean suspect;

    EdgeTrunk(TrunkLink link, EdgeHandshake handshake) {
        this.link = link;
        this.handshake = handshake;
    }

    // --- what streams and the loop need

    NodeKey node() {
        return link.node();
    }

    TrunkWriter writer() {
        return Objects.requireNonNull(writer);
    }

    boolean writable() {
        return writer().writable();
    }

    int window() {
        return Objects.requireNonNull(welcome).window();
    }

    /** Whether new streams may be opened here. */
    boolean takesStreams() {
        return welcome != null && !goneAway && !suspect;
    }

    /** Whether the node has asked for no new streams. */
    boolean goneAway() {
        return goneAway;
    }

    /** The last measured round trip in nanoseconds, 0 before the first. */
    long roundTripNanos() {
        return roundTripNanos;
    }

    /** Opens a stream; the listener hears {@link StreamListener#onOpened} or its end. */
    EdgeStream open(Binding binding, StreamListener to) {
        do {
            newestStream++;
        } while (newestStream == Frame.NO_STREAM || streams.contains(newestStream));
        EdgeStream stream = new EdgeStream(this, newestStream, window(), to);
        streams.put(newestStream, stream);
        opening++;
        link.opening(1);
        link.load().opened();
        writer().write(new Frame.Open(
                newestStream,
                binding.session(),
                binding.epoch(),
                binding.transport(),
                binding.remote(),
                binding.checkpoint(),
                binding.guest(),
                binding.lost(),
                binding.owner()));
        return stream;
    }

    /** Goes on from this number. */
    void newestStream(int number) {
        newestStream = number;
    }

    /** Takes a stream off the trunk; false when it was off already. */
    boolean ended(EdgeStream stream) {
        if (streams.remove(stream.number()) == null) {
            return false;
        }
        settled(stream);
        link.load().closed();
        blocked.remove(stream);
        return true;
    }

    /** The node has answered the opening of a stream, or the stream has ended before. */
    private void settled(EdgeStream stream) {
        if (stream.settle()) {
            opening--;
            link.opening(-1);
        }
    }

    /** The stream has room but the socket does not keep up. */
    void blocked(EdgeStream stream) {
        blocked.add(stream);
    }

    // --- the life of the trunk

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        writer = new TrunkWriter(ctx.channel());
        decoder = new FrameDecoder(this::onFrame);
        ctx.pipeline().addBefore(ctx.name(), "frames", decoder);
    }

    /** The end of every attempt, also of one that never became active: the writer holds a buffer from the start. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        writer().close();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        lastRead = System.nanoTime();
        lastTick = lastRead;
        writer().write(handshake.hello());
        ctx.executor()
                .schedule(
                        () -> {
                            if (welcome == null) {
                                ctx.close();
                            }
                        },
                        link.settings().handshake().toMillis(),
                        TimeUnit.MILLISECONDS);
        ctx.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        writer().close();
        boolean wasOpen = welcome != null;
        welcome = null;
        List<EdgeStream> lost = new ArrayList<>(streams.all());
        streams.clear();
        blocked.clear();
        lost.forEach(stream -> link.load().closed());
        link.opening(-opening);
        opening = 0;
        link.closed(this, wasOpen, lost.size());
        lost.forEach(stream -> contain(stream, stream.listener()::onTrunkLost));
        ctx.fireChannelInactive();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        for (EdgeStream stream : touched) {
            try {
                stream.endTurn();
            } catch (OutOfMemoryError | RuntimeException e) {
                broken(stream, e);
            }
        }
        touched.clear();
        ctx.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable() && !blocked.isEmpty()) {
            List<EdgeStream> free = new ArrayList<>(blocked);
            blocked.clear();
            free.forEach(stream -> contain(stream, stream.listener()::onRoom));
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof BadFrameException bad) {
            BalancerEvents.trunkRefused(node(), bad.reason(), String.valueOf(bad.getMessage()));
            writer().write(new Frame.GoAway(bad.reason(), String.valueOf(bad.getMessage())));
            writer().close();
            if (handshake.replaced()) {
                link.replaced();
            }
        } else if (cause instanceof IOException) {
            BalancerEvents.trunkFailed(node(), cause);
        } else {
            BalancerEvents.trunkBroken(node(), cause);
        }
        ctx.close();
    }

    /** Once a ping interval, on the event loop. */
    void tick(ChannelHandlerContext ctx, long now) {
        boolean stoodStill = now - lastTick > link.settings().suspect().toNanos();
        lastTick = now;
        if (welcome == null) {
            return;
        }
        if (stoodStill) {
            // This process was late itself; what the node said meanwhile may still wait in the socket.
            lastRead = now;
        }
        long silent = now - lastRead;
        if (silent > link.settings().silence().toNanos()) {
            BalancerEvents.trunkSilent(node());
            link.silent();
            ctx.close();
            return;
        }
        boolean nowSuspect = silent > link.settings().suspect().toNanos();
        if (nowSuspect != suspect) {
            suspect = nowSuspect;
            BalancerEvents.nodeSuspect(node(), suspect);
            link.changed();
        }
        writer().write(new Frame.Ping(System.nanoTime()));
    }

    // --- frames

    private void onFrame(Frame frame) {
        lastRead = System.nanoTime();
        if (welcome == null) {
            shakeHands(frame);
        } else if (frame instanceof Frame.Data data) {
            onData(data);
        } else if (frame.stream() != Frame.NO_STREAM) {
            EdgeStream stream = streams.get(frame.stream());
            if (stream != null) {
                contained(stream, frame);
            } else {
                link.stale();
            }
        } else {
            onTrunkFrame(frame);
        }
    }

    private void shakeHands(Frame frame) {
        if (frame instanceof Frame.Challenge challenge) {
            writer().write(handshake.answer(challenge));
            Objects.requireNonNull(decoder).authenticated();
        } else if (frame instanceof Frame.Welcome said && handshake.challenged()) {
            if (!link.agree(said)) {
                throw new BadFrameException(Reason.INCOMPATIBLE, said.slots() + " slots, unlike the other nodes");
            }
            welcome = said;
            link.opened(this);
        } else if (frame instanceof Frame.GoAway goAway) {
            throw new BadFrameException(goAway.reason(), "sent away: " + goAway.text());
        } else {
            throw new BadFrameException(frame.getClass().getSimpleName() + " in the handshake");
        }
    }

    private void onData(Frame.Data data) {
        EdgeStream stream = streams.get(data.stream());
        if (stream == null) {
            link.stale();
            return;
        }
        if (stream.markTurn()) {
            touched.add(stream);
        }
        try {
            stream.listener().onData(data.number(), data.note(), data.last(), data.payload());
        } catch (OutOfMemoryError | RuntimeException e) {
            broken(stream, e);
        }
    }

    private void contained(EdgeStream stream, Frame frame) {
        try {
            onStreamFrame(stream, frame);
        } catch (BadFrameException e) {
            throw e;
        } catch (OutOfMemoryError | RuntimeException e) {
            broken(stream, e);
        }
    }

    /** What fails for one client must not end the trunk, which carries all the others. */
    private void contain(EdgeStream stream, Runnable news) {
        try {
            news.run();
        } catch (OutOfMemoryError | RuntimeException e) {
            broken(stream, e);
        }
    }

    private void broken(EdgeStream stream, Throwable cause) {
        try {
            stream.reset(Reason.INTERNAL);
            stream.listener().onBroken(cause);
        } catch (OutOfMemoryError | RuntimeException e) {
            BalancerEvents.clientBroken(e);
        }
    }

    private void onStreamFrame(EdgeStream stream, Frame frame) {
        if (frame instanceof Frame.Credit credit) {
            stream.granted(credit.bytes());
        } else if (frame instanceof Frame.Done done) {
            stream.listener().onDone(done.number());
        } else if (frame instanceof Frame.Opened) {
            settled(stream);
            stream.listener().onOpened();
        } else if (frame instanceof Frame.Checkpoint checkpoint) {
            stream.listener().onCheckpoint(checkpoint.state());
        } else if (frame instanceof Frame.Part part) {
            stream.listener().onPart(part.number(), part.retryMillis());
        } else if (frame instanceof Frame.Adopted adopted) {
            stream.listener().onAdopted(adopted.epoch(), adopted.handled(), adopted.running());
        } else if (frame instanceof Frame.Reset reset) {
            ended(stream);
            stream.listener().onReset(reset.reason(), reset.handled(), reset.text());
        } else {
            throw new BadFrameException("a node may not say " + frame.getClass().getSimpleName());
        }
    }

    private void onTrunkFrame(Frame frame) {
        if (frame instanceof Frame.Pong pong) {
            roundTripNanos = System.nanoTime() - pong.value();
        } else if (frame instanceof Frame.Ping ping) {
            writer().write(new Frame.Pong(ping.value()));
        } else if (frame instanceof Frame.Slots slots) {
            link.hosts(slots);
        } else if (frame instanceof Frame.Load load) {
            link.load().elsewhere(load.sessionsElsewhere());
            link.load().ceiling(load.ceiling());
        } else if (frame instanceof Frame.Orphan orphan) {
            link.orphan(orphan);
        } else if (frame instanceof Frame.GoAway goAway) {
            goneAway = true;
            BalancerEvents.trunkSentAway(node(), goAway.reason(), goAway.text());
            link.changed();
        } else {
            throw new BadFrameException("a node may not say " + frame.getClass().getSimpleName());
        }
    }
}
