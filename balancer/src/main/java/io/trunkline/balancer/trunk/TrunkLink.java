package io.trunkline.balancer.trunk;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.balancer.assign.NodeLoad;
import io.trunkline.balancer.assign.Placement;
import io.trunkline.balancer.cluster.NodeInfo;
import io.trunkline.balancer.events.BalancerEvents;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.trunk.TrunkEnd;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's way to one life of one node: keeps a trunk open for as long as the node is a member, with a pause
 * that doubles, and varies by a fifth, between attempts. Belongs to the event loop.
 */
final class TrunkLink implements Placement.Way {
    /** How long sessions wait for a trunk that was lost a moment ago, in nanoseconds. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A trunk that was open for so long, in nanoseconds, is opened again without a pause. */
    private static final long STABLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final EventLoop loop;
    private final Members members;
    private final WaitingRoom room;
    private final Runnable changed;
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

    TrunkLink(EventLoop loop, Members members, Bootstrap bootstrap, WaitingRoom room, Runnable changed, NodeInfo info) {
        this.loop = loop;
        this.members = members;
        this.room = room;
        this.changed = changed;
        this.info = info;
        this.load = members.load(info.key());
        this.pauseMillis = settings().backoffMin().toMillis();
        this.bootstrap = bootstrap.clone(loop).handler(new Stages());
    }

    EdgeTrunkSettings settings() {
        return members.settings();
    }

    /** What the event loops share of all members. */
    Members members() {
        return members;
    }

    @Override
    public NodeKey node() {
        return info.key();
    }

    @Override
    public NodeLoad load() {
        return load;
    }

    @Override
    public boolean open() {
        return ready() != null;
    }

    /** The trunk when it may get new streams, else null. */
    @Nullable
    EdgeTrunk ready() {
        EdgeTrunk now = trunk;
        return now != null && info.fit() && now.takesStreams() ? now : null;
    }

    /**
     * That it refuses connections or does not answer, or that its trunk is gone, says nothing about whether the process
     * lives.
     */
    @Override
    public boolean absent(long nowNanos) {
        return trunk == null && (absent || nowNanos - lostNanos > PATIENCE_NANOS);
    }

    @Override
    public boolean draining() {
        EdgeTrunk now = trunk;
        return now != null && now.goneAway();
    }

    /** The round trip of the open trunk in nanoseconds, or 0. */
    long roundTripNanos() {
        EdgeTrunk now = trunk;
        return now == null ? 0 : now.pulse().roundTripNanos();
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
        return members.slots().agree(welcome.slots());
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
            members.lost(info);
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
        members.replaced(info);
    }

    /** The node has said nothing for so long that its sessions go on elsewhere. */
    void silent() {
        absent = true;
    }

    /** The node offers a session that nobody holds. */
    void orphan(Frame.Orphan orphan) {
        members.orphan(loop, orphan);
    }

    /** So many more streams are being opened. */
    void opening(int streams) {
        room.opening(streams);
    }

    private void notThere() {
        if (!closed) {
            boolean news = !absent;
            absent = true;
            members.lost(info);
            if (news) {
                changed();
            }
        }
    }

    void changed() {
        changed.run();
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
            TrunkEnd end = new TrunkEnd(to, own -> new EdgeTrunk(own, TrunkLink.this, members.handshake(node())));
            to.pipeline().addLast("trunk", end);
            end.tickEvery(settings().ping());
        }
    }
}
