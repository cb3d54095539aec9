package io.trunkline.balancer.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.trunkline.balancer.auth.Grant;
import io.trunkline.balancer.client.Account;
import io.trunkline.balancer.client.Throttle;
import io.trunkline.balancer.client.Turn;
import io.trunkline.balancer.limits.Pace;
import io.trunkline.protocol.refusal.Reason;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the requests of one HTTP connection, one at a time: checks the head, finds out who asks, gathers the body. The
 * next request waits as bytes. Releases the decoder's objects; belongs to the channel's event loop.
 */
final class RequestReader implements Identification.Asker {
    /** Whoever has requests read. */
    interface Sink {
        /** Whether the connection is read at all. */
        boolean reads();

        /** Whether a request is being served. */
        boolean serves();

        /** A request, whole. */
        void request(RequestHead head, byte[] body);

        /** What was read is not served, and nothing more is read; {@code request} is null when it cannot be named. */
        void refuse(HttpRefusal refusal, @Nullable HttpRequest request);
    }

    /**
     * Bytes that are read behind a request that runs, so that the end of the connection is noticed, which cancels it.
     */
    private static final int PIPELINED_LIMIT = 64 * 1024;

    private final HttpWire wire;
    private final ChannelHandlerContext ctx;
    private final StrictRequestDecoder decoder;
    private final Account account;
    private final RequestClock clock;
    private final Throttle throttle;
    private final Sink sink;
    private final RequestServer server;
    private final Identification identification;
    private final Deque<Object> queue = new ArrayDeque<>(2);
    private @Nullable RequestHead head;
    private @Nullable ByteBuf body;
    private int beingRead;
    private final Turn turn = new Turn(this::goOnReading);
    private boolean handling;

    RequestReader(
            HttpWire wire,
            ChannelHandlerContext ctx,
            Account account,
            RequestClock clock,
            Pace pace,
            RequestServer server,
            Sink sink) {
        this.wire = wire;
        this.ctx = ctx;
        this.decoder = ctx.pipeline().get(StrictRequestDecoder.class);
        this.account = account;
        this.clock = clock;
        this.throttle = new Throttle(pace, ctx.executor(), this::speedUp);
        this.sink = sink;
        this.server = server;
        this.identification = new Identification(this, pace, ctx.executor(), wire.visitor(ctx.channel()));
    }

    // --- what is read

    /** Takes over an object of the decoder. */
    void add(Object message) {
        queue.add(message);
        takeNext();
    }

    /** Whether the next object may be decoded. */
    boolean takesMore() {
        return isFree() && !heldUp();
    }

    /** Whether no request is being read or served. */
    private boolean isFree() {
        return !sink.serves() && !identification.running() && queue.isEmpty();
    }

    /**
     * Whether nothing is taken for now: a client must read answers before it asks for more, and memory may be short.
     */
    boolean heldUp() {
        return throttle.on() || turn.isOver() || !ctx.channel().isWritable() || account.heldBack();
    }

    /** How much of what is read is served at once. */
    Turn turn() {
        return turn;
    }

    /** Who asks. */
    Identification identification() {
        return identification;
    }

    /** Takes the next request, if there is one and it may be taken. */
    void takeNext() {
        if (handling) {
            return;
        }
        handling = true;
        try {
            takeQueued();
            while (sink.reads() && takesMore() && decoder.resume()) {
                takeQueued();
            }
        } finally {
            handling = false;
        }
        read();
    }

    private void takeQueued() {
        while (!sink.serves() && !identification.running() && !throttle.on() && sink.reads() && !queue.isEmpty()) {
            take(queue.remove());
        }
    }

    /** One request at a time: the next one waits in the socket, as far as the end need not be heard. */
    void read() {
        if (!sink.reads()) {
            return;
        }
        count();
        int waiting = decoder.waiting();
        boolean listens = (identification.running() || server.running()) && waiting < PIPELINED_LIMIT;
        boolean wanted = isFree() || (waiting == 0 && queue.isEmpty()) || listens;
        ctx.channel().config().setAutoRead(wanted && !heldUp());
    }

    /** Counts what waits to become a message. */
    private void count() {
        account.input((long) decoder.waiting() + beingRead + (body == null ? 0 : body.capacity()));
    }

    /** So many bytes of a request's body are being read on another thread. */
    void reads(int bytes) {
        beingRead = bytes;
        count();
    }

    private void take(Object message) {
        try {
            if (message instanceof HttpRequest request) {
                onHead(request);
            }
            if (message instanceof HttpContent content && sink.reads()) {
                onContent(content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    // --- the head

    private void onHead(HttpRequest request) {
        clock.headRead();
        RequestTarget.settle(request);
        HttpRefusal refusal = wire.check().check(request);
        Route route = Route.of(request.uri());
        if (refusal != null || route == null) {
            sink.refuse(refusal == null ? HttpRefusal.of(404, "") : refusal, request);
            return;
        }
        if (route.isOpen() || wire.check().isPreflight(request)) {
            granted(request, route, null);
        } else {
            identification.identify(request, route);
        }
    }

    @Override
    public void granted(HttpRequest request, Route route, @Nullable Grant grant) {
        head = RequestHead.of(request, route, grant);
        clock.bodyBegins();
        if (HttpUtil.is100ContinueExpected(request)) {
            ResponseWriter.goOn(ctx);
        }
    }

    @Override
    public void denied(HttpRequest request, HttpRefusal refusal) {
        sink.refuse(refusal, request);
    }

    @Override
    public boolean stillAsks() {
        return sink.reads();
    }

    @Override
    public void goOn() {
        takeNext();
    }

    // --- the body

    private void onContent(HttpContent content) {
        if (content.decoderResult().isFailure()) {
            sink.refuse(HttpRefusal.of(400, "the body is not in chunks as it should be"), null);
            return;
        }
        ByteBuf piece = content.content();
        if (piece.isReadable() && !append(piece)) {
            return;
        }
        if (content instanceof LastHttpContent) {
            finish();
        } else {
            turn.serve(0, ctx.executor());
        }
    }

    private boolean append(ByteBuf piece) {
        int size = piece.readableBytes() + (body == null ? 0 : body.readableBytes());
        if (size > wire.clients().settings().messageLimit()) {
            sink.refuse(wire.check().tooLarge(), null);
            return false;
        }
        if (!account.room(piece.readableBytes())) {
            wire.clients().ended(Reason.OVERLOADED);
            sink.refuse(HttpRefusal.of(503, Reason.OVERLOADED.text()), null);
            return false;
        }
        if (body == null) {
            body = ctx.alloc().buffer(piece.readableBytes());
        }
        body.writeBytes(piece);
        count();
        return true;
    }

    private void finish() {
        RequestHead asked = Objects.requireNonNull(head);
        ByteBuf text = body;
        byte[] message = new byte[text == null ? 0 : text.readableBytes()];
        if (text != null) {
            text.readBytes(message);
        }
        forgetRequest();
        turn.serve(message.length, ctx.executor());
        throttle.message(asked.owner(), message);
        sink.request(asked, message);
    }

    /** The next request may be taken again. */
    private void speedUp() {
        clock.forgive();
        goOnReading();
    }

    private void goOnReading() {
        if (sink.reads()) {
            takeNext();
        }
    }

    // --- the end

    /** Lets go of all that was read. */
    void forget() {
        forgetRequest();
        queue.forEach(ReferenceCountUtil::release);
        queue.clear();
        count();
    }

    private void forgetRequest() {
        head = null;
        clock.bodyEnds();
        if (body != null) {
            body.release();
            body = null;
            count();
        }
    }
}
