package io.trunkline.balancer.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.trunkline.balancer.auth.Denial;
import io.trunkline.balancer.auth.Grant;
import io.trunkline.balancer.auth.Verdict;
import io.trunkline.balancer.auth.Visitor;
import io.trunkline.balancer.client.Account;
import io.trunkline.balancer.client.ClientLoop;
import io.trunkline.balancer.client.Closing;
import io.trunkline.balancer.client.Intake;
import io.trunkline.balancer.client.Stall;
import io.trunkline.balancer.client.Tenant;
import io.trunkline.balancer.limits.Limit;
import io.trunkline.balancer.limits.Pace;
import io.trunkline.protocol.refusal.Reason;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP connection: reads requests, one at a time, refuses what may not be served, and hands the others to their
 * endpoint; writes the responses. Reads and releases the decoder's objects; belongs to the channel's event loop.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter
        implements ClientLoop.Member, Exchange.Carrier, Intake, Tenant {
    /** Bytes that are read behind a request that runs, so that the end of the connection is noticed, which cancels it. */
    private static final int PIPELINED_LIMIT = 64 * 1024;

    private static final byte[] COMMENT = ": \n\n".getBytes(StandardCharsets.US_ASCII);

    private final HttpLoop loop;
    private final Account account;
    private final Deque<Object> queue = new ArrayDeque<>(2);
    private final Stall stall = new Stall();
    /** Null when nobody is asked who he is. */
    private @Nullable Visitor visitor;

    private @Nullable ChannelHandlerContext ctx;
    private @Nullable Pace pace;
    private @Nullable ChannelHandlerContext encoder;
    private @Nullable StrictRequestDecoder decoder;
    private @Nullable RequestHead head;
    private @Nullable ByteBuf body;
    private @Nullable Exchange current;
    private @Nullable StatelessClient stateless;
    private final long connectedNanos = System.nanoTime();
    private long activeNanos = connectedNanos;
    private long headSinceNanos = connectedNanos;
    private long bodySinceNanos;
    private long closingSinceNanos;

    private boolean headBegun = true;
    private boolean heard;
    private boolean handling;
    private boolean identifying;
    /** Whether its source says more than it may, so that the next request waits. */
    private boolean slowed;

    private boolean streaming;
    /** Whether the head of the last stream lets the client use the connection again. */
    private boolean promised;

    private boolean closing;
    private boolean told;
    private boolean upgraded;
    private int place = -1;

    HttpConnection(HttpLoop loop) {
        this.loop = loop;
        this.account = loop.clients().memory().account(this);
    }

    @Override
    public int place() {
        return place;
    }

    @Override
    public void place(int index) {
        place = index;
    }

    // --- the socket

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        encoder = context.pipeline().context(HttpResponseEncoder.class);
        decoder = context.pipeline().get(StrictRequestDecoder.class);
        visitor = loop.visitor(context.channel());
        pace = new Pace(context.channel(), loop.clients().sources());
        loop.clients().connections().add(this);
    }

    @Override
    public void onBytes(int count) {
        heard = true;
        activeNanos = System.nanoTime();
        if (!headBegun) {
            headBegun = true;
            headSinceNanos = activeNanos;
        }
    }

    @Override
    public boolean takesMore() {
        return isFree() && !heldUp();
    }

    @Override
    public boolean ignores() {
        return closing;
    }

    @Override
    public void onDecoded() {
        read();
        if (!closing && !upgraded && !account.room(0)) {
            shed();
        }
    }

    /** Whether no request is being served. */
    private boolean isFree() {
        return current == null && !identifying && queue.isEmpty();
    }

    /** Whether nothing is taken for now: a client must read answers before it asks for more, and memory may be short. */
    private boolean heldUp() {
        return slowed || !context().channel().isWritable() || account.heldBack();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (closing || upgraded) {
            ReferenceCountUtil.release(message);
            return;
        }
        queue.add(message);
        takeNext();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        stall.changed(context.channel());
        account.output(context.channel());
        takeNext();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closing = true;
        forgetInput();
        Exchange open = current;
        current = null;
        if (open != null) {
            open.gone();
        }
        if (stateless != null) {
            stateless.close();
        }
        if (visitor != null) {
            visitor.gone();
        }
        account.close();
        if (!upgraded) {
            loop.clients().connections().remove(this);
            loop.clients().disconnected();
        }
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof OutOfMemoryError) {
            account.failed(cause);
            account.abort(context.channel());
        } else {
            loop.clients().failed(cause);
            context.close();
        }
    }

    // --- memory

    @Override
    public void holdBack(boolean back) {
        if (!back) {
            // The time in which it was not read is not the client's.
            bodySinceNanos = System.nanoTime();
            headSinceNanos = bodySinceNanos;
        }
        takeNext();
    }

    @Override
    public void shed() {
        if (stateless != null && stateless.running() && context().channel().isWritable()) {
            stateless.shed();
            return;
        }
        loop.clients().ended(Reason.OVERLOADED);
        if (closing || !context().channel().isWritable()) {
            account.abort(context().channel());
        } else if (current == null) {
            refuseAndClose(HttpRefusal.of(503, Reason.OVERLOADED.text()), null);
        } else {
            context().close();
        }
    }

    /** Counts what waits to become a message. */
    private void count() {
        int waiting = decoder == null ? 0 : decoder.waiting();
        account.input(waiting + (body == null ? 0 : body.capacity()));
    }

    // --- requests

    private void takeNext() {
        if (handling) {
            return;
        }
        handling = true;
        try {
            takeQueued();
            while (!closing && !upgraded && takesMore() && decoder().resume()) {
                takeQueued();
            }
        } finally {
            handling = false;
        }
        read();
    }

    private void takeQueued() {
        while (current == null && !identifying && !slowed && !closing && !upgraded && !queue.isEmpty()) {
            take(queue.remove());
        }
    }

    /** One request at a time: the next one waits in the socket, as far as the end need not be heard. */
    private void read() {
        if (closing || upgraded) {
            return;
        }
        count();
        int waiting = decoder().waiting();
        boolean listens = (identifying || (stateless != null && stateless.running())) && waiting < PIPELINED_LIMIT;
        boolean wanted = isFree() || (waiting == 0 && queue.isEmpty()) || listens;
        context().channel().config().setAutoRead(wanted && !heldUp());
    }

    private void take(Object message) {
        try {
            if (message instanceof HttpRequest request) {
                onHead(request);
            }
            if (message instanceof HttpContent content && !closing) {
                onContent(content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void onHead(HttpRequest request) {
        headBegun = false;
        RequestTarget.settle(request);
        HttpRefusal refusal = loop.check().check(request);
        Route route = Route.of(request.uri());
        if (refusal != null || route == null) {
            refuseAndClose(refusal == null ? HttpRefusal.of(404, "") : refusal, request);
            return;
        }
        if (visitor == null || route.isOpen() || loop.check().isPreflight(request)) {
            accept(request, route, null);
        } else if (pace().address().triesTokens(System.nanoTime()) && !visitor.knows(request.headers())) {
            pace().address().refused(Limit.FAILED_TOKENS);
            refuseAndClose(HttpRefusal.limited(), request);
        } else {
            identify(visitor, request, route);
        }
    }

    private void identify(Visitor asked, HttpRequest request, Route route) {
        Verdict verdict = asked.ask(request.uri(), request.headers(), context().executor(), later -> {
            if (identifying && !closing) {
                identifying = false;
                judge(later, request, route);
                takeNext();
            }
        });
        identifying = verdict == null;
        if (verdict != null) {
            judge(verdict, request, route);
        }
    }

    private void judge(Verdict verdict, HttpRequest request, Route route) {
        if (verdict instanceof Denial denial) {
            if (denial.status() == 401 && request.headers().contains(HttpHeaderNames.AUTHORIZATION)) {
                pace().address().failedToken(System.nanoTime());
            }
            refuseAndClose(HttpRefusal.denied(denial), request);
        } else {
            accept(request, route, (Grant) verdict);
        }
    }

    private void accept(HttpRequest request, Route route, @Nullable Grant grant) {
        head = RequestHead.of(request, route, grant);
        bodySinceNanos = System.nanoTime();
        if (HttpUtil.is100ContinueExpected(request)) {
            context()
                    .writeAndFlush(new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
    }

    private void onContent(HttpContent content) {
        if (content.decoderResult().isFailure()) {
            refuseAndClose(HttpRefusal.of(400, "the body is not in chunks as it should be"), null);
            return;
        }
        ByteBuf piece = content.content();
        if (piece.isReadable() && !append(piece)) {
            return;
        }
        if (content instanceof LastHttpContent) {
            dispatch();
        }
    }

    private boolean append(ByteBuf piece) {
        int size = piece.readableBytes() + (body == null ? 0 : body.readableBytes());
        if (size > loop.messageLimit()) {
            refuseAndClose(loop.check().tooLarge(), null);
            return false;
        }
        if (!account.room(piece.readableBytes())) {
            loop.clients().ended(Reason.OVERLOADED);
            refuseAndClose(HttpRefusal.of(503, Reason.OVERLOADED.text()), null);
            return false;
        }
        if (body == null) {
            body = context().alloc().buffer(piece.readableBytes());
        }
        body.writeBytes(piece);
        count();
        return true;
    }

    private void dispatch() {
        RequestHead asked = Objects.requireNonNull(head);
        head = null;
        ByteBuf text = body;
        byte[] message = new byte[text == null ? 0 : text.readableBytes()];
        if (text != null) {
            text.readBytes(message);
        }
        forgetBody();
        slowDown(asked, message);
        Exchange exchange = new Exchange(this, context().channel().eventLoop(), asked);
        current = exchange;
        streaming = false;
        if (loop.isElsewhere(asked) && pace().triesSessions(asked.owner(), System.nanoTime())) {
            pace().address().refused(Limit.UNKNOWN_SESSIONS);
            exchange.refuse(HttpRefusal.limited());
            return;
        }
        loop.take(exchange, message, this);
    }

    /** So many bytes of a body are being read, on another thread. */
    void reads(int bytes) {
        account.take(bytes);
    }

    /** They have been; false when the client is gone. */
    boolean hasRead(Exchange exchange, int bytes) {
        account.giveBack(bytes);
        return exchange == current && !closing;
    }

    /** Counts a request, and takes no other for a while when its source says too much. */
    private void slowDown(RequestHead asked, byte[] message) {
        long wait = pace().message(asked.owner(), message, System.nanoTime());
        if (wait > 0) {
            slowed = true;
            context().executor().schedule(this::speedUp, wait, TimeUnit.NANOSECONDS);
        }
    }

    private void speedUp() {
        slowed = false;
        headSinceNanos = System.nanoTime();
        if (!closing && !upgraded) {
            takeNext();
        }
    }

    @Override
    public Pace pace() {
        return Objects.requireNonNull(pace);
    }

    /** The client's address. */
    InetSocketAddress remote() {
        return (InetSocketAddress) context().channel().remoteAddress();
    }

    /** What asks without a session on this connection. */
    StatelessClient stateless() {
        StatelessClient client = stateless;
        if (client == null) {
            client = new StatelessClient(loop, account, remote(), pace().address());
            stateless = client;
        }
        return client;
    }

    /** The channel speaks something else from now on; another handler looks after it. */
    ChannelHandlerContext upgrade() {
        upgraded = true;
        current = null;
        if (stateless != null) {
            stateless.close();
        }
        forgetInput();
        account.close();
        loop.clients().connections().remove(this);
        return context();
    }

    // --- responses; nothing is done for an exchange that is over

    /** Nearly every response is of this kind, so its head is not put together from parts. */
    @Override
    public void respond(Exchange exchange, ByteBuf json) {
        int length = json.readableBytes();
        int most = loop.settings().gzipAbove();
        if (exchange != current
                || !keepsAlive(exchange)
                || exchange.head().origin() != null
                || (most > 0 && length > most)) {
            respond(exchange, 200, Exchange.jsonHeaders(), json);
            return;
        }
        loop.counted(200);
        activeNanos = System.nanoTime();
        ByteBuf response = PlainResponse.of(context().alloc(), loop.date(), json);
        // Past the encoder, which would take it for a body.
        Objects.requireNonNull(encoder).writeAndFlush(response).addListener(done -> exchange.written(length));
        account.output(context().channel());
        finish(exchange);
    }

    @Override
    public void respond(Exchange exchange, int status, HttpHeaders headers, ByteBuf text) {
        if (exchange != current) {
            int length = text.readableBytes();
            text.release();
            exchange.written(length);
            return;
        }
        if (status == 404 && loop.isElsewhere(exchange.head())) {
            pace().unknownSession(exchange.head().owner(), System.nanoTime());
        }
        int length = text.readableBytes();
        ByteBuf sent = text;
        loop.addCommon(headers, exchange.head().origin());
        int least = loop.settings().gzipAbove();
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
        finish(exchange);
    }

    /** Writes a whole response; {@code bodiless} leaves out the text, as HEAD wants it (RFC 9110, section 9.3.2). */
    private ChannelFuture write(int status, HttpHeaders headers, ByteBuf text, boolean keepAlive, boolean bodiless) {
        loop.counted(status);
        activeNanos = System.nanoTime();
        headers.set(HttpHeaderNames.DATE, loop.date());
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
        ChannelFuture written = context()
                .writeAndFlush(new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(status),
                        content,
                        headers,
                        EmptyHttpHeaders.INSTANCE));
        account.output(context().channel());
        return written;
    }

    @Override
    public void begin(Exchange exchange, HttpHeaders headers) {
        if (exchange != current) {
            return;
        }
        streaming = true;
        loop.counted(200);
        activeNanos = System.nanoTime();
        loop.addCommon(headers, exchange.head().origin());
        headers.set(HttpHeaderNames.DATE, loop.date())
                .set(HttpHeaderNames.CONTENT_TYPE, HeadCheck.EVENTS)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-cache, no-transform")
                .set("x-accel-buffering", "no");
        if (exchange.head().chunks()) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        promised = keepsAlive(exchange);
        if (!promised) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        context().writeAndFlush(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, headers));
    }

    @Override
    public void event(Exchange exchange, byte[] text) {
        if (exchange != current) {
            exchange.written(text.length);
            return;
        }
        activeNanos = System.nanoTime();
        context()
                .writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(text)))
                .addListener(done -> exchange.written(text.length));
        account.output(context().channel());
    }

    @Override
    public void end(Exchange exchange) {
        if (exchange != current) {
            return;
        }
        boolean broken = promised && !keepsAlive(exchange);
        if (broken && exchange.head().isGet()) {
            // Whole, the response would let a pool say the next request here while this closes. Cut, it cannot, and who
            // listens comes back.
            finish(exchange);
            return;
        }
        context().writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        if (broken) {
            // The next response says that it is the last.
            idle();
        } else {
            finish(exchange);
        }
    }

    private void finish(Exchange exchange) {
        if (keepsAlive(exchange)) {
            idle();
        } else {
            current = null;
            streaming = false;
            closeSoon();
        }
    }

    private void idle() {
        current = null;
        streaming = false;
        activeNanos = System.nanoTime();
        headSinceNanos = activeNanos;
        takeNext();
    }

    private boolean keepsAlive(Exchange exchange) {
        return exchange.head().keepAlive() && !loop.clients().draining();
    }

    private void refuseAndClose(HttpRefusal refusal, @Nullable HttpRequest request) {
        HttpHeaders headers = refusal.headers();
        if (request != null) {
            loop.addCommon(headers, request.headers().get(HttpHeaderNames.ORIGIN));
        }
        boolean bodiless = request != null && HttpMethod.HEAD.equals(request.method());
        write(refusal.status(), headers, Unpooled.wrappedBuffer(refusal.body()), false, bodiless);
        closeSoon();
    }

    /** A close with input unread would be a reset, which may overtake the last words: so read on for a while. */
    private void closeSoon() {
        closing = true;
        closingSinceNanos = System.nanoTime();
        forgetInput();
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> {
            told = true;
            closingSinceNanos = System.nanoTime();
            if (done.isSuccess()) {
                Closing.endOutput(context());
            } else {
                context().close();
            }
        });
    }

    // --- time

    @Override
    public void tick(long now) {
        if (stateless != null) {
            stateless.tick(now);
        }
        account.output(context().channel());
        HttpSettings.Timeouts timeouts = loop.settings().timeouts();
        if (closing) {
            long patience = told
                    ? Closing.LINGER_NANOS
                    : loop.clients().settings().timeouts().stall().toNanos();
            if (now - closingSinceNanos > patience) {
                context().close();
            }
        } else if (stall.lasts(context().channel(), now)
                > loop.clients().settings().timeouts().stall().toNanos()) {
            loop.clients().ended(Reason.CLIENT_SLOW);
            context().close();
        } else if (streaming && current != null) {
            Grant grant = current.head().grant();
            if (grant != null && grant.over(now)) {
                endStream(current);
            } else if (now - activeNanos >= timeouts.comment().toNanos()) {
                activeNanos = now;
                context().writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(COMMENT)));
            }
        } else if (current == null && !identifying && !heldUp()) {
            checkInput(now, timeouts);
        }
    }

    /** What the client has shown holds no more: its stream ends, and with the next request it has to show something new. */
    private void endStream(Exchange exchange) {
        // In this order: the end may begin the next request.
        exchange.gone();
        end(exchange);
    }

    private void checkInput(long now, HttpSettings.Timeouts timeouts) {
        if (head != null) {
            if (now - bodySinceNanos > timeouts.body().toNanos()) {
                loop.clients().ended(Reason.MESSAGE_SLOW);
                refuseAndClose(HttpRefusal.of(408, "the body did not arrive in time"), null);
            }
        } else if (headBegun) {
            if (now - headSinceNanos > timeouts.head().toNanos()) {
                loop.clients().ended(Reason.FIRST_MESSAGE_LATE);
                endBegun();
            }
        } else if (now - activeNanos
                > loop.clients().settings().timeouts().idle().toNanos()) {
            loop.clients().ended(Reason.IDLE);
            context().close();
        } else if (visitor != null && visitor.over(now)) {
            // It has to come back with a certificate that holds.
            context().close();
        }
    }

    /** No request has come in time. Who has said nothing is told nothing: a pool would take it for an answer. */
    private void endBegun() {
        if (heard) {
            refuseAndClose(HttpRefusal.of(408, "no request arrived in time"), null);
        } else {
            context().close();
        }
    }

    /**
     * The process stops: closes the connection, once its client has had time to hear of it with an answer, unless a request is
     * being read or served; {@code late} closes it in any case.
     */
    @Override
    public void drain(long now, boolean late) {
        if (stateless != null) {
            stateless.drain(late);
        }
        boolean idle = current == null && head == null && !identifying && !closing && !(headBegun && heard);
        // Since the last response, too: a stream that has just ended may have promised that the connection stays.
        boolean hadTime =
                now - activeNanos >= loop.settings().timeouts().farewell().toNanos();
        if (late || (loop.clients().leaving() && idle && hadTime)) {
            context().close();
        }
    }

    @Override
    public void drop() {
        context().close();
    }

    private void forgetInput() {
        forgetBody();
        head = null;
        queue.forEach(ReferenceCountUtil::release);
        queue.clear();
        count();
    }

    private StrictRequestDecoder decoder() {
        return Objects.requireNonNull(decoder);
    }

    private void forgetBody() {
        if (body != null) {
            body.release();
            body = null;
            count();
        }
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(ctx);
    }
}
