package io.trunkline.node.trunk;

import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.trunkline.node.cluster.HostedSlots;
import io.trunkline.node.memory.NodeMemory;
import io.trunkline.node.session.SessionOpener;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.metrics.Meter;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.trunk.NetTransport;
import io.trunkline.protocol.trunk.TrunkEnd;
import io.trunkline.protocol.trunk.TrunkIdentity;
import io.trunkline.protocol.trunk.TrunkListener;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * All trunks of this node: the listener that accepts them, and what they share. Started once, then usable from any
 * thread.
 */
public final class NodeTrunks {
    /** How long trunks, and after them the event loops, may take to end. */
    private static final long CLOSE_DEADLINE_MILLIS = 2000;

    /** How often trunks tell their load and look for silence; short against both. */
    private static final Duration TICK = Duration.ofMillis(250);

    private static final int BACKLOG = 1024;

    private final TrunkSettings settings;
    private final TrunkIdentity identity;
    private final HostedSlots slots;
    private final SessionCount count;
    private final SessionOpener sessions;
    private final NodeMemory memory;
    private final EventLoopGroup group;
    private final Map<EventLoop, Meter> meters = new ConcurrentHashMap<>();
    private final TrunkListener<NodeTrunk> listener;
    private volatile boolean draining;

    /**
     * The trunks of one node.
     *
     * @param ceiling the most sessions that are not new
     * @param sessions opens a session of this id; called on an event loop, must not block
     * @param memory that all clients share
     */
    public NodeTrunks(
            TrunkSettings settings,
            IntSupplier ceiling,
            TrunkIdentity identity,
            HostedSlots slots,
            SessionOpener sessions,
            NodeMemory memory,
            Metrics metrics) {
        this.settings = settings;
        this.identity = identity;
        this.slots = slots;
        this.count = new SessionCount(settings.sessionLimit(), ceiling);
        this.sessions = sessions;
        this.memory = memory;
        NetTransport transport = NetTransport.choose(settings.net().preferNative());
        this.group = transport.group(settings.net().loops(), "trunk");
        this.listener = new TrunkListener<>(
                transport,
                group,
                new TrunkListener.Bounds(BACKLOG, settings.strangers(), TICK),
                end -> new NodeTrunk(end, this, meters.computeIfAbsent(end.loop(), loop -> metrics.meter())));
    }

    TrunkSettings settings() {
        return settings;
    }

    TrunkIdentity identity() {
        return identity;
    }

    HostedSlots slots() {
        return slots;
    }

    /** The memory that all clients share. */
    NodeMemory memory() {
        return memory;
    }

    SessionOpener sessions() {
        return sessions;
    }

    /** How many sessions there are. */
    public SessionCount count() {
        return count;
    }

    /** Trunks that are open now; strangers are none. */
    public int size() {
        return Math.max(0, listener.open().size() - listener.strangers());
    }

    /** The addresses of members, which have room of their own at the trunks' port. */
    public void members(Collection<InetAddress> addresses) {
        listener.members(addresses);
    }

    /** Listens; completes with the bound address, or fails when the port cannot be had. */
    public CompletionStage<InetSocketAddress> bind(String host) {
        return listener.bind(host, settings.port());
    }

    /** Tells every balancer to open nothing new here. */
    public void drain(String why) {
        draining = true;
        listener.open().forEach((trunk, end) -> end.writer().execute(() -> trunk.goAway(Reason.DRAINING, why)));
    }

    /**
     * Offers a session to one of the balancers that are connected, each session to the same one as long as they are the
     * same. Usable from any thread.
     */
    public void offer(Frame.Orphan orphan) {
        NodeTrunk best = null;
        int highest = 0;
        for (NodeTrunk trunk : listener.open().keySet()) {
            int weight = (orphan.session().hashCode() * 31 + System.identityHashCode(trunk)) * 0x9E3779B1;
            weight ^= weight >>> 15;
            if (trunk.proved() && (best == null || weight > highest)) {
                best = trunk;
                highest = weight;
            }
        }
        TrunkEnd end = best == null ? null : listener.open().get(best);
        if (best != null && end != null) {
            NodeTrunk to = best;
            end.writer().execute(() -> to.offer(orphan));
        }
    }

    /** Closes the listener and all trunks; completes when the event loops have ended. */
    public CompletionStage<Void> close() {
        listener.close();
        List<CompletableFuture<Void>> closing = new ArrayList<>();
        listener.open().values().forEach(end -> {
            CompletableFuture<Void> closed = new CompletableFuture<>();
            end.channel().closeFuture().addListener(done -> closed.complete(null));
            end.writer().execute(end::close);
            closing.add(closed);
        });
        // A loop that is told to end closes its channels before it does what waits: the sessions' last words.
        return CompletableFuture.allOf(closing.toArray(CompletableFuture<?>[]::new))
                .completeOnTimeout(null, CLOSE_DEADLINE_MILLIS, TimeUnit.MILLISECONDS)
                .thenCompose(closed -> endLoops());
    }

    private CompletionStage<Void> endLoops() {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        group.shutdownGracefully(50, CLOSE_DEADLINE_MILLIS, TimeUnit.MILLISECONDS)
                .addListener(done -> ended.complete(null));
        return ended;
    }

    /** What makes a channel a trunk of this node. */
    ChannelHandler stages() {
        return listener.stages();
    }

    void opened(NodeTrunk trunk) {
        listener.proved(trunk);
        if (draining) {
            trunk.goAway(Reason.DRAINING, "");
        }
    }

    void closed(NodeTrunk trunk) {
        listener.closed(trunk);
    }
}
