package io.trunkline.balancer.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.trunkline.balancer.auth.Grant;
import io.trunkline.balancer.client.Account;
import io.trunkline.balancer.limits.Pace;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Writes the responses of one HTTP connection, one request at a time. Belongs to the channel's event loop. */
final class ResponseWriter implements Exchange.Carrier {
    private static final byte[] COMMENT = ": \n\n".getBytes(StandardCharsets.US_ASCII);

    private final HttpWire wire;
    private final ChannelHandlerContext ctx;
    private final ChannelHandlerContext encoder;
    private final Account account;
    private final RequestClock clock;
    private final Pace pace;
    private final Predicate<RequestHead> elsewhere;
    private final Consumer<Boolean> finished;
    private @Nullable Exchange current;
    private boolean streaming;
    /** Whether the head of the last stream lets the client use the connection again. */
    private boolean promised;

    /**
     * Nothing is written yet.
     *
     * @param elsewhere whether a request names a session that is not at this balancer
     * @param finished is told when a response is whole, and whether the connection stays open
     */
    ResponseWriter(
            HttpWire wire,
            ChannelHandlerContext ctx,
            Account account,
            RequestClock clock,
            Pace pace,
            Predicate<RequestHead> elsewhere,
            Consumer<Boolean> finished) {
        this.wire = wire;
        this.ctx = ctx;
        this.encoder = ctx.pipeline().context(HttpResponseEncoder.class);
        this.account = account;
        this.clock = clock;
        this.pace = pace;
        this.elsewhere = elsewhere;
        this.finished = finished;
    }

    // --- the request that is answered

    /** A request has come whose response is the next one. */
    Exchange begins(RequestHead head) {
        Exchange exchange = new Exchange(this, ctx.channel().eventLoop(), head);
        current = exchange;
        streaming = false;
        return exchange;
    }

    /** The request that waits for its response, or null. */
    @Nullable
    Exchange current() {
        return current;
    }

    /** The request whose response is an event stream that has begun, or null. */
    @Nullable
    Exchange streaming() {
        return streaming ? current : null;
    }

    /** The request that waits for its response gets none. Returns it, or null. */
    @Nullable
    Exchange forget() {
        Exchange open = current;
        current = null;
        return open;
    }

    private boolean keepsAlive(Exchange exchange) {
        return exchange.head().keepAlive() && !wire.clients().draining();
    }

    @Override
    public Pace pace() {
        return pace;
    }

    // --- whole responses; nothing is done for an exchange that is over

    /** Nearly every response is of this kind, so its head is not put together from parts. */
    @Override
    public void respond(Exchange exchange, ByteBuf json) {
        int length = json.readableBytes();
        int most = wire.settings().gzipAbove();
        if (exchange != current
                || !keepsAlive(exchange)
                || exchange.head().origin() != null
                || (most > 0 && length > most)) {
            respond(exchange, 200, ContentType.jsonHeaders(), json);
            return;
        }
        wire.counted(200);
        clock.said();
        ByteBuf response = PlainResponse.of(ctx.alloc(), wire.date(), json);
        // Past the encoder, which would take it for a body.
        encoder.writeAndFlush(response).addListener(done -> exchange.written(length));
        account.output(ctx.channel());
        finish(keepsAlive(exchange));
    }

