package io.trunkline.balancer.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The PROXY protocol, versions 1 and 2: a connection begins with the addresses of the client whose bytes follow. It is
 * taken only from peers that are trusted, and those have to send it; from everybody else it is what it looks like,
 * bytes of the client.
 */
public final class ProxyHeader {
    /** Most bytes of the fields that version 2 allows behind the addresses. */
    private static final int MOST_FIELDS = 2048;

    private static final long PATIENCE_SECONDS = 5;

    private ProxyHeader() {}

    /** Awaits the header as the first bytes of a connection, then does what is to follow; closes it without one. */
    public static void await(Channel channel, Runnable then) {
        channel.pipeline()
                .addLast("proxy-decoder", new HAProxyMessageDecoder(MOST_FIELDS, true))
                .addLast("proxy-header", new Awaiting(then));
    }

    /** Writes the header to a connection that nothing has been written to. Does not flush. */
    public static void write(Channel channel, int version, ClientAddress client) {
        channel.pipeline().addFirst("proxy-encoder", HAProxyMessageEncoder.INSTANCE);
        channel.write(message(version, client));
        channel.pipeline().remove(HAProxyMessageEncoder.INSTANCE);
    }

    private static HAProxyMessage message(int version, ClientAddress client) {
        InetAddress source = client.source().getAddress();
        InetAddress target = client.target().getAddress();
        boolean wide = source instanceof Inet6Address || target instanceof Inet6Address;
        return new HAProxyMessage(
                version == 1 ? HAProxyProtocolVersion.V1 : HAProxyProtocolVersion.V2,
                HAProxyCommand.PROXY,
                wide ? HAProxyProxiedProtocol.TCP6 : HAProxyProxiedProtocol.TCP4,
                text(source, wide),
                text(target, wide),
                client.source().getPort(),
                client.target().getPort());
    }

    /** An address of version 4 beside one of version 6 is written as an address of version 6, too. */
    private static String text(InetAddress address, boolean wide) {
        String text = NetUtil.toAddressString(address);
        return wide && !(address instanceof Inet6Address) ? "::ffff:" + text : text;
    }

    private static final class Awaiting extends SimpleChannelInboundHandler<HAProxyMessage> {
        private final Runnable then;
        private @Nullable Future<?> deadline;

        Awaiting(Runnable then) {
            this.then = then;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            deadline = ctx.channel().eventLoop().schedule(() -> ctx.close(), PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext ctx) {
            forget();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            forget();
            ctx.fireChannelInactive();
        }

        private void forget() {
            Future<?> running = deadline;
            if (running != null) {
                running.cancel(false);
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HAProxyMessage header) {
            InetAddress source = address(header.sourceAddress());
            InetAddress target = address(header.destinationAddress());
            // A LOCAL command and a protocol that is not known leave the addresses of the socket as they are.
            if (header.command() == HAProxyCommand.PROXY && source != null && target != null) {
                new ClientAddress(
                                new InetSocketAddress(source, header.sourcePort()),
                                new InetSocketAddress(target, header.destinationPort()))
                        .attach(ctx.channel());
            }
            then.run();
            ctx.pipeline().remove(this);
        }

        private static @Nullable InetAddress address(@Nullable String text) {
            return text == null ? null : NetUtil.createInetAddressFromIpAddressString(text);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
