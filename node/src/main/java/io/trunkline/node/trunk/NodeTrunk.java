package io.trunkline.node.trunk;

import io.netty.channel.ChannelOutboundBuffer;
import io.trunkline.node.events.NodeEvents;
import io.trunkline.node.session.Session;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.metrics.Meter;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.session.SessionId;
import io.trunkline.protocol.session.SlotSet;
import io.trunkline.protocol.trunk.AcceptedTrunk;
import io.trunkline.protocol.trunk.StreamMap;
import io.trunkline.protocol.trunk.TrunkEnd;
import io.trunkline.protocol.trunk.TrunkListener;
import io.trunkline.protocol.trunk.TrunkWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one trunk at a node: opens, feeds and ends them as the edge says, and tells the edge the node's slots
 * and load. Belongs to the trunk's event loop.
 */
final class NodeTrunk implements AcceptedTrunk.Owner<NodeStream>, TrunkListener.Server {
    /** The epoch of a session that is new. */
    private static final int FIRST_EPOCH = 1;

    private static final Duration LATER = Duration.ofMillis(100);

    private final TrunkEnd end;
    private final NodeTrunks trunks;
    private final Meter meter;
    private final TrunkMemory memory;
    private final AcceptedTrunk<NodeStream> streams;
    private final StreamMap<NodeStream> opening = new StreamMap<>();
    private final BiConsumer<Long, SlotSet> slotListener = this::onSlots;
    private String edge = "";
    private long partialBytes;
    private Frame.@Nullable Load lastLoad;
    private boolean goneAway;

    NodeTrunk(TrunkEnd end, NodeTrunks trunks, Meter meter) {
        this.end = end;
        this.trunks = trunks;
        this.meter = meter;
        this.memory = new TrunkMemory(trunks.memory());
        this.streams = new AcceptedTrunk<>(
                end, trunks.identity(), settings().handshake(), settings().silence(), this);
    }

    @Override
    public TrunkEnd.Side side() {
        return streams;
    }

    // --- what streams need

    TrunkWriter writer() {
        return end.writer();
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
        end.later(LATER, task);
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

    /** Takes a stream off the trunk and out of the count; false when that was done already. */
    boolean remove(int number) {
        if (streams.remove(number) == null) {
            return false;
        }
        countOut(number);
        return true;
    }

    private void countOut(int number) {
        opening.remove(number);
        trunks.count().give(edge);
    }

    // --- the life of the trunk

    @Override
    public void onProved(String by) {
        edge = by;
        // First, because the edge may open sessions as soon as it knows the slots.
        tellLoad();
        trunks.opened(this);
        trunks.slots().listen(slotListener);
        NodeEvents.trunkOpened(edge);
    }

    @Override
    public void onClosed() {
        trunks.slots().unlisten(slotListener);
        memory.close();
        trunks.closed(this);
        if (streams.proved()) {
            NodeEvents.trunkClosed(edge, end.remote());
        }
    }

    @Override
    public void onLost(NodeStream stream) {
        if (remove(stream.number())) {
            stream.onEnd(new Session.Unbound(stream));
        }
    }

    @Override
    public void onBadFrame(String remote, Reason reason, String text) {
        NodeEvents.trunkRefused(remote, reason, text);
    }

    @Override
    public void onFailed(Throwable cause) {
        if (cause instanceof IOException) {
            NodeEvents.trunkFailed(edge, cause);
            end.channel().close();
        } else {
            if (cause instanceof OutOfMemoryError failed) {
                trunks.memory().failed("the trunk of " + edge, failed);
            }
            NodeEvents.trunkBroken(edge, cause);
            end.sendAway(Reason.INTERNAL, "");
        }
    }

    @Override
    public void onSilent() {
        NodeEvents.trunkSilent(edge);
    }

    @Override
    public void onGoAway(Frame.GoAway goAway) {
        NodeEvents.trunkSentAway(edge, goAway.reason(), goAway.text());
    }

    @Override
    public void onTick() {
        if (streams.proved()) {
            tellLoad();
        }
        ChannelOutboundBuffer pending = end.channel().unsafe().outboundBuffer();
        memory.look(pending == null ? 0 : pending.totalPendingWriteBytes());
    }

    private void tellLoad() {
        Frame.Load load =
                new Frame.Load(trunks.count().elsewhere(edge), trunks.count().ceiling());
        if (!load.equals(lastLoad)) {
            lastLoad = load;
            writer().write(load);
        }
    }

    /** Whether the edge has been let in. */
    boolean proved() {
        return streams.proved();
    }

    /** Offers the edge a session; on the event loop. */
    void offer(Frame.Orphan orphan) {
        writer().write(orphan);
    }

    /** Asks the edge, on the event loop, to open nothing new here. */
    void goAway(Reason reason, String text) {
        goneAway = true;
        if (streams.proved()) {
            writer().write(new Frame.GoAway(reason, text));
        }
    }

    private void onSlots(Long version, SlotSet hosted) {
        writer().execute(() -> {
            writer().write(new Frame.Slots(version, hosted));
            refuseLost(hosted);
        });
    }

    /** Sharding forgets what it was asked to open while it moved the slot away: no other side would answer. */
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

    // --- streams

    @Override
    public void onOpen(Frame frame) {
        if (!(frame instanceof Frame.Open open)) {
            throw AcceptedTrunk.notSaid(frame);
        }
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

    @Override
    public void onFrame(NodeStream stream, Frame frame) {
        if (frame instanceof Frame.Data data) {
            try {
                stream.onData(data);
            } catch (OutOfMemoryError e) {
                stream.failed(e);
            }
        } else if (frame instanceof Frame.Credit credit) {
            stream.onCredit(credit.bytes());
        } else if (frame instanceof Frame.Release) {
            stream.onRelease();
        } else {
            throw AcceptedTrunk.notSaid(frame);
        }
    }

    @Override
    public void onReset(NodeStream stream, Reason reason) {
        countOut(stream.number());
        stream.onEnd(reason == Reason.MOVED ? new Session.Abandoned(stream) : new Session.Closed(stream));
    }
}
