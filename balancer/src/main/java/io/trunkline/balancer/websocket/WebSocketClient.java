package io.trunkline.balancer.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.trunkline.balancer.auth.Grant;
import io.trunkline.balancer.auth.ScopeGate;
import io.trunkline.balancer.client.Account;
import io.trunkline.balancer.client.ClientLoop;
import io.trunkline.balancer.client.Closing;
import io.trunkline.balancer.client.Crowd;
import io.trunkline.balancer.client.Held;
import io.trunkline.balancer.client.Intake;
import io.trunkline.balancer.client.Stall;
import io.trunkline.balancer.client.Tenant;
import io.trunkline.balancer.client.Turn;
import io.trunkline.balancer.http.HttpWire;
import io.trunkline.balancer.limits.Occupant;
import io.trunkline.balancer.limits.Pace;
import io.trunkline.balancer.limits.Place;
import io.trunkline.balancer.relay.ClientSink;
import io.trunkline.balancer.relay.Relay;
import io.trunkline.balancer.relay.Relays;
import io.trunkline.protocol.jsonrpc.Utf8;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.session.Owner;
import io.trunkline.protocol.session.Transport;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client that sends one JSON-RPC message in each WebSocket text message, and is told each in a text frame. Joins
 * fragments, answers pings, sends pings, and closes with a code that says why (RFC 6455, section 7.4). Reads and releases
 * frames; belongs to the channel's event loop.
 */
