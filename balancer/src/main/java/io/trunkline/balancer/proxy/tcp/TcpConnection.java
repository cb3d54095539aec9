package io.trunkline.balancer.proxy.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.trunkline.balancer.client.Account;
import io.trunkline.balancer.client.ClientLoop;
import io.trunkline.balancer.client.Crowd;
import io.trunkline.balancer.client.Tenant;
import io.trunkline.balancer.pool.Ask;
import io.trunkline.balancer.pool.Failure;
import io.trunkline.balancer.pool.Pool;
import io.trunkline.balancer.pool.Server;
import io.trunkline.balancer.proxy.ClientAddress;
import io.trunkline.balancer.proxy.Dialer;
import io.trunkline.balancer.proxy.ProxyHeader;
import io.trunkline.protocol.refusal.Reason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One client of the TCP proxy: finds a server for it, then joins the two sockets. A server that cannot be reached is
 * replaced by another one, for nothing was sent to it yet; without a server the client is reset when its time in the
 * queue has passed. The client is not read before it has a server. Belongs to the client's event loop.
 */
final class TcpConnection extends ChannelInboundHandlerAdapter implements ClientLoop.Member, Tenant {
    /** What may be read of a client that is not read: its end comes with the bytes before it. */
    private static final int EARLY = 256 * 1024;

    private final TcpLoop loop;
    private final Channel channel;
    private final Account account;
    private final Crowd.Seat seat = new Crowd.Seat();
    private final Deque<ByteBuf> early = new ArrayDeque<>();
    private final long startedNanos = System.nanoTime();
    private int earlyBytes;
    private boolean saidAll;
    private boolean gone;
    private @Nullable Ask ask;
    private Pool.@Nullable Wait waiting;
    private @Nullable Server server;
    private @Nullable Tunnel tunnel;

    TcpConnection(TcpLoop loop, Channel channel) {
        this.loop = loop;
        this.channel = channel;
        this.account = loop.clients().memory().account(this);
    }

    /** Finds a server; the client's address is known. */
    void start() {
        channel.config().setAutoRead(false);
        choose(new Ask(ClientAddress.of(channel).source().getAddress()));
    }

    // --- which server

    private void choose(Ask next) {
        ask = next;
        Server chosen = loop.pool().choose(next);
        if (chosen != null) {
            connect(chosen);
            return;
        }
        waiting = loop.pool().await(next, channel.eventLoop(), new Pool.Waiter() {
            @Override
            public void served(Server found) {
                waiting = null;
                connect(found);
            }

            @Override
            public void refused() {
                waiting = null;
                refuse();
            }
        });
        if (waiting == null) {
            refuse();
        }
    }

    private void refuse() {
        if (!gone) {
            loop.clients().ended(loop.pool().serves() ? Reason.ALL_FULL : Reason.NO_NODE);
            drop();
        }
    }

    private void connect(Server chosen) {
        if (gone) {
            chosen.givenBack();
            return;
        }
        long begun = System.nanoTime();
        Channel ready = loop.spares().take(chosen);
        if (ready != null) {
            join(chosen, ready, begun);
            return;
        }
        loop.dialer().dial(chosen, loop.pool().settings().connections().connect(), new Dialer.Caller() {
            @Override
            public void connected(Channel to) {
                join(chosen, to, begun);
            }

            @Override
            public void failed(Failure why) {
                chosen.failed(why);
                chosen.givenBack();
                again(chosen);
            }
        });
    }

    private void again(Server failed) {
        Ask before = ask;
        if (gone || before == null) {
            return;
        }
        Duration patience = loop.pool().settings().queue().deadline();
        if (System.nanoTime() - startedNanos > patience.toNanos()) {
            refuse();
        } else {
            loop.retried();
            choose(before.after(failed));
        }
    }

    private void join(Server chosen, Channel to, long begun) {
        chosen.succeeded(System.nanoTime() - begun);
        if (gone) {
            chosen.givenBack();
            to.close();
            return;
        }
        server = chosen;
        int version = loop.pool().settings().connections().proxyProtocol();
        if (version != 0) {
            ProxyHeader.write(to, version, ClientAddress.of(channel));
        }
        channel.pipeline().remove(this);
        Tunnel joined = new Tunnel(channel, to, this::ended);
        tunnel = joined;
        for (ByteBuf read = early.poll(); read != null; read = early.poll()) {
            joined.early(read);
        }
        earlyBytes = 0;
        to.flush();
        joined.start();
        if (saidAll) {
            joined.clientSaidAll();
        }
    }

    private void ended(Tunnel tunnelled) {
        loop.carried(tunnelled);
        Server served = server;
        if (served != null) {
            served.givenBack();
        }
        leave();
    }

    private void leave() {
        if (!gone) {
            gone = true;
            account.close();
            loop.clients().connections().remove(this);
            loop.clients().disconnected();
        }
    }

    // --- before there is a server

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf read = (ByteBuf) message;
        earlyBytes += read.readableBytes();
        early.add(read);
        account.input(earlyBytes);
        if (earlyBytes > EARLY) {
            loop.clients().ended(Reason.OVERLOADED);
            drop();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            saidAll = true;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Pool.Wait wait = waiting;
        if (wait != null) {
            wait.cancel();
        }
        early.forEach(ByteBuf::release);
        early.clear();
        leave();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        loop.clients().failed(cause);
        channel.close();
    }

    // --- time and memory

    @Override
    public void tick(long now) {
        Tunnel carrying = tunnel;
        if (carrying != null) {
            account.input(0);
            account.output(carrying.waiting());
            carrying.tick(now, loop.idleNanos());
        }
    }

    @Override
    public void drain(long now, boolean late) {
        if (late) {
            drop();
        }
    }

    @Override
    public void drop() {
        Tunnel carrying = tunnel;
        if (carrying != null) {
            carrying.end(Tunnel.Ending.STOPPED);
        } else {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.close();
        }
    }

    @Override
    public void holdBack(boolean back) {
        Tunnel carrying = tunnel;
        if (carrying != null) {
            carrying.holdBack(back);
        }
    }

    @Override
    public void shed() {
        loop.clients().ended(Reason.OVERLOADED);
        drop();
    }

    @Override
    public Crowd.Seat seat() {
        return seat;
    }
}