    @Override
    public void respond(Exchange exchange, int status, HttpHeaders headers, ByteBuf text) {
        int length = text.readableBytes();
        if (exchange != current) {
            text.release();
            exchange.written(length);
            return;
        }
        if (status == 404 && elsewhere.test(exchange.head())) {
            pace.unknownSession(exchange.head().owner(), System.nanoTime());
        }
        ByteBuf sent = text;
        wire.addCommon(headers, exchange.head().origin());
        int least = wire.settings().gzipAbove();
        if (least > 0 && length > least && length <= Gzip.MOST) {
            headers.add(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
            ByteBuf packed = exchange.head().acceptsGzip() ? Gzip.compress(text) : null;
            if (packed != null) {
                sent = packed;
                headers.set(HttpHeaderNames.CONTENT_ENCODING, HttpHeaderValues.GZIP);
            }
        }
        write(status, headers, sent, keepsAlive(exchange), exchange.head().isHead())
                .addListener(done -> exchange.written(length));
        finish(keepsAlive(exchange));
    }

    /** The last response of the connection, which is no exchange's; {@code request} is null when it cannot be named. */
    void refuse(HttpRefusal refusal, @Nullable HttpRequest request) {
        HttpHeaders headers = refusal.headers();
        if (request != null) {
            wire.addCommon(headers, request.headers().get(HttpHeaderNames.ORIGIN));
        }
        boolean bodiless = request != null && HttpMethod.HEAD.equals(request.method());
        write(refusal.status(), headers, Unpooled.wrappedBuffer(refusal.body()), false, bodiless);
    }

    /** The client is to send the body (RFC 9110, section 10.1.1). */
    static void goOn(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }

    /** Writes a whole response; {@code bodiless} leaves out the text, as HEAD wants it (RFC 9110, section 9.3.2). */
    private ChannelFuture write(int status, HttpHeaders headers, ByteBuf text, boolean keepAlive, boolean bodiless) {
        wire.counted(status);
        clock.said();
        headers.set(HttpHeaderNames.DATE, wire.date());
        if (status != 204) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, text.readableBytes());
        }
        ByteBuf content = text;
        if (bodiless) {
            text.release();
            content = Unpooled.EMPTY_BUFFER;
        }
        if (!keepAlive) {
            // Beside what may stand there: an upgrade that is asked for.
            headers.add(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        ChannelFuture written = ctx.writeAndFlush(new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), content, headers, EmptyHttpHeaders.INSTANCE));
        account.output(ctx.channel());
        return written;
    }

    // --- event streams

    @Override
    public void begin(Exchange exchange, HttpHeaders headers) {
        if (exchange != current) {
            return;
        }
        streaming = true;
        wire.counted(200);
        clock.said();
        wire.addCommon(headers, exchange.head().origin());
        headers.set(HttpHeaderNames.DATE, wire.date())
                .set(HttpHeaderNames.CONTENT_TYPE, ContentType.EVENTS)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-cache, no-transform")
                .set("x-accel-buffering", "no");
        if (exchange.head().chunks()) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        promised = keepsAlive(exchange);
        if (!promised) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        ctx.writeAndFlush(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, headers));
    }

    @Override
    public void event(Exchange exchange, byte[] text) {
        if (exchange != current) {
            exchange.written(text.length);
            return;
        }
        clock.said();
        ctx.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(text)))
                .addListener(done -> exchange.written(text.length));
        account.output(ctx.channel());
    }

    /**
     * Gives a sign of life on a stream that says nothing else; ends it when what its client has shown holds no more.
     */
    void tick(Exchange stream, long now) {
        Grant grant = stream.head().grant();
        if (grant != null && grant.over(now)) {
            // In this order: the end may begin the next request, with which the client has to show something new.
            stream.gone();
            end(stream);
        } else if (clock.silent(now) >= wire.settings().timeouts().comment().toNanos()) {
            clock.said(now);
            ctx.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(COMMENT)));
        }
    }

    @Override
    public void end(Exchange exchange) {
        if (exchange != current) {
            return;
        }
        boolean broken = promised && !keepsAlive(exchange);
        if (!broken || !exchange.head().isGet()) {
            ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
            // If the promise is broken, the next response says that it is the last.
            finish(broken || keepsAlive(exchange));
        } else {
            // Whole, the response would let a pool say the next request here while this closes. Cut, it cannot, and who
            // listens comes back.
            finish(false);
        }
    }

    private void finish(boolean staysOpen) {
        current = null;
        streaming = false;
        clock.answered();
        finished.accept(staysOpen);
    }
}
