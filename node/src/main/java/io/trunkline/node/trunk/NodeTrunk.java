package io.trunkline.node.trunk;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.EventExecutor;
import io.trunkline.node.events.NodeEvents;
import io.trunkline.node.session.Session;
import io.trunkline.protocol.codec.BadFrameException;
import io.trunkline.protocol.codec.FrameDecoder;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.member.Meter;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.session.SessionId;
import io.trunkline.protocol.session.SlotSet;
import io.trunkline.protocol.trunk.ListenerHandshake;
import io.trunkline.protocol.trunk.StreamMap;
import io.trunkline.protocol.trunk.TrunkWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The node's end of one trunk: lets in an edge that proves the cluster secret, then opens, feeds and ends streams as it
 * says. It reads frames on the trunk's event loop and writes through its {@link TrunkWriter}. Whatever breaks the protocol
 * ends this trunk with a reason and no other.
 */
final class NodeTrunk extends ChannelInboundHandlerAdapter {
    /** The epoch of a session that is new. */
    private static final int FIRST_EPOCH = 1;

    private static final long LATER_MILLIS = 100;

    private final NodeTrunks trunks;
    private final Meter meter;
    private final TrunkMemory memory;
    private final StreamMap<NodeStream> streams = new StreamMap<>();
    private final StreamMap<NodeStream> opening = new StreamMap<>();
    private final BiConsumer<Long, SlotSet> slotListener = this::onSlots;
    private final ListenerHandshake handshake;
    private @Nullable TrunkWriter writer;
    private @Nullable FrameDecoder decoder;
    private @Nullable EventExecutor loop;
    private String edge = "";
    private int newestStream;
    private long lastRead;
    private long partialBytes;
    private Frame.@Nullable Load lastLoad;
    private boolean goneAway;

    NodeTrunk(NodeTrunks trunks, Meter meter) {
        this.trunks = trunks;
        this.meter = meter;
        this.memory = new TrunkMemory(trunks.memory());
        this.handshake = new ListenerHandshake(trunks.identity());
    }

    // --- what streams need

    TrunkWriter writer() {
        return Objects.requireNonNull(writer);
    }

    Meter meter() {
        return meter;
    }

    /** What the clients of this trunk hold. */
    TrunkMemory memory() {
        return memory;
    }

    TrunkSettings settings() {
        return trunks.settings();
    }

