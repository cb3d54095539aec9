package io.trunkline.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import io.trunkline.load.client.Transport;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A bare echo server, the least that a server can do: what comes in goes out. The backend of rivals, and the ceiling of
 * the load generator.
 */
@Command(name = "echo", description = "Sends every byte back. Runs until it is killed.", sortOptions = false)
public final class EchoMain implements Callable<Integer> {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    @SuppressWarnings("UnusedVariable") // Read by picocli.
    private boolean help;

    @Option(names = "--host", defaultValue = "127.0.0.1", description = "Address to listen on (${DEFAULT-VALUE}).")
    private String host = "";

    @Option(names = "--port", defaultValue = "0", description = "Port to listen on; 0 picks one (${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--threads", defaultValue = "1", description = "Event loops (${DEFAULT-VALUE}).")
    private int threads;

    public static void main(String[] arguments) {
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        CommandLine command = new CommandLine(new EchoMain());
        command.getCommandSpec().exitCodeOnInvalidInput(LoadMain.USAGE);
        System.exit(command.execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        EventLoopGroup loops = Transport.loops("echo", threads);
        ChannelFuture bound = listen(loops, host, port).await();
        if (!bound.isSuccess()) {
            System.err.println("echo: cannot listen on " + host + ":" + port + ": "
                    + bound.cause().getMessage());
            return LoadMain.NO_RESULT;
        }
        System.out.println("echo: listening on " + bound.channel().localAddress());
        bound.channel().closeFuture().await();
        return 0;
    }

    static ChannelFuture listen(EventLoopGroup loops, String host, int port) {
        return Transport.server(loops).childHandler(new Echo()).bind(host, port);
    }

    /** Writes what it reads and flushes once per batch; passes each buffer on, so it releases none. */
    @ChannelHandler.Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            var unused = ctx.write((ByteBuf) message, ctx.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            ctx.channel().config().setAutoRead(ctx.channel().isWritable());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            var unused = ctx.close();
        }
    }
}
