package io.trunkline.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.trunkline.load.client.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** A server of newline-delimited JSON-RPC on loopback that answers as a test tells it to. */
final class FakeServer implements AutoCloseable {
    /** What the server does with one request. */
    interface Behaviour {
        void answer(Client client, String id, JsonNode request);
    }

    /** The connection that a request came on. */
    record Client(Channel channel) {
        void send(String line) {
            var unused = channel.writeAndFlush(Unpooled.copiedBuffer(line + "\n", UTF_8), channel.voidPromise());
        }

        void result(String id, String result) {
            send("{\"jsonrpc\":\"2.0\",\"id\":\"" + id + "\",\"result\":" + result + "}");
        }

        void error(String id, int code, String message) {
            send("{\"jsonrpc\":\"2.0\",\"id\":\"" + id + "\",\"error\":{\"code\":" + code + ",\"message\":\"" + message
                    + "\"}}");
        }

        void close() {
            var unused = channel.close();
        }

        void reset() {
            ((SocketChannel) channel).config().setSoLinger(0);
            close();
        }

        void later(Runnable work, long millis) {
            var unused = channel.eventLoop().schedule(work, millis, TimeUnit.MILLISECONDS);
        }

        /** Number of this connection's source address: 1 for 127.0.0.1. */
        int source() {
            return ((InetSocketAddress) channel.remoteAddress()).getAddress().getAddress()[3];
        }
    }

    private final EventLoopGroup loops = Transport.loops("fake", 1);
    private final Channel listener;

    FakeServer(Behaviour behaviour) {
        listener = Transport.server(loops)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        ChannelPipeline pipeline = channel.pipeline();
                        pipeline.addLast(new LineBasedFrameDecoder(100_000));
                        pipeline.addLast(new Requests(behaviour));
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static final class Requests extends SimpleChannelInboundHandler<ByteBuf> {
        private static final ObjectMapper JSON = new ObjectMapper();

        private final Behaviour behaviour;

        Requests(Behaviour behaviour) {
            this.behaviour = behaviour;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf line) throws IOException {
            JsonNode request = JSON.readTree(line.toString(UTF_8));
            if (request.has("id")) {
                behaviour.answer(new Client(ctx.channel()), request.path("id").asText(), request);
            }
        }
    }
}
