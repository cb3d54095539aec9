package io.trunkline.balancer.trunk;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.EventExecutor;
import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.balancer.assign.NodeLoad;
import io.trunkline.balancer.assign.NodeView;
import io.trunkline.balancer.assign.Policy;
import io.trunkline.balancer.cluster.KnownMembers;
import io.trunkline.balancer.cluster.NodeInfo;
import io.trunkline.balancer.cluster.SlotCounts;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.metrics.Readiness;
import io.trunkline.protocol.trunk.ClusterSecret;
import io.trunkline.protocol.trunk.NetTransport;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** All trunks of this balancer: what its event loops share, and the way from any thread to each of them. */
public final class Trunks {
    /**
     * Who dials.
     *
     * @param incarnation the uid of the balancer's unique address in the cluster
     */
    public record Identity(String member, long incarnation, ClusterSecret secret) {}

    private final Members members;
    private final Map<EventLoop, LoopTrunks> loops;
    private volatile Identity identity;

    /** Trunks for each event loop of the group; they connect when {@link #update} names the nodes. */
    public Trunks(
            EdgeTrunkSettings settings,
            Identity identity,
            Policy policy,
            NetTransport transport,
            EventLoopGroup group) {
        this(settings, identity, policy, bootstrap(settings, transport), group);
    }

    Trunks(EdgeTrunkSettings settings, Identity identity, Policy policy, Bootstrap bootstrap, EventLoopGroup group) {
        this.identity = identity;
        this.members = new Members(settings, this::handshake);
        Map<EventLoop, LoopTrunks> byLoop = new ConcurrentHashMap<>();
        for (EventExecutor executor : group) {
            EventLoop loop = (EventLoop) executor;
            byLoop.put(loop, new LoopTrunks(loop, members, policy, bootstrap));
        }
        this.loops = Map.copyOf(byLoop);
    }

    private EdgeHandshake handshake(NodeKey node) {
        Identity now = identity;
        return new EdgeHandshake(now.member(), now.incarnation(), now.secret(), node);
    }

    private static Bootstrap bootstrap(EdgeTrunkSettings settings, NetTransport transport) {
        return new Bootstrap()
                .channel(transport.channel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        settings.connect().toMillis())
                .option(ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(1024, 16 * 1024, 256 * 1024))
                .option(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(2 * 1024 * 1024, 4 * 1024 * 1024));
    }

    /** The trunks of one event loop of the group. */
    public LoopTrunks of(EventLoop loop) {
        return Objects.requireNonNull(loops.get(loop), "an event loop of another group");
    }

    /** Begins to look again and again at who waits for a node, and who should move; once. */
    public void start() {
        loops.values().forEach(LoopTrunks::start);
    }

    /**
     * This balancer is another member of the cluster from now on: trunks that are open stay, new ones tell its new
     * name.
     */
    public void identity(Identity newer) {
        identity = newer;
    }

    /** Hears of each trunk that is lost and of each connection that fails, on an event loop; must not block. */
    public void onLost(Consumer<NodeInfo> listener) {
        members.onLost(listener);
    }

    /** Hears of each node in whose place another life of it has proved itself, on an event loop; must not block. */
    public void onReplaced(Consumer<NodeInfo> listener) {
        members.onReplaced(listener);
    }

    /** Hears of each session that a node offers because no balancer holds it, on the event loop of the trunk. */
    public void onOrphan(BiConsumer<EventLoop, Frame.Orphan> listener) {
        members.onOrphan(listener);
    }

    /** The nodes that are members now; from any thread. */
    public void update(KnownMembers known) {
        members.keep(known.nodes().stream().map(NodeInfo::key).collect(Collectors.toSet()));
        loops.forEach((loop, trunks) -> {
            // The nodes leave the membership after this process has begun to stop, too.
            if (!loop.isShuttingDown()) {
                loop.execute(() -> trunks.update(known));
            }
        });
    }

    /** Others may have become members since {@link #update} was called, until it is called again; from any thread. */
    public void othersMayHaveJoined() {
        loops.forEach((loop, trunks) -> {
            if (!loop.isShuttingDown()) {
                loop.execute(trunks::othersMayHaveJoined);
            }
        });
    }

    /** It is proven that the node's process is gone: what it hosted is free at once, before the cluster agrees. */
    public void dead(NodeKey node) {
        members.slots().forget(node);
    }

    /** Frames of streams that had ended, for example of a session's older epoch, dropped so far. */
    public long staleFrames() {
        return members.staleFrames();
    }

    /** Whether new clients find a node now, on whatever event loop. Usable from any thread. */
    public Readiness readiness() {
        Collection<NodeView> views = members.views();
        if (views.size() < loops.size() || !views.stream().allMatch(NodeView::hasNodes)) {
            return Readiness.WAITING;
        }
        return views.stream().allMatch(NodeView::takesNew) ? Readiness.READY : Readiness.FULL;
    }

    /** How many slots each node hosts. Usable from any thread. */
    public SlotCounts slotCounts() {
        return members.slots().counts();
    }

    /** Sessions of this balancer by node name. */
    public Map<String, Long> sessionsByNode() {
        Map<String, Long> sessions = new ConcurrentHashMap<>();
        members.loads().forEach((node, load) -> sessions.merge(node.name(), (long) load.own(), Long::sum));
        return sessions;
    }

    /** Members that trunks lead to. */
    public int members() {
        return members.loads().size();
    }

    /**
     * The most sessions that the members take in all, as far as they have said so; more than any count when none has.
     */
    public long sessionLimit() {
        long limit =
                members.loads().values().stream().mapToLong(NodeLoad::limit).sum();
        return limit == 0 ? Long.MAX_VALUE : limit;
    }
}
