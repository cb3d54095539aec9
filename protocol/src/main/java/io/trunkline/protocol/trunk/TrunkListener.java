package io.trunkline.protocol.trunk;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Accepts trunks, knows those that are open, and lets each look at its deadlines. Bounds those that have not proved that they
 * know the cluster secret. Usable from any thread.
 *
 * @param <T> the handler of one trunk; the decoder puts itself before it
 */
public final class TrunkListener<T extends ChannelHandler> {
    /** Bytes of the first reads of a trunk. More than a stranger can send without being sent away. */
    public static final int FIRST_READ = 1024;

    private final NetTransport transport;
    private final EventLoopGroup group;
    private final Bounds bounds;
    private final Function<Channel, T> create;
    private final BiConsumer<T, ChannelHandlerContext> tick;
    private final Map<T, ChannelHandlerContext> open = new ConcurrentHashMap<>();
    private final Strangers strangers;
    private volatile @Nullable Channel listener;

    /**
     * What is accepted.
     *
     * @param backlog connections that wait to be accepted
     * @param strangers trunks that have proved nothing yet, once for members' addresses and once for all others; the oldest gives
     *     way to a further one
     * @param tickMillis time between two looks at deadlines
     */
    public record Bounds(int backlog, int strangers, long tickMillis) {}

    /**
     * One that does not listen yet.
     *
     * @param tick lets a trunk look at its deadlines; called on its event loop, as {@code create} is
     */
    public TrunkListener(
            NetTransport transport,
            EventLoopGroup group,
            Bounds bounds,
            Function<Channel, T> create,
            BiConsumer<T, ChannelHandlerContext> tick) {
        this.transport = transport;
        this.group = group;
        this.bounds = bounds;
        this.strangers = new Strangers(bounds.strangers());
        this.create = create;
        this.tick = tick;
    }

    /** Listens; completes with the bound address, or fails when the port cannot be had. */
    public CompletionStage<InetSocketAddress> bind(String host, int port) {
        return NetTransport.bind(
                        transport
                                .server(group, bounds.backlog())
                                // Small at first, for whoever has proved nothing; busy trunks soon read in large
                                // pieces.
                                .childOption(
                                        ChannelOption.RECVBUF_ALLOCATOR,
                                        new AdaptiveRecvByteBufAllocator(FIRST_READ, FIRST_READ, 256 * 1024))
                                .childOption(
                                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                                        new WriteBufferWaterMark(2 * 1024 * 1024, 4 * 1024 * 1024))
                                .childHandler(stages()),
                        host,
                        port)
                .thenApply(bound -> {
                    listener = bound;
                    return (InetSocketAddress) bound.localAddress();
                });
    }

    /** What makes a channel a trunk. */
    public ChannelHandler stages() {
        return new Stages();
    }

    /** Trunks that are open now, with their contexts. */
    public Map<T, ChannelHandlerContext> open() {
        return open;
    }

    /** Runs a task on a trunk's event loop, unless that has ended, and the trunk with it. */
    public static void onLoop(ChannelHandlerContext ctx, Runnable task) {
        try {
            ctx.executor().execute(task);
        } catch (RejectedExecutionException e) {
            // Nobody is left who wants it.
        }
    }

    /** The addresses of the cluster's members, whose connections have room of their own before they have proved anything. */
    public void members(Collection<InetAddress> addresses) {
        strangers.members(addresses);
    }

    /** Trunks that have proved nothing yet. */
    public int strangers() {
        return strangers.count();
    }

    /** A trunk has proved that it knows the secret. */
    public void proved(T trunk) {
        ChannelHandlerContext ctx = open.get(trunk);
        if (ctx != null) {
            strangers.leave(ctx.channel());
        }
    }

    /** A trunk is closed. */
    public void closed(T trunk) {
        open.remove(trunk);
    }

    /** Accepts nothing more. */
    public void close() {
        Channel bound = listener;
        if (bound != null) {
            bound.close();
        }
    }

    private final class Stages extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            strangers.enter(channel);
            T trunk = create.apply(channel);
            channel.pipeline().addLast("trunk", trunk);
            ChannelHandlerContext ctx = channel.pipeline().context(trunk);
            open.put(trunk, ctx);
            ScheduledFuture<?> ticks = channel.eventLoop()
                    .scheduleAtFixedRate(
                            () -> tick.accept(trunk, ctx),
                            bounds.tickMillis(),
                            bounds.tickMillis(),
                            TimeUnit.MILLISECONDS);
            channel.closeFuture().addListener(closed -> ticks.cancel(false));
        }
    }
}
