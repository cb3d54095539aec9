package io.trunkline.balancer.peer;

import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.trunkline.balancer.client.LoopMemory;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.trunk.NetTransport;
import io.trunkline.protocol.trunk.TrunkIdentity;
import io.trunkline.protocol.trunk.TrunkListener;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** Accepts the trunks of other balancers. Started once, then usable from any thread. */
public final class PeerListener {
    private static final int BACKLOG = 128;

    private static final Duration TICK = Duration.ofMillis(500);

    private final PeerSettings settings;
    private final Supplier<TrunkIdentity> identity;
    private final PeerRequests requests;
    private final Function<EventLoop, LoopMemory> memory;
    private final TrunkListener<PeerTrunk> listener;

    /**
     * A listener that does not listen yet.
     *
     * @param identity who listens; asked anew for each trunk, for a member may get another life
     * @param memory counts what is kept of requests and of what they are answered
     */
    public PeerListener(
            PeerSettings settings,
            Supplier<TrunkIdentity> identity,
            PeerRequests requests,
            Function<EventLoop, LoopMemory> memory,
            NetTransport transport,
            EventLoopGroup group) {
        this.settings = settings;
        this.identity = identity;
        this.requests = requests;
        this.memory = memory;
        this.listener = new TrunkListener<>(
                transport,
                group,
                new TrunkListener.Bounds(BACKLOG, settings.strangers(), TICK),
                end -> new PeerTrunk(end, this));
    }

    /** The addresses of members, which have room of their own at the peers' port. */
    public void members(Collection<InetAddress> addresses) {
        listener.members(addresses);
    }

    /** Listens; completes with the bound address, or fails when the port cannot be had. */
    public CompletionStage<InetSocketAddress> bind(String host) {
        return listener.bind(host, settings.port());
    }

    /** Trunks from other balancers that are open now. */
    public int size() {
        return listener.open().size();
    }

    /** Closes the listener and all trunks. */
    public void close() {
        listener.close();
        listener.open().values().forEach(end -> end.writer().execute(end::close));
    }

    /** What makes a channel a trunk from another balancer. */
    ChannelHandler stages() {
        return listener.stages();
    }

    PeerSettings settings() {
        return settings;
    }

    TrunkIdentity identity() {
        return identity.get();
    }

    PeerRequests requests() {
        return requests;
    }

    LoopMemory memory(EventLoop loop) {
        return memory.apply(loop);
    }

    void proved(PeerTrunk trunk) {
        listener.proved(trunk);
    }

    void closed(PeerTrunk trunk) {
        listener.closed(trunk);
    }

    /** What a balancer is told once it is let in. */
    public static Frame.Welcome welcome(PeerSettings settings) {
        // There are no slots between balancers, and no bound but those of the sessions themselves.
        return new Frame.Welcome(1, Integer.MAX_VALUE, settings.window());
    }
}
