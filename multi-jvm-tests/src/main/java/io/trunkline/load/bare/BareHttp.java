package io.trunkline.load.bare;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.trunkline.load.client.Transport;
import io.trunkline.load.plan.RequestLine;
import java.util.UUID;

/**
 * Answers every request with one body in which nothing changes but the id: no JSON is read, ids are copied from where
 * the load generator writes them. A request without a session gets one. Releases what it reads.
 */
public final class BareHttp extends ChannelInboundHandlerAdapter {
    private static final String SESSION = "Mcp-Session-Id";
    private static final int ID_OFFSET = RequestLine.ID_PREFIX.length();

    private final byte[] answer;
    private final byte[] request = new byte[ID_OFFSET + RequestLine.ID_LENGTH];
    private int filled;
    private boolean hasSession;

    private BareHttp(byte[] answer) {
        this.answer = answer;
    }

    /** Starts to listen; a call of a tool is answered with this text, which JSON must not have to escape. */
    public static ChannelFuture listen(EventLoopGroup loops, String host, int port, String text) {
        byte[] answer = (RequestLine.ID_PREFIX + ".".repeat(RequestLine.ID_LENGTH)
                        + "\",\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}]}}")
                .getBytes(US_ASCII);
        return Transport.server(loops)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpServerCodec(), new BareHttp(answer));
                    }
                })
                .bind(host, port);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest head) {
            filled = 0;
            hasSession = head.headers().contains(SESSION);
        }
        if (message instanceof HttpContent part) {
            ByteBuf content = part.content();
            int length = Math.min(content.readableBytes(), request.length - filled);
            content.readBytes(request, filled, length);
            filled += length;
            part.release();
            if (message instanceof LastHttpContent) {
                var unused = ctx.write(response(), ctx.voidPromise());
            }
        }
    }

    private FullHttpResponse response() {
        if (request[ID_OFFSET + 6] != '-') { // no id of the generator: a notification
            return withLength(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.ACCEPTED, Unpooled.EMPTY_BUFFER));
        }
        byte[] body = answer.clone();
        System.arraycopy(request, ID_OFFSET, body, ID_OFFSET, RequestLine.ID_LENGTH);
        FullHttpResponse response = withLength(
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(body)));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
        if (!hasSession) {
            response.headers().set(SESSION, UUID.randomUUID().toString());
        }
        return response;
    }

    private static FullHttpResponse withLength(FullHttpResponse response) {
        response.headers()
                .setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
        return response;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        var unused = ctx.close();
    }
}