    /** Runs something on the event loop in a short while. */
    void later(Runnable task) {
        Objects.requireNonNull(loop).schedule(task, LATER_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Counts bytes of unfinished messages, fewer when negative; false when there would be too many. */
    boolean holdPartial(int bytes) {
        if (bytes > 0 && partialBytes + bytes > settings().partialLimit()) {
            return false;
        }
        partialBytes += bytes;
        return true;
    }

    /** The session of a stream answered. */
    void opened(int stream) {
        opening.remove(stream);
    }

    /** A stream ended by itself. */
    void ended(int stream) {
        remove(stream);
    }

    /** Takes a stream off the trunk and out of the count; null when somebody else has done so. */
    private @Nullable NodeStream remove(int number) {
        NodeStream stream = streams.remove(number);
        if (stream != null) {
            opening.remove(number);
            trunks.count().give(edge);
        }
        return stream;
    }

    // --- the life of the trunk

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        writer = new TrunkWriter(ctx.channel());
        decoder = new FrameDecoder(this::onFrame);
        ctx.pipeline().addBefore(ctx.name(), "frames", decoder);
        loop = ctx.executor();
        lastRead = System.nanoTime();
        long deadline = settings().handshake().toMillis();
        ctx.executor()
                .schedule(
                        () -> {
                            if (!handshake.done()) {
                                sendAway(ctx, Reason.UNAUTHENTICATED, "no proof within " + deadline + " ms");
                            }
                        },
                        deadline,
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        trunks.slots().unlisten(slotListener);
        writer().close();
        memory.close();
        trunks.closed(this);
        for (NodeStream stream : List.copyOf(streams.all())) {
            // A session that was told before may have ended this one.
            if (remove(stream.number()) != null) {
                stream.onEnd(false);
            }
        }
        if (handshake.done()) {
            NodeEvents.trunkClosed(edge, String.valueOf(ctx.channel().remoteAddress()));
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        // The edge always reads. When it cannot keep up with the answers, take no more questions.
        ctx.channel().config().setAutoRead(ctx.channel().isWritable());
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof BadFrameException bad) {
            NodeEvents.trunkRefused(
                    String.valueOf(ctx.channel().remoteAddress()), bad.reason(), String.valueOf(bad.getMessage()));
            sendAway(ctx, bad.reason(), String.valueOf(bad.getMessage()));
        } else if (cause instanceof IOException) {
            NodeEvents.trunkFailed(edge, cause);
            ctx.close();
        } else {
            if (cause instanceof OutOfMemoryError failed) {
                trunks.memory().failed("the trunk of " + edge, failed);
            }
            NodeEvents.trunkBroken(edge, cause);
            sendAway(ctx, Reason.INTERNAL, "");
        }
    }

    private void sendAway(ChannelHandlerContext ctx, Reason reason, String text) {
        writer().write(new Frame.GoAway(reason, text));
        close(ctx);
    }

    /** Sends what is written already and closes the trunk; on the event loop. */
    void close(ChannelHandlerContext ctx) {
        writer().close();
        ctx.close();
    }

    /** Once in a while, on the event loop: tells the load and ends a trunk that has died silently. */
    void tick(ChannelHandlerContext ctx) {
        if (System.nanoTime() - lastRead > settings().silence().toNanos()) {
            NodeEvents.trunkSilent(edge);
            ctx.close();
            return;
        }
        tellLoad();
        ChannelOutboundBuffer pending = ctx.channel().unsafe().outboundBuffer();
        memory.look(pending == null ? 0 : pending.totalPendingWriteBytes());
    }

    private void tellLoad() {
        if (!handshake.done()) {
            return;
        }
        Frame.Load load =
                new Frame.Load(trunks.count().elsewhere(edge), trunks.count().ceiling());
        if (!load.equals(lastLoad)) {
            lastLoad = load;
            writer().write(load);
        }
    }

    /** Whether the edge has proved that it knows the cluster secret. */
    boolean proved() {
        return handshake.done();
    }

    /** Offers the edge a session; on the event loop. */
    void offer(Frame.Orphan orphan) {
        writer().write(orphan);
    }

    /** Asks the edge, on the event loop, to open nothing new here. */
    void goAway(Reason reason, String text) {
        goneAway = true;
        if (handshake.done()) {
            writer().write(new Frame.GoAway(reason, text));
        }
    }

    private void onSlots(Long version, SlotSet hosted) {
        writer().execute(() -> {
            writer().write(new Frame.Slots(version, hosted));
            refuseLost(hosted);
        });
    }

    /** Sharding forgets what it was asked to open while it moved the slot away: nobody else would answer. */
    private void refuseLost(SlotSet hosted) {
        if (opening.size() == 0) {
            return;
        }
        List<NodeStream> lost = new ArrayList<>();
        for (NodeStream stream : opening.all()) {
            if (!stream.guest() && !hosted.contains(stream.slot())) {
                lost.add(stream);
            }
        }
        lost.forEach(NodeStream::refuse);
    }

    // --- frames

    private void onFrame(Frame frame) {
        lastRead = System.nanoTime();
        if (frame instanceof Frame.Data data) {
            NodeStream stream = streams.get(data.stream());
            if (stream != null) {
                try {
                    stream.onData(data);
                } catch (OutOfMemoryError e) {
                    stream.failed(e);
                }
            } else {
                checkKnown(data.stream());
            }
            return;
        }
        if (!handshake.done()) {
            shakeHands(frame);
            return;
        }
        if (frame instanceof Frame.Credit credit) {
            NodeStream stream = streams.get(credit.stream());
            if (stream != null) {
                stream.onCredit(credit.bytes());
            } else {
                checkKnown(credit.stream());
            }
        } else if (frame instanceof Frame.Open open) {
            onOpen(open);
        } else if (frame instanceof Frame.Reset reset) {
            NodeStream stream = remove(reset.stream());
            if (stream != null && reset.reason() == Reason.MOVED) {
                stream.onAbandoned();
            } else if (stream != null) {
                stream.onEnd(true);
            } else {
                checkKnown(reset.stream());
            }
        } else if (frame instanceof Frame.Release release) {
            NodeStream stream = streams.get(release.stream());
            if (stream != null) {
                stream.onRelease();
            } else {
                checkKnown(release.stream());
            }
        } else if (frame instanceof Frame.Ping ping) {
            writer().write(new Frame.Pong(ping.value()));
        } else if (frame instanceof Frame.GoAway goAway) {
            NodeEvents.trunkSentAway(edge, goAway.reason(), goAway.text());
        } else if (!(frame instanceof Frame.Pong)) {
            throw new BadFrameException(
                    "an edge may not say " + frame.getClass().getSimpleName());
        }
    }

    private void shakeHands(Frame frame) {
        Frame answer = handshake.answer(frame);
        writer().write(answer);
        if (handshake.done()) {
            edge = handshake.edge();
            Objects.requireNonNull(decoder).authenticated();
            // First, because the edge may open sessions as soon as it knows the slots.
            tellLoad();
            trunks.opened(this);
            trunks.slots().listen(slotListener);
            NodeEvents.trunkOpened(edge);
        }
    }

    private void onOpen(Frame.Open open) {
        if (open.stream() - newestStream <= 0 || streams.contains(open.stream())) {
            throw new BadFrameException("stream " + open.stream() + " opened after " + newestStream);
        }
        newestStream = open.stream();
        int slot = SessionId.slotOf(open.session());
        boolean hosted = trunks.slots().hosts(slot);
        Reason refused = goneAway
                ? Reason.DRAINING
                : slot < 0 || !(hosted || open.guest())
                        ? Reason.NOT_HOSTED
                        : trunks.count().take(edge, open.epoch() != FIRST_EPOCH) ? null : Reason.NODE_FULL;
        if (refused != null) {
            writer().write(new Frame.Reset(open.stream(), refused, 0, ""));
            return;
        }
        NodeStream stream = new NodeStream(this, open.stream(), slot, !hosted);
        streams.put(open.stream(), stream);
        opening.put(open.stream(), stream);
        trunks.sessions()
                .open(
                        open.session(),
                        !hosted,
                        new Session.Open(
                                stream,
                                open.epoch(),
                                open.transport(),
                                open.remote(),
                                open.checkpoint(),
                                open.lost(),
                                open.owner()));
    }

    /** Frames of a stream that ended a moment ago are normal; those of one that never was are not. */
    private void checkKnown(int stream) {
        if (!handshake.done() || stream - newestStream > 0) {
            throw new BadFrameException("stream " + stream + " was never opened");
        }
    }
}
