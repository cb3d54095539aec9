package io.trunkline.protocol.pages;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.trunkline.protocol.trunk.NetTransport;
import io.trunkline.protocol.trunk.Strangers;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * Serves one port of pages from an event loop of its own, so that nobody who fills another port, or this one, keeps a
 * monitor waiting: connections are few, the oldest gives way to the newest, and each phase of a request has a deadline.
 * HTTP/1.1 and HTTP/1.0, with or without keep-alive; requests of one connection are answered one after the other.
 * Usable from any thread.
 */
public final class PageServer {
    /** Connections at a time; a monitor needs one. */
    static final int CONNECTIONS = 128;

    private static final int BACKLOG = 256;
    private static final int LINE_BYTES = 2048;
    private static final int HEAD_BYTES = 8192;
    private static final int PIECE_BYTES = 8192;
    private static final long DRAIN_MILLIS = 2000;

    private final ActorSystem<?> system;
    private final Function<HttpRequest, CompletionStage<HttpResponse>> pages;
    private final HostCheck hosts;
    private final NetTransport transport = NetTransport.choose(true);
    private final EventLoopGroup group;
    private final Strangers connections = new Strangers(CONNECTIONS);
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    /**
     * One that does not listen yet.
     *
     * @param what name of the port, for its thread
     * @param pages answers a request whose entity is whole; called on the event loop, must not block
     */
    public PageServer(
            ActorSystem<?> system,
            String what,
            HostCheck hosts,
            Function<HttpRequest, CompletionStage<HttpResponse>> pages) {
        this.system = system;
        this.hosts = hosts;
        this.pages = pages;
        this.group = transport.group(1, what);
    }

    /** Listens; completes with the bound address, or fails when the port cannot be had, and is of no use then. */
    public CompletionStage<InetSocketAddress> bind(String host, int port) {
        return NetTransport.bind(transport.server(group, BACKLOG).childHandler(stages()), host, port)
                .whenComplete((bound, failure) -> {
                    if (failure != null) {
                        endLoop();
                    }
                })
                .thenApply(bound -> {
                    open.add(bound);
                    return (InetSocketAddress) bound.localAddress();
                });
    }

    /** Accepts nothing more, lets requests have their answers for a while, and ends. */
    public CompletionStage<Void> close() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        for (Channel channel : open) {
            PageConnection connection = channel.pipeline().get(PageConnection.class);
            if (connection == null) {
                channel.close();
            } else {
                channel.eventLoop().execute(connection::leave);
            }
        }
        open.newCloseFuture().addListener(all -> closed.complete(null));
        return closed.completeOnTimeout(null, DRAIN_MILLIS, TimeUnit.MILLISECONDS)
                .thenCompose(all -> endLoop());
    }

    private CompletionStage<Void> endLoop() {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        group.shutdownGracefully(0, DRAIN_MILLIS, TimeUnit.MILLISECONDS).addListener(done -> ended.complete(null));
        return ended;
    }

    private ChannelHandler stages() {
        return new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                connections.enter(channel);
                open.add(channel);
                channel.pipeline().addLast("http", new HttpServerCodec(LINE_BYTES, HEAD_BYTES, PIECE_BYTES));
                channel.pipeline().addLast("pages", new PageConnection(system, hosts, pages));
            }
        };
    }
}