final class WebSocketClient extends ChannelInboundHandlerAdapter
        implements ClientSink, ClientLoop.Member, Intake, Occupant, Tenant {
    /** Frames that one message may come in: each costs more than its bytes. */
    private static final int MOST_FRAGMENTS = 1024;

    /** Close codes end here (RFC 6455, section 7.4.2); the decoder refuses those that are invalid below. */
    private static final int CODES = 5000;

    private final HttpWire wire;
    private final ClientLoop clients;
    /** Who it is; null when nobody is asked. */
    private final @Nullable Grant grant;

    private final Account account;
    private final Crowd.Seat seat = new Crowd.Seat();
    private final Held held;
    private final Relay relay;
    private final Pongs pongs = new Pongs();
    private final Deque<WebSocketFrame> queue = new ArrayDeque<>(2);
    private final Stall stall = new Stall();
    private final Turn turn = new Turn(this::goOn);
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable Pace pace;
    private @Nullable ByteBuf partial;
    private @Nullable ByteBuf gathered;
    /** Since when its first message may have come. */
    private long firstSinceNanos = System.nanoTime();

    private long heardNanos = firstSinceNanos;
    private long activeNanos = firstSinceNanos;
    private long pingedNanos = firstSinceNanos;
    private long partialSinceNanos;
    private int fragments;
    private boolean paused;
    private boolean tooMuch;
    private boolean spoke;
    private boolean taking;
    /** Whether it says more than its source may, and is not read for a while. */
    private boolean slowed;

    private final Closing closing = new Closing();
    private final Place place;

    /** A client that has a place at its source, which it gives back when it is gone. */
    WebSocketClient(HttpWire wire, Relays relays, InetSocketAddress remote, @Nullable Grant grant, Place place) {
        this.place = place;
        this.wire = wire;
        this.clients = wire.clients();
        this.grant = grant;
        this.account = clients.memory().account(this);
        this.held = new Held(account);
        this.relay = relays.relay(remote, this, Transport.WEB_SOCKET);
        if (grant != null) {
            relay.owner(grant.owner());
        }
    }

    @Override
    public Crowd.Seat seat() {
        return seat;
    }

    // --- the socket

    /** The channel speaks WebSocket from now on. */
    void begin() {
        read();
    }

    @Override
    public void onBytes(int count) {
        // Only whole frames count as signs of life.
    }

    @Override
    public boolean takesMore() {
        return queue.isEmpty() && relay.takesMore() && !heldUp();
    }

    @Override
    public boolean ignores() {
        return closing.begun();
    }

    @Override
    public void onDecoded() {
        count();
        if (!closing.begun() && !account.room(0)) {
            shed();
        }
    }

    /** Whether nothing is taken for now: a client must read before it says more, and memory may be short. */
    private boolean heldUp() {
        return slowed || turn.isOver() || !context().channel().isWritable() || account.heldBack();
    }

    private void read() {
        if (!closing.begun()) {
            context().channel().config().setAutoRead(!paused && !heldUp());
        }
    }

    /** Counts what waits to become a message. */
    private void count() {
        HeldFrameDecoder decoder = decoder();
        int waiting = decoder == null ? 0 : decoder.waiting();
        account.input(waiting + (partial == null ? 0 : partial.capacity()));
    }

    private @Nullable HeldFrameDecoder decoder() {
        return context().pipeline().get(HeldFrameDecoder.class);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        pace = new Pace(context.channel(), clients.sources());
        clients.sessions().add(this);
        place.occupy(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof WebSocketFrame frame && !closing.begun()) {
            heardNanos = System.nanoTime();
            queue.add(frame);
            takeNext();
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        turn.allRead();
        HeldFrameDecoder decoder = decoder();
        boolean begun = partial != null || (decoder != null && decoder.waiting() > 0);
        if (!begun) {
            partialSinceNanos = 0;
        } else if (partialSinceNanos == 0) {
            partialSinceNanos = System.nanoTime();
        }
        context.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        stall.changed(context.channel());
        account.output(context.channel());
        if (context.channel().isWritable()) {
            pongs.writeWaiting(context);
            relay.onWritable();
            resume();
        }
        read();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closing.begin();
        forgetInput();
        breakOff();
        relay.close();
        account.close();
        place.leave();
        clients.sessions().remove(this);
        clients.disconnected();
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        if (cause instanceof OutOfMemoryError) {
            account.failed(cause);
            broken();
        } else if (root instanceof CorruptedWebSocketFrameException bad) {
            end(bad.closeStatus(), Reason.PROTOCOL);
        } else {
            clients.failed(cause);
            context.close();
        }
    }

    // --- messages

    private void takeNext() {
        if (taking) {
            return;
        }
        taking = true;
        try {
            takeQueued();
            HeldFrameDecoder decoder = decoder();
            while (!closing.begun() && decoder != null && takesMore() && decoder.resume()) {
                takeQueued();
            }
            count();
        } finally {
            taking = false;
        }
    }

    private void takeQueued() {
        while (!closing.begun() && !slowed && !queue.isEmpty() && relay.takesMore()) {
            WebSocketFrame frame = queue.remove();
            try {
                take(frame);
            } finally {
                frame.release();
            }
        }
    }

    private void resume() {
        HeldFrameDecoder decoder = decoder();
        if (!queue.isEmpty() || (decoder != null && decoder.waiting() > 0)) {
            context().executor().execute(this::takeNext);
        }
    }

    private void take(WebSocketFrame frame) {
        if (turn.serve(frame.content().readableBytes(), context().executor())) {
            context().channel().config().setAutoRead(false);
        }
        if (frame instanceof TextWebSocketFrame || frame instanceof ContinuationWebSocketFrame) {
            append(frame);
        } else if (frame instanceof PingWebSocketFrame) {
            ping(frame.content());
        } else if (frame instanceof CloseWebSocketFrame close) {
            close(close.statusCode());
        } else if (frame instanceof BinaryWebSocketFrame) {
            end(WebSocketCloseStatus.INVALID_MESSAGE_TYPE, Reason.PROTOCOL);
        }
    }

    private void close(int code) {
        if (code >= CODES) {
            end(WebSocketCloseStatus.PROTOCOL_ERROR, Reason.PROTOCOL);
        } else {
            end(code < 0 ? WebSocketCloseStatus.NORMAL_CLOSURE : WebSocketCloseStatus.valueOf(code), null);
        }
    }

    private void ping(ByteBuf content) {
        if (pongs.answer(context(), content, heardNanos)) {
            account.output(context().channel());
        } else {
            end(WebSocketCloseStatus.POLICY_VIOLATION, Reason.OVERLOADED);
        }
    }

    private void append(WebSocketFrame frame) {
        ByteBuf piece = frame.content();
        ByteBuf begun = partial;
        int before = begun == null ? 0 : begun.readableBytes();
        int size = before + piece.readableBytes();
        if (size > clients.settings().messageLimit() || ++fragments > MOST_FRAGMENTS) {
            end(WebSocketCloseStatus.MESSAGE_TOO_BIG, Reason.MESSAGE_TOO_LARGE);
            return;
        }
        if (!frame.isFinalFragment()) {
            if (!account.room(piece.readableBytes())) {
                end(WebSocketCloseStatus.TRY_AGAIN_LATER, Reason.OVERLOADED);
                return;
            }
            if (begun == null) {
                begun = partial = context().alloc().buffer(size);
            }
            begun.writeBytes(piece);
            return;
        }
        byte[] message = new byte[size];
        if (begun != null) {
            begun.readBytes(message, 0, before);
        }
        piece.readBytes(message, before, size - before);
        forgetPartial();
        if (!Utf8.isWellFormed(message, 0, size)) {
            end(WebSocketCloseStatus.INVALID_PAYLOAD_DATA, Reason.PROTOCOL);
            return;
        }
        spoke = true;
        activeNanos = System.nanoTime();
        slowDown(message);
        byte[] refusal = refusal(message);
        if (!account.room(size)) {
            relay.refuse(Refusal.of(Reason.OVERLOADED));
        } else if (refusal == null) {
            relay.message(message, activeNanos);
        } else if (!context().channel().isWritable()) {
            // Whoever asks without reading why not must not pile up answers.
            end(WebSocketCloseStatus.POLICY_VIOLATION, Reason.CLIENT_SLOW);
        } else if (refusal.length > 0) {
            context().writeAndFlush(new TextWebSocketFrame(Unpooled.wrappedBuffer(refusal)));
            account.output(context().channel());
        }
    }

    /** Counts a message, and reads no more for a while when its source says too much. */
    private void slowDown(byte[] message) {
        Owner speaker = grant == null ? Owner.NOBODY : grant.owner();
        long wait = Objects.requireNonNull(pace).message(speaker, message, activeNanos);
        if (wait > 0 && !slowed) {
            slowed = true;
            context().channel().config().setAutoRead(false);
            context().executor().schedule(this::speedUp, wait, TimeUnit.NANOSECONDS);
        }
    }

    private void speedUp() {
        slowed = false;
        heardNanos = System.nanoTime();
        goOn();
    }

    private void goOn() {
        if (!closing.begun()) {
            pause(paused);
        }
    }

    /** See {@link ScopeGate#refusal}. */
    private byte @Nullable [] refusal(byte[] message) {
        ScopeGate scopes = wire.scopes();
        return scopes == null || grant == null ? null : scopes.refusal(grant, message);
    }

    // --- what the relay wants

    @Override
    public void gather(int number, boolean answers, ByteBuf payload, boolean last) {
        ByteBuf whole = gathered;
        if (whole == null) {
            whole = gathered = context().alloc().buffer(payload.readableBytes());
        }
        tooMuch = tooMuch || !account.room(payload.readableBytes());
        if (!tooMuch) {
            whole.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
            held.set(last ? 0 : whole.capacity());
        }
        if (last) {
            gathered = null;
            held.set(0);
            if (tooMuch || closing.begun()) {
                whole.release();
            } else {
                activeNanos = System.nanoTime();
                context().write(new TextWebSocketFrame(whole));
            }
            if (tooMuch) {
                // An answer that cannot be given must not just be missing.
                tooMuch = false;
                end(WebSocketCloseStatus.TRY_AGAIN_LATER, Reason.OVERLOADED);
            }
        }
    }

    @Override
    public void flush() {
        context().flush();
        account.output(context().channel());
    }

    @Override
    public void breakOff() {
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
        tooMuch = false;
        held.set(0);
    }

    @Override
    public boolean writable() {
        return context().channel().isWritable();
    }

    @Override
    public void pause(boolean pause) {
        paused = pause;
        if (!pause) {
            partialSinceNanos = 0;
            resume();
        }
        read();
    }

    @Override
    public void holdBack(boolean back) {
        if (!back) {
            // The time in which it was not read is not the client's.
            firstSinceNanos = System.nanoTime();
            partialSinceNanos = partialSinceNanos == 0 ? 0 : firstSinceNanos;
            resume();
        }
        read();
    }

    @Override
    public Account account() {
        return account;
    }

    @Override
    public void broken() {
        closing.begin();
        forgetInput();
        breakOff();
        relay.close();
        account.abort(context().channel());
    }

    @Override
    public void shed() {
        if (!closing.begun() && writable()) {
            relay.refuse(Refusal.of(Reason.OVERLOADED));
        } else {
            clients.ended(Reason.OVERLOADED);
            broken();
        }
    }

    @Override
    public void settled() {
        // The client says when it goes.
    }

    @Override
    public void wantsRoom() {
        place.makeRoom();
    }

    @Override
    public String session() {
        return relay.session();
    }

    @Override
    public long activeNanos() {
        return activeNanos;
    }

    @Override
    public boolean busy() {
        return relay.busy();
    }

    @Override
    public void end(long idleNanos) {
        if (!context().executor().isShuttingDown()) {
            context().executor().execute(() -> {
                if (idleNanos == 0 || (!relay.busy() && System.nanoTime() - activeNanos > idleNanos)) {
                    relay.refuse(Refusal.of(idleNanos == 0 ? Reason.CLOSED : Reason.IDLE));
                }
            });
        }
    }

    @Override
    public void refuse(Refusal refusal, List<Answer> answers) {
        if (closing.begun()) {
            return;
        }
        for (Answer answer : answers) {
            context()
                    .write(new TextWebSocketFrame(
                            Unpooled.wrappedBuffer(answer.text().array())));
        }
        end(statusOf(refusal.reason()), refusal.reason());
    }

    private static WebSocketCloseStatus statusOf(Reason reason) {
        return switch (reason) {
            case CLOSED, IDLE -> WebSocketCloseStatus.NORMAL_CLOSURE;
            case SHUTTING_DOWN -> WebSocketCloseStatus.ENDPOINT_UNAVAILABLE;
            case NO_NODE, ALL_FULL, NODE_FULL, OVERLOADED, BALANCER_FULL, RATE_LIMITED ->
                WebSocketCloseStatus.TRY_AGAIN_LATER;
            case MESSAGE_TOO_LARGE -> WebSocketCloseStatus.MESSAGE_TOO_BIG;
            case CLIENT_SLOW, FIRST_MESSAGE_LATE, MESSAGE_SLOW -> WebSocketCloseStatus.POLICY_VIOLATION;
            default -> WebSocketCloseStatus.INTERNAL_SERVER_ERROR;
        };
    }

    /** Says why, and closes once it is out; {@code reason} null when it is the client who wants to go. */
    private void end(WebSocketCloseStatus status, @Nullable Reason reason) {
        if (closing.begun()) {
            return;
        }
        closing.begin();
        forgetInput();
        breakOff();
        relay.close();
        if (reason != null) {
            clients.ended(reason);
        }
        closing.after(context().writeAndFlush(new CloseWebSocketFrame(status)), context());
    }

    // --- time

    @Override
    public void tick(long now) {
        relay.tick(now);
        account.output(context().channel());
        long ping = wire.settings().timeouts().ping().toNanos();
        if (closing.begun()) {
            closing.tick(context(), now, Closing.LINGER_NANOS);
        } else if (stall.lasts(context().channel(), now)
                > clients.settings().timeouts().stall().toNanos()) {
            clients.ended(Reason.CLIENT_SLOW);
            context().close();
        } else if (grant != null && grant.over(now)) {
            // It has to come back with something that holds.
            end(WebSocketCloseStatus.POLICY_VIOLATION, null);
        } else if (!spoke
                && !account.heldBack()
                && now - firstSinceNanos
                        > clients.settings().timeouts().firstMessage().toNanos()) {
            relay.refuse(Refusal.of(Reason.FIRST_MESSAGE_LATE));
        } else if (partialSinceNanos != 0
                && !slowed
                && !account.heldBack()
                && now - partialSinceNanos
                        > clients.settings().timeouts().message().toNanos()) {
            relay.refuse(Refusal.of(Reason.MESSAGE_SLOW));
        } else if (now - activeNanos > clients.settings().timeouts().idle().toNanos() && !relay.busy()) {
            relay.refuse(Refusal.of(Reason.IDLE));
        } else if (now - heardNanos > 2 * ping && context().channel().config().isAutoRead()) {
            relay.refuse(Refusal.of(Reason.CLIENT_SLOW));
        } else if (now - pingedNanos >= ping) {
            pingedNanos = now;
            context().writeAndFlush(new PingWebSocketFrame());
        }
    }

    @Override
    public void drain(long now, boolean late) {
        if (late || !relay.busy()) {
            relay.refuse(Refusal.of(Reason.SHUTTING_DOWN));
        }
    }

    @Override
    public void drop() {
        context().close();
    }

    private void forgetInput() {
        forgetPartial();
        queue.forEach(ReferenceCountUtil::release);
        queue.clear();
        pongs.forget();
    }

    private void forgetPartial() {
        if (partial != null) {
            partial.release();
            partial = null;
        }
        account.input(0);
        fragments = 0;
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(ctx);
    }
}
