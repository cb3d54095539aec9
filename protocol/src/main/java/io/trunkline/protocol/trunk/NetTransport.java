package io.trunkline.protocol.trunk;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.FastThreadLocalThread;
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

    /** Listening sockets of this kind. */
    public Class<? extends ServerChannel> serverChannel() {
        return serverChannel;
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
        IoHandlerFactory io = this == EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(loops, threads(name), io);
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
