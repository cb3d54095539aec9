package io.trunkline.balancer.trunk;

import io.netty.channel.EventLoop;
import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.balancer.assign.NodeLoad;
import io.trunkline.balancer.assign.NodeView;
import io.trunkline.balancer.cluster.NodeInfo;
import io.trunkline.balancer.cluster.SlotTable;
import io.trunkline.protocol.frame.Frame;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** What the event loops of a balancer share of the members at the far ends of its trunks. Usable from any thread. */
final class Members {
    private final EdgeTrunkSettings settings;
    private final Function<NodeKey, EdgeHandshake> handshakes;
    private final SlotTable slots = new SlotTable();
    private final Map<NodeKey, NodeLoad> loads = new ConcurrentHashMap<>();
    private final Map<EventLoop, NodeView> views = new ConcurrentHashMap<>();
    private final LongAdder staleFrames = new LongAdder();
    private volatile Consumer<NodeInfo> lost = node -> {};
    private volatile Consumer<NodeInfo> replaced = node -> {};
    private volatile BiConsumer<EventLoop, Frame.Orphan> orphaned = (loop, orphan) -> {};

    Members(EdgeTrunkSettings settings, Function<NodeKey, EdgeHandshake> handshakes) {
        this.settings = settings;
        this.handshakes = handshakes;
    }

    EdgeTrunkSettings settings() {
        return settings;
    }

    EdgeHandshake handshake(NodeKey node) {
        return handshakes.apply(node);
    }

    SlotTable slots() {
        return slots;
    }

    NodeLoad load(NodeKey node) {
        return loads.computeIfAbsent(node, key -> new NodeLoad());
    }

    Map<NodeKey, NodeLoad> loads() {
        return loads;
    }

    /** These are the members now. */
    void keep(Set<NodeKey> present) {
        slots.keep(present);
        loads.keySet().retainAll(present);
    }

    void onLost(Consumer<NodeInfo> listener) {
        lost = listener;
    }

    /** A trunk is lost, or a connection has failed. */
    void lost(NodeInfo node) {
        lost.accept(node);
    }

    void onReplaced(Consumer<NodeInfo> listener) {
        replaced = listener;
    }

    /** Another life of the member has proved itself at its address. */
    void replaced(NodeInfo node) {
        replaced.accept(node);
    }

    void onOrphan(BiConsumer<EventLoop, Frame.Orphan> listener) {
        orphaned = listener;
    }

    /** A node offers a session that nobody holds. */
    void orphan(EventLoop loop, Frame.Orphan orphan) {
        orphaned.accept(loop, orphan);
    }

    /** A frame has come of a stream that has ended. */
    void stale() {
        staleFrames.increment();
    }

    long staleFrames() {
        return staleFrames.sum();
    }

    /** What an event loop sees of the nodes has changed. */
    void seen(EventLoop loop, NodeView view) {
        views.put(loop, view);
    }

    /** What each event loop that has looked sees of the nodes. */
    Collection<NodeView> views() {
        return views.values();
    }
}
