package io.trunkline.balancer.peer;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.ScheduledFuture;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.trunk.NetTransport;
import io.trunkline.protocol.trunk.TrunkIdentity;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Accepts the trunks of other balancers. Started once, then usable from any thread. */
public final class PeerListener {
    private static final long TICK_MILLIS = 500;

    /** Bytes of the first reads of a trunk: not more than a stranger needs. */
    private static final int FIRST_READ = 1024;

    private final PeerSettings settings;
    private final Supplier<TrunkIdentity> identity;
    private final PeerRequests requests;
    private final IntPredicate budget;
    private final NetTransport transport;
    private final EventLoopGroup group;
    private final Map<PeerTrunk, ChannelHandlerContext> open = new ConcurrentHashMap<>();
    private final AtomicInteger strangers = new AtomicInteger();
    private volatile @Nullable Channel listener;

    /**
     * A listener that does not listen yet.
     *
     * @param identity who listens; asked anew for each trunk, for a member may get another life
     * @param budget takes bytes of messages that are not whole, or gives them back when negative; false when there are too
     *     many
     */
    public PeerListener(
            PeerSettings settings,
            Supplier<TrunkIdentity> identity,
            PeerRequests requests,
            IntPredicate budget,
            NetTransport transport,
            EventLoopGroup group) {
        this.settings = settings;
        this.identity = identity;
        this.requests = requests;
        this.budget = budget;
        this.transport = transport;
        this.group = group;
    }

    /** Listens; completes with the bound address, or fails when the port cannot be had. */
    public CompletionStage<InetSocketAddress> bind(String host) {
        CompletableFuture<InetSocketAddress> bound = new CompletableFuture<>();
        new ServerBootstrap()
                .group(group)
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, 128)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
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

    /** Trunks from other balancers that are open now. */
    public int size() {
        return open.size();
    }

    /** Closes the listener and all trunks. */
    public void close() {
        Channel bound = listener;
        if (bound != null) {
            bound.close();
        }
        open.forEach((trunk, ctx) -> {
            if (!ctx.executor().isShuttingDown()) {
                ctx.executor().execute(() -> trunk.close(ctx));
            }
        });
    }

    /** What makes a channel a trunk from another balancer. */
    ChannelHandler stages() {
        return new Stages();
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

    boolean hold(int bytes) {
        return budget.test(bytes);
    }

    void proved() {
        strangers.decrementAndGet();
    }

    void closed(PeerTrunk trunk, boolean proved) {
        open.remove(trunk);
        if (!proved) {
            strangers.decrementAndGet();
        }
    }

    /** What a balancer is told once it is let in. */
    public static Frame.Welcome welcome(PeerSettings settings) {
        // There are no slots between balancers, and no bound but those of the sessions themselves.
        return new Frame.Welcome(1, Integer.MAX_VALUE, settings.window());
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
            PeerTrunk trunk = new PeerTrunk(PeerListener.this);
            channel.pipeline().addLast("trunk", trunk);
            ChannelHandlerContext ctx = channel.pipeline().context(trunk);
            open.put(trunk, ctx);
            ScheduledFuture<?> ticks = channel.eventLoop()
                    .scheduleAtFixedRate(() -> trunk.tick(ctx), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
            channel.closeFuture().addListener(closed -> ticks.cancel(false));
        }
    }
}
