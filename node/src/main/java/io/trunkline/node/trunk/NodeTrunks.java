package io.trunkline.node.trunk;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.ScheduledFuture;
import io.trunkline.node.cluster.HostedSlots;
import io.trunkline.node.session.SessionOpener;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.member.Meter;
import io.trunkline.protocol.member.Metrics;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.trunk.NetTransport;
import io.trunkline.protocol.trunk.TrunkIdentity;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * All trunks of this node: the listener that accepts them, and what they share. Started once, then usable from any
 * thread.
 */
public final class NodeTrunks {
    /** How long trunks, and after them the event loops, may take to end. */
    private static final long CLOSE_DEADLINE_MILLIS = 2000;

    /** How often trunks tell their load and look for silence; short against both. */
    private static final long TICK_MILLIS = 250;

    /** Bytes of the first reads of a trunk. More than a stranger can send without being sent away. */
    static final int FIRST_READ = 1024;

    private final TrunkSettings settings;
    private final TrunkIdentity identity;
    private final HostedSlots slots;
    private final SessionCount count;
    private final SessionOpener sessions;
    private final Metrics metrics;
    private final EventLoopGroup group;
    private final NetTransport transport;
    private final Map<EventLoop, Meter> meters = new ConcurrentHashMap<>();
    private final Map<NodeTrunk, ChannelHandlerContext> open = new ConcurrentHashMap<>();
    private final AtomicInteger strangers = new AtomicInteger();
    private volatile boolean draining;
    private volatile @Nullable Channel listener;

    /**
     * The trunks of one node.
     *
     * @param sessions opens a session of this id; called on an event loop, must not block
     */
    public NodeTrunks(
            TrunkSettings settings,
            TrunkIdentity identity,
            HostedSlots slots,
            SessionOpener sessions,
            Metrics metrics) {
        this.settings = settings;
        this.identity = identity;
        this.slots = slots;
        this.count = new SessionCount(settings.sessionLimit());
        this.sessions = sessions;
        this.metrics = metrics;
        this.transport = NetTransport.choose(settings.preferNative());
        this.group = transport.group(settings.loops(), "trunk");
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

    SessionOpener sessions() {
        return sessions;
    }

    /** How many sessions there are. */
    public SessionCount count() {
        return count;
    }

    /** Trunks that are open now. */
    public int size() {
        return open.size();
    }

    /** Listens; completes with the bound address, or fails when the port cannot be had. */
    public CompletionStage<InetSocketAddress> bind(String host) {
        CompletableFuture<InetSocketAddress> bound = new CompletableFuture<>();
        new ServerBootstrap()
                .group(group)
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                // Small at first, for whoever has proved nothing; busy trunks soon read in large pieces.
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(FIRST_READ, FIRST_READ, 256 * 1024))
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(2 * 1024 * 1024, 4 * 1024 * 1024))
                .childHandler(stages())
                .bind(new InetSocketAddress(host, settings.port()))
                .addListener((ChannelFuture done) -> {
                    if (done.isSuccess()) {
                        listener = done.channel();
                        bound.complete((InetSocketAddress) done.channel().localAddress());
                    } else {
                        bound.completeExceptionally(done.cause());
                    }
                });
        return bound;
    }

    /** Tells every balancer to open nothing new here. */
    public void drain(String why) {
        draining = true;
        open.forEach((trunk, ctx) -> onLoop(ctx, () -> trunk.goAway(Reason.DRAINING, why)));
    }

    /**
     * Offers a session to one of the balancers that are connected, each session to the same one as long as they are the same.
     * Usable from any thread.
     */
    public void offer(Frame.Orphan orphan) {
        NodeTrunk best = null;
        int highest = 0;
        for (NodeTrunk trunk : open.keySet()) {
            int weight = (orphan.session().hashCode() * 31 + System.identityHashCode(trunk)) * 0x9E3779B1;
            weight ^= weight >>> 15;
            if (trunk.knowsRoaming() && (best == null || weight > highest)) {
                best = trunk;
                highest = weight;
            }
        }
        ChannelHandlerContext ctx = best == null ? null : open.get(best);
        if (best != null && ctx != null) {
            NodeTrunk to = best;
            onLoop(ctx, () -> to.offer(orphan));
        }
    }

    private static void onLoop(ChannelHandlerContext ctx, Runnable task) {
        try {
            ctx.executor().execute(task);
        } catch (RejectedExecutionException e) {
            // The loop has ended, and with it the trunk.
        }
    }

    /** Closes the listener and all trunks; completes when the event loops have ended. */
    public CompletionStage<Void> close() {
        Channel bound = listener;
        if (bound != null) {
            bound.close();
        }
        List<CompletableFuture<Void>> closing = new ArrayList<>();
        open.forEach((trunk, ctx) -> {
            CompletableFuture<Void> closed = new CompletableFuture<>();
            ctx.channel().closeFuture().addListener(done -> closed.complete(null));
            onLoop(ctx, () -> trunk.close(ctx));
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
        return new Stages();
    }

    void opened(NodeTrunk trunk) {
        strangers.decrementAndGet();
        if (draining) {
            trunk.goAway(Reason.DRAINING, "");
        }
    }

    void closed(NodeTrunk trunk, boolean authenticated) {
        open.remove(trunk);
        if (!authenticated) {
            strangers.decrementAndGet();
        }
    }

    /** The stages of a trunk's pipeline; the decoder puts itself before the trunk. */
    private final class Stages extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            if (strangers.incrementAndGet() > settings.strangers()) {
                strangers.decrementAndGet();
                channel.close();
                return;
            }
            NodeTrunk trunk = new NodeTrunk(
                    NodeTrunks.this, meters.computeIfAbsent(channel.eventLoop(), loop -> metrics.meter()));
            channel.pipeline().addLast("trunk", trunk);
            ChannelHandlerContext ctx = channel.pipeline().context(trunk);
            open.put(trunk, ctx);
            ScheduledFuture<?> ticks = channel.eventLoop()
                    .scheduleAtFixedRate(() -> trunk.tick(ctx), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
            channel.closeFuture().addListener(closed -> ticks.cancel(false));
        }
    }
}
