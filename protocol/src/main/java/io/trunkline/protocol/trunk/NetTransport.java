package io.trunkline.protocol.trunk;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** How this process does network I/O: Linux epoll where its native library loads, Java NIO elsewhere. */
public enum NetTransport {
    /** Linux epoll, edge of what one thread can do. */
    EPOLL(EpollServerSocketChannel.class, EpollSocketChannel.class),
    /** Java NIO, on every platform. */
    NIO(NioServerSocketChannel.class, NioSocketChannel.class);

    private final Class<? extends ServerChannel> serverChannel;
    private final Class<? extends SocketChannel> channel;

    NetTransport(Class<? extends ServerChannel> serverChannel, Class<? extends SocketChannel> channel) {
        this.serverChannel = serverChannel;
        this.channel = channel;
    }

    /** The best one here; {@code allowNative} false asks for {@link #NIO}. */
    public static NetTransport choose(boolean allowNative) {
        return allowNative && Epoll.isAvailable() ? EPOLL : NIO;
    }

    /** Connected sockets of this kind. */
    public Class<? extends SocketChannel> channel() {
        return channel;
    }

    /**
     * A group of event loops whose threads are {@link LoopThread}s.
     *
     * @param name starts the names of the threads
     */
    public EventLoopGroup group(int loops, String name) {
        IoHandlerFactory io = this == EPOLL ? SteadyEpoll.newFactory() : NioIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(loops, threads(name), io);
    }

    /**
     * A server whose port may be taken again at once, and whose connections do not wait to fill segments.
     *
     * @param backlog connections that wait to be accepted
     */
    public ServerBootstrap server(EventLoopGroup group, int backlog) {
        return new ServerBootstrap()
                .group(group)
                .channel(serverChannel)
                .option(ChannelOption.SO_BACKLOG, backlog)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true);
    }

    /** Lets several processes listen on a server's port; does nothing where that is not possible. */
    public void reusePort(ServerBootstrap server) {
        if (this == EPOLL) {
            server.option(EpollChannelOption.SO_REUSEPORT, true);
        }
    }

    /**
     * Closes a server's connections whose peers give no sign of life for so long: unacknowledged bytes count, and where
     * none are under way, the system probes after half of the time. Does nothing where that is not possible.
     *
     * @param limit at least 4 s
     */
    public void vanished(ServerBootstrap server, Duration limit) {
        if (this == EPOLL) {
            int seconds = (int) limit.toSeconds();
            server.childOption(EpollChannelOption.TCP_USER_TIMEOUT, seconds * 1000)
                    .childOption(EpollChannelOption.TCP_KEEPIDLE, seconds / 2)
                    .childOption(EpollChannelOption.TCP_KEEPINTVL, seconds / 4);
        }
    }

    /** Listens; completes with the channel that does, or fails when the port cannot be had. */
    public static CompletionStage<Channel> bind(ServerBootstrap server, String host, int port) {
        CompletableFuture<Channel> bound = new CompletableFuture<>();
        server.bind(new InetSocketAddress(host, port)).addListener((ChannelFuture done) -> {
            if (done.isSuccess()) {
                bound.complete(done.channel());
            } else {
                bound.completeExceptionally(done.cause());
            }
        });
        return bound;
    }

    private static ThreadFactory threads(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new LoopThread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** A thread that runs an event loop and so must never block. */
    public static final class LoopThread extends FastThreadLocalThread {
        private LoopThread(Runnable task, String name) {
            super(task, name);
        }
    }
}
