package io.trunkline.protocol.trunk;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Accepts trunks, and knows those that are open. Bounds those that have not proved that they know the cluster secret.
 * Usable from any thread.
 *
 * @param <T> what serves one trunk
 */
public final class TrunkListener<T extends TrunkListener.Server> {
    /** What serves one trunk. */
    public interface Server {
        /** What is done with the trunk's frames. */
        TrunkEnd.Side side();
    }

    /** Bytes of the first reads of a trunk. More than a stranger can send without being sent away. */
    public static final int FIRST_READ = 1024;

    private final NetTransport transport;
    private final EventLoopGroup group;
    private final Bounds bounds;
    private final Function<TrunkEnd, T> create;
    private final Map<T, TrunkEnd> open = new ConcurrentHashMap<>();
    private final Strangers strangers;
    private volatile @Nullable Channel listener;

    /**
     * What is accepted.
     *
     * @param backlog connections that wait to be accepted
     * @param strangers trunks that have proved nothing yet, once for members' addresses and once for all others; the
     *     oldest gives way to a further one
     * @param tick time between two looks at deadlines
     */
    public record Bounds(int backlog, int strangers, Duration tick) {}

    /** One that does not listen yet; {@code create} is called on the event loop of each trunk. */
    public TrunkListener(NetTransport transport, EventLoopGroup group, Bounds bounds, Function<TrunkEnd, T> create) {
        this.transport = transport;
        this.group = group;
        this.bounds = bounds;
        this.strangers = new Strangers(bounds.strangers());
        this.create = create;
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

    /** Trunks that are open now, with their ends. */
    public Map<T, TrunkEnd> open() {
        return open;
    }

    /**
     * The addresses of the cluster's members, whose connections have room of their own before they have proved
     * anything.
     */
    public void members(Collection<InetAddress> addresses) {
        strangers.members(addresses);
    }

    /** Trunks that have proved nothing yet. */
    public int strangers() {
        return strangers.count();
    }

    /** A trunk has proved that it knows the secret. */
    public void proved(T trunk) {
        TrunkEnd end = open.get(trunk);
        if (end != null) {
            strangers.leave(end.channel());
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
            TrunkEnd end = new TrunkEnd(channel, own -> {
                T trunk = create.apply(own);
                open.put(trunk, own);
                return trunk.side();
            });
            channel.pipeline().addLast("trunk", end);
            end.tickEvery(bounds.tick());
        }
    }
}
