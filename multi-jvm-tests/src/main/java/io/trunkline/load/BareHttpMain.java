package io.trunkline.load;

import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import io.trunkline.load.bare.BareHttp;
import io.trunkline.load.client.Transport;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A bare HTTP server, the least that a server of MCP over HTTP can do: the backend of rivals. */
@Command(
        name = "bare-http",
        description = "Answers every request of MCP over HTTP with the same body. Runs until it is killed.",
        sortOptions = false)
public final class BareHttpMain implements Callable<Integer> {
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

    @Option(
            names = "--text",
            defaultValue = "",
            description = "The text that every call of a tool is answered with (nothing).")
    private String text = "";

    public static void main(String[] arguments) {
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        CommandLine command = new CommandLine(new BareHttpMain());
        command.getCommandSpec().exitCodeOnInvalidInput(LoadMain.USAGE);
        System.exit(command.execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        if (!text.matches("[ -!#-\\[\\]-~]*")) {
            System.err.println("bare-http: --text: (expected: ASCII that JSON does not escape)");
            return LoadMain.USAGE;
        }
        EventLoopGroup loops = Transport.loops("bare-http", threads);
        ChannelFuture bound = BareHttp.listen(loops, host, port, text).await();
        if (!bound.isSuccess()) {
            System.err.println("bare-http: cannot listen on " + host + ":" + port + ": "
                    + bound.cause().getMessage());
            return LoadMain.NO_RESULT;
        }
        System.out.println("bare-http: listening on " + bound.channel().localAddress());
        bound.channel().closeFuture().await();
        return 0;
    }
}
