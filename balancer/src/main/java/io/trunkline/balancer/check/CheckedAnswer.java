package io.trunkline.balancer.check;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.trunkline.balancer.pool.CheckSettings;
import io.trunkline.balancer.pool.Server;
import io.trunkline.protocol.member.HostPort;
import java.nio.charset.StandardCharsets;

/** Reads the answer to a check as far as it matters, and says whether it is the right one; releases what it reads. */
final class CheckedAnswer extends SimpleChannelInboundHandler<HttpObject> {
    private static final int MOST_BYTES = 16 * 1024;

    private final CheckSettings settings;
    private final Check.Asker asker;
    private final StringBuilder body = new StringBuilder();
    private boolean answered;

    CheckedAnswer(CheckSettings settings, Check.Asker asker) {
        this.settings = settings;
        this.asker = asker;
    }

    /** Sends the request. */
    static void ask(Channel connection, CheckSettings settings, Server server) {
        HttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.valueOf(settings.method()), settings.path());
        request.headers()
                .set(HttpHeaderNames.HOST, new HostPort(server.host(), server.port()).toString())
                .set(HttpHeaderNames.USER_AGENT, "trunkline-check")
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        connection.writeAndFlush(request);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
        if (part.decoderResult().isFailure()) {
            asker.after(false, "answered with no HTTP");
            return;
        }
        if (part instanceof HttpResponse response) {
            answered = response.status().codeClass() != HttpStatusClass.INFORMATIONAL;
            int status = response.status().code();
            if (answered && (status < settings.statusFrom() || status > settings.statusTo())) {
                asker.after(false, "answered with status " + status);
            } else if (answered && settings.body().isEmpty()) {
                asker.after(true, "answered with status " + status);
            }
        }
        if (answered && part instanceof HttpContent content) {
            read(content);
        }
    }

    private void read(HttpContent content) {
        int left = MOST_BYTES - body.length();
        // One char for each byte: what is looked for is encoded alike.
        body.append(content.content()
                .toString(
                        content.content().readerIndex(),
                        Math.min(left, content.content().readableBytes()),
                        StandardCharsets.ISO_8859_1));
        String wanted = new String(settings.body().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        if (body.indexOf(wanted) >= 0) {
            asker.after(true, "answered as expected");
        } else if (content instanceof LastHttpContent || body.length() >= MOST_BYTES) {
            asker.after(false, "answered with another body");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        asker.after(false, "closed before its answer was whole");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        asker.after(false, "broke off: " + cause.getMessage());
    }
}
