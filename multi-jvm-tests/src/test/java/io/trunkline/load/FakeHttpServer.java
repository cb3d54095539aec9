package io.trunkline.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.trunkline.load.client.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** An HTTP server on loopback whose answers are text, byte by byte what a test wants them to be. */
final class FakeHttpServer implements AutoCloseable {
    static final String SESSION = "0123456789abcdef";

    /** What the server writes when a request has come in full; empty for nothing. */
    interface Behaviour {
        /** Answers one request; {@code message} is its body, a missing node when there is none. */
        String answer(FullHttpRequest request, JsonNode message);
    }

    private final EventLoopGroup loops = Transport.loops("fake-http", 1);
    private final Channel listener;

    FakeHttpServer(Behaviour behaviour) {
        listener = Transport.server(loops)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new HttpRequestDecoder())
                                .addLast(new HttpObjectAggregator(100_000))
                                .addLast(new Requests(behaviour));
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
    }

    /** Does the handshake, whatever the behaviour does with what follows. */
    static FakeHttpServer afterTheHandshake(Behaviour behaviour) {
        return new FakeHttpServer(
                (request, message) -> switch (message.path("method").asText()) {
                    case "initialize" -> json(200, "Mcp-Session-Id: " + SESSION + "\r\n", result(message));
                    case "notifications/initialized" -> json(202, "", "");
                    default -> behaviour.answer(request, message);
                });
    }

    static String json(int status, String headers, String body) {
        return "HTTP/1.1 " + status + " Whatever\r\nContent-Type: application/json\r\n" + headers + "Content-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    static String result(JsonNode request) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + request.path("id") + ",\"result\":{}}";
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static final class Requests extends SimpleChannelInboundHandler<FullHttpRequest> {
        private static final ObjectMapper JSON = new ObjectMapper();

        private final Behaviour behaviour;

        Requests(Behaviour behaviour) {
            this.behaviour = behaviour;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) throws IOException {
            JsonNode message = JSON.readTree(request.content().toString(UTF_8));
            String answer = behaviour.answer(request, message);
            if (!answer.isEmpty()) {
                var unused = ctx.writeAndFlush(Unpooled.copiedBuffer(answer, UTF_8), ctx.voidPromise());
            }
        }
    }
}
