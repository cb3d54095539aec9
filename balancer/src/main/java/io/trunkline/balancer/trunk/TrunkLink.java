package io.trunkline.balancer.trunk;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.balancer.assign.NodeLoad;
import io.trunkline.balancer.cluster.NodeInfo;
import io.trunkline.balancer.events.BalancerEvents;
import io.trunkline.protocol.frame.Frame;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's way to one life of one node: keeps a trunk open for as long as the node is a member, with a pause
 * that doubles, and varies by a fifth, between attempts. Belongs to the event loop.
 */
final class TrunkLink {
    /** How long sessions wait for a trunk that was lost a moment ago, in nanoseconds. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A trunk that was open for so long, in nanoseconds, is opened again without a pause. */
    private static final long STABLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LoopTrunks trunks;
    private final EventLoop loop;
    private final NodeLoad load;
    private final Bootstrap bootstrap;
    private NodeInfo info;
    private @Nullable Channel channel;
    private @Nullable EdgeTrunk trunk;
    private long pauseMillis;
    private long openedNanos;
    private long lostNanos;
    private boolean absent;
    private boolean closed;

    TrunkLink(LoopTrunks trunks, EventLoop loop, Bootstrap bootstrap, NodeInfo info, NodeLoad load) {
        this.trunks = trunks;
        this.loop = loop;
        this.info = info;
        this.load = load;
        this.pauseMillis = settings().backoffMin().toMillis();
        this.bootstrap = bootstrap.clone(loop).handler(new Stages());
    }

    EdgeTrunkSettings settings() {
        return trunks.settings();
    }

    NodeKey node() {
        return info.key();
    }

    NodeLoad load() {
        return load;
    }

    /** The trunk when it may get new streams, else null. */
    @Nullable
    EdgeTrunk ready() {
        EdgeTrunk now = trunk;
        return now != null && info.fit() && now.takesStreams() ? now : null;
    }

    /**
     * Whether sessions should not wait for this node: it refuses connections or does not answer, or its trunk has been
     * gone for a while. That says nothing about whether the process lives.
     */
    boolean absent(long nowNanos) {
        return trunk == null && (absent || nowNanos - lostNanos > PATIENCE_NANOS);
    }

    /** Whether the node has asked for no new streams, because it is about to leave. */
    boolean draining() {
        EdgeTrunk now = trunk;
        return now != null && now.goneAway();
    }

    /** The round trip of the open trunk in nanoseconds, or 0. */
    long roundTripNanos() {
        EdgeTrunk now = trunk;
        return now == null ? 0 : now.roundTripNanos();
    }

    void update(NodeInfo newer) {
        info = newer;
    }

    void connect() {
        if (closed) {
            return;
        }
        bootstrap.connect(info.trunk().host(), info.trunk().port()).addListener((ChannelFuture done) -> {
            if (done.isSuccess() && !closed) {
                channel = done.channel();
            } else if (done.isSuccess()) {
                done.channel().close();
            } else {
                BalancerEvents.trunkUnreachable(node(), done.cause());
                notThere();
                connectLater();
            }
        });
    }

    /** The node is a member no more. */
    void close() {
        closed = true;
        if (channel != null) {
            channel.close();
        }
    }

    boolean agree(Frame.Welcome welcome) {
        load.limit(welcome.sessionLimit());
        return trunks.slots().agree(welcome.slots());
    }

    void hosts(Frame.Slots slots) {
        trunks.slots().told(node(), slots.version(), slots.hosted());
    }

    void opened(EdgeTrunk opened) {
        trunk = opened;
        absent = false;
        openedNanos = System.nanoTime();
        pauseMillis = settings().backoffMin().toMillis();
        BalancerEvents.trunkOpened(node());
        changed();
    }

    void closed(EdgeTrunk gone, boolean wasOpen, int streams) {
        if (trunk == gone) {
            trunk = null;
        }
        channel = null;
        if (!wasOpen) {
            notThere();
            connectLater();
            return;
        }
        lostNanos = System.nanoTime();
        BalancerEvents.trunkLost(node(), streams);
        changed();
        if (!closed) {
            trunks.lost(info);
        }
        if (lostNanos - openedNanos > STABLE_NANOS) {
            // At once, because the answer tells a dead process from a broken connection.
            loop.execute(this::connect);
        } else {
            connectLater();
        }
    }

    /** Another life of the node has proved itself at its address. */
    void replaced() {
        trunks.replaced(info);
    }

    /** The node has said nothing for so long that its sessions go on elsewhere. */
    void silent() {
        absent = true;
    }

    /** The node offers a session that nobody holds. */
    void orphan(Frame.Orphan orphan) {
        trunks.orphan(orphan);
    }

    /** A frame of a stream that has ended. */
    void stale() {
        trunks.stale();
    }

    /** So many more streams are being opened. */
    void opening(int streams) {
        trunks.opening(streams);
    }

    private void notThere() {
        if (!closed) {
            boolean news = !absent;
            absent = true;
            trunks.lost(info);
            if (news) {
                changed();
            }
        }
    }

    void changed() {
        trunks.changed();
    }

    private void connectLater() {
        if (closed) {
            return;
        }
        long pause = pauseMillis * ThreadLocalRandom.current().nextInt(80, 121) / 100;
        pauseMillis = Math.min(2 * pauseMillis, settings().backoffMax().toMillis());
        loop.schedule(this::connect, pause, TimeUnit.MILLISECONDS);
    }

    /** The stages of a trunk's pipeline; the decoder puts itself before the trunk. */
    private final class Stages extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel to) {
            EdgeTrunk fresh = new EdgeTrunk(TrunkLink.this, trunks.handshake(node()));
            to.pipeline().addLast("trunk", fresh);
            long ping = settings().ping().toMillis();
            ScheduledFuture<?> pings = loop.scheduleAtFixedRate(
                    () -> fresh.tick(to.pipeline().context(fresh), System.nanoTime()),
                    ping,
                    ping,
                    TimeUnit.MILLISECONDS);
            to.closeFuture().addListener(done -> pings.cancel(false));
        }
    }
}
