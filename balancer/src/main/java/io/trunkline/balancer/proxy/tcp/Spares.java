package io.trunkline.balancer.proxy.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.trunkline.balancer.pool.Failure;
import io.trunkline.balancer.pool.Pool;
import io.trunkline.balancer.pool.Server;
import io.trunkline.balancer.pool.ServerState;
import io.trunkline.balancer.proxy.Dialer;
import io.trunkline.protocol.metrics.Counter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Connections to servers that no client has yet, so that the next client need not wait for one. Each is used once. One
 * that the server closes, or that is idle for too long, is replaced. A server that speaks before it is asked gets no
 * spares: what it said was not meant for a client that comes later. Belongs to one event loop.
 */
final class Spares {
    private final int wanted;
    private final Pool pool;
    private final Dialer dialer;
    private final Counter used;
    private final Map<Server, Deque<Spare>> ready = new HashMap<>();
    private final Map<Server, Integer> coming = new HashMap<>();
    private final Set<Server> speaksFirst = new HashSet<>();
    private boolean closed;

    /**
     * No spares yet.
     *
     * @param wanted for each server
     * @param used counts those that a client got
     */
    Spares(int wanted, Pool pool, Dialer dialer, Counter used) {
        this.wanted = wanted;
        this.pool = pool;
        this.dialer = dialer;
        this.used = used;
    }

    /** The newest one, which is the caller's from now on; null when there is none. */
    @Nullable
    Channel take(Server server) {
        Deque<Spare> some = ready.get(server);
        Spare spare = some == null ? null : some.pollLast();
        if (spare == null) {
            return null;
        }
        spare.channel.pipeline().remove(spare);
        spare.channel.config().setAutoRead(false);
        used.increment();
        fill(server);
        return spare.channel;
    }

    /** Drops what is old, and sees that each server that serves has its spares. */
    void tick(long now) {
        if (wanted == 0 || closed) {
            return;
        }
        long idle = pool.settings().connections().idle().toNanos();
        ready.forEach((server, some) -> {
            boolean serves = server.state() == ServerState.UP && !server.gone();
            for (Spare oldest = some.peekFirst();
                    oldest != null && (!serves || now - oldest.since >= idle);
                    oldest = some.peekFirst()) {
                some.pollFirst();
                oldest.channel.close();
            }
        });
        speaksFirst.removeIf(Server::gone);
        ready.keySet().removeIf(Server::gone);
        pool.servers().forEach(this::fill);
    }

    private void fill(Server server) {
        if (closed || server.state() != ServerState.UP || server.gone() || speaksFirst.contains(server)) {
            return;
        }
        Deque<Spare> some = ready.computeIfAbsent(server, none -> new ArrayDeque<>());
        for (int missing = wanted - some.size() - coming.getOrDefault(server, 0); missing > 0; missing--) {
            coming.merge(server, 1, Integer::sum);
            dialer.dial(server, pool.settings().connections().connect(), new Dialer.Caller() {
                @Override
                public void connected(Channel channel) {
                    arrived(server);
                    add(server, channel);
                }

                @Override
                public void failed(Failure why) {
                    // The next client finds out what this means.
                    arrived(server);
                }
            });
        }
    }

    private void arrived(Server server) {
        coming.computeIfPresent(server, (same, count) -> count == 1 ? null : count - 1);
    }

    private void add(Server server, Channel channel) {
        Deque<Spare> some = ready.get(server);
        if (closed || some == null || speaksFirst.contains(server)) {
            channel.close();
            return;
        }
        Spare spare = new Spare(server, channel);
        some.addLast(spare);
        channel.pipeline().addLast("spare", spare);
        if (!channel.isActive()) {
            spare.lost();
        }
    }

    /** How many wait, for all servers. */
    int size() {
        return ready.values().stream().mapToInt(Deque::size).sum();
    }

    /** Closes them all. */
    void close() {
        closed = true;
        ready.values().forEach(some -> some.forEach(spare -> spare.channel.close()));
        ready.clear();
    }

    private final class Spare extends ChannelInboundHandlerAdapter {
        private final Server server;
        private final Channel channel;
        private final long since = System.nanoTime();

        Spare(Server server, Channel channel) {
            this.server = server;
            this.channel = channel;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ((ByteBuf) message).release();
            speaksFirst.add(server);
            lost();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                lost();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            lost();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            lost();
        }

        private void lost() {
            Deque<Spare> some = ready.get(server);
            if (some != null) {
                some.remove(this);
            }
            channel.close();
        }
    }
}
