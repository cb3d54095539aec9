package io.trunkline.balancer.lines;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.trunkline.balancer.client.Account;
import io.trunkline.balancer.client.ClientLoop;
import io.trunkline.balancer.client.Closing;
import io.trunkline.balancer.client.Crowd;
import io.trunkline.balancer.client.Stall;
import io.trunkline.balancer.client.Tenant;
import io.trunkline.balancer.client.Turn;
import io.trunkline.balancer.limits.Occupant;
import io.trunkline.balancer.limits.Pace;
import io.trunkline.balancer.limits.Place;
import io.trunkline.balancer.relay.ClientSink;
import io.trunkline.balancer.relay.Relay;
import io.trunkline.protocol.jsonrpc.Utf8;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.session.Owner;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client that speaks newline-delimited JSON-RPC over TCP: hands its lines to the relay, writes the relay's messages as
 * lines, and looks at its deadlines. Belongs to the event loop of its connection.
 */
final class TcpClient extends ChannelInboundHandlerAdapter
        implements ClientSink, ClientLoop.Member, LineInput.Reader, Occupant, Tenant {
    /** The first byte of a byte order mark, which may stand before a message. */
    private static final int MARK = 0xef;

    /** From the client's end of input to the first byte that shows whether it is still there, and the longest pause after. */
    private static final long FIRST_PROBE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long LAST_PROBE_NANOS = TimeUnit.SECONDS.toNanos(16);

    private final LineLoop loop;
    private final ClientLoop clients;
    private final LineOwner.@Nullable Finder owners;
    private @Nullable Relay relay;
    private @Nullable ChannelHandlerContext ctx;
    private final Account account;
    private final Crowd.Seat seat = new Crowd.Seat();
    private @Nullable Pace pace;
    private final LineInput input;
    private final LineOutput output;
    /** Null before the first message, and when nobody is asked who he is. */
    private @Nullable LineOwner owner;

    /** Since when its first message may have come. */
    private long firstSinceNanos = System.nanoTime();

    private long activeNanos = firstSinceNanos;
    private final Stall stall = new Stall();
    private final Turn turn = new Turn(this::read);
    private final Closing closing = new Closing();
    private long probeAtNanos;
    private long probePauseNanos = FIRST_PROBE_NANOS;
    private boolean paused;
    /** Whether it says more than its source may, and is not read for a while. */
    private boolean slowed;

    private boolean begun;
    private boolean spoke;
    private boolean inputEnded;
    /** Whether the input has ended without TLS saying so: somebody may have cut off the rest. */
    private boolean cutOff;

    /** Its session's place at its source; null before the first message. */
    private @Nullable Place place;

    /**
     * @param owners tells whose client it is; null when nobody is asked
     */
    TcpClient(LineLoop loop, LineOwner.@Nullable Finder owners) {
        this.loop = loop;
        this.clients = loop.common();
        this.owners = owners;
        this.account = clients.memory().account(this);
        this.input = new LineInput(this, clients.settings().messageLimit());
        this.output = new LineOutput(account);
    }

    @Override
    public Crowd.Seat seat() {
        return seat;
    }

    // --- the socket

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        relay = loop.relay(context.channel(), this);
        pace = new Pace(context.channel(), clients.sources());
        clients.sessions().add(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        activeNanos = System.nanoTime();
        input.add((ByteBuf) message, memory(), activeNanos);
        account.input(input.bytes());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        turn.allRead();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        account.output(context.channel());
        stall.changed(context.channel());
        read();
        if (!stall.unwritable()) {
            relay().onWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (isEndOfInput(event) && !inputEnded) {
            inputEnded = true;
            cutOff = event instanceof ChannelInputShutdownEvent
                    && context.pipeline().get(SslHandler.class) != null;
            probeAtNanos = System.nanoTime() + FIRST_PROBE_NANOS;
            closing.inputEnded(context);
            if (!closing.begun() && !input.holds()) {
                endOfInput();
            }
        }
        context.fireUserEventTriggered(event);
    }

    /** The client has closed its side of the socket, or says by TLS that it says nothing more (RFC 8446, section 6.1). */
    private static boolean isEndOfInput(Object event) {
        return event instanceof ChannelInputShutdownEvent
                || (event instanceof SslCloseCompletionEvent close && close.isSuccess());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closing.begin();
        input.forget();
        output.forget();
        relay().close();
        account.close();
        if (place != null) {
            place.leave();
        }
        clients.sessions().remove(this);
        clients.disconnected();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof OutOfMemoryError) {
            account.failed(cause);
            broken();
        } else {
            clients.failed(cause);
            context.close();
        }
    }

    // --- lines

    @Override
    public boolean takesMore() {
        return relay().takesMore() && !heldUp();
    }

    @Override
    public boolean room(int more) {
        return account.room(more);
    }

    @Override
    public boolean gone() {
        return closing.begun();
    }

    @Override
    public boolean begins(ByteBuf bytes) {
        int first = spoke || begun ? -1 : firstVisible(bytes);
        begun = begun || first >= 0;
        if (first >= 0 && isNoise(first) && first != MARK) {
            refuse(Reason.NOT_JSON_RPC, "");
            return false;
        }
        return true;
    }

    @Override
    public void tooLarge() {
        refuse(Reason.MESSAGE_TOO_LARGE, "more than " + clients.settings().messageLimit() + " bytes");
    }

    @Override
    public void noRoom() {
        refuse(Reason.OVERLOADED, "");
    }

    @Override
    public void line(byte[] line) {
        if (turn.serve(line.length, context().executor())) {
            read();
        }
        int mark = Utf8.markLength(line);
        int first = firstVisible(Unpooled.wrappedBuffer(line, mark, line.length - mark));
        if (first < 0) {
            return;
        }
        if (!spoke && isNoise(first)) {
            // HTTP, TLS or noise. Nothing behind the first line may run: it could be the body of a forged request.
            refuse(Reason.NOT_JSON_RPC, "");
            return;
        }
        if (!spoke && !(identify() && enter())) {
            return;
        }
        spoke = true;
        slowDown(line);
        byte[] refusal = owner == null ? null : owner.refusal(line);
        if (!account.room(line.length)) {
            noRoom();
        } else if (refusal == null) {
            relay().message(line, activeNanos);
        } else if (refusal.length > 0) {
            say(refusal);
        }
    }

    /** Counts a line, and reads no more for a while when its source says too much. */
    private void slowDown(byte[] line) {
        long wait = Objects.requireNonNull(pace).message(speaker(), line, activeNanos);
        if (wait > 0 && !slowed) {
            slowed = true;
            read();
            context().executor().schedule(this::speedUp, wait, TimeUnit.NANOSECONDS);
        }
    }

    private void speedUp() {
        slowed = false;
        if (!closing.begun()) {
            pause(paused);
        }
    }

    /** Finds out whose client it is, if that is asked at all; false when it has been refused. */
    private boolean identify() {
        if (owners == null) {
            return true;
        }
        owner = owners.find(context().channel());
        if (owner == null) {
            refuse(Reason.UNAUTHORIZED, "the certificate does not name its owner");
            return false;
        }
        relay().owner(owner.grant().owner());
        return true;
    }

    /** Takes a place for its session; false when its source has too many, and it has been refused. */
    private boolean enter() {
        place = clients.sources().enter(Objects.requireNonNull(pace).address(), speaker());
        if (place == null) {
            refuse(Reason.RATE_LIMITED, "");
            return false;
        }
        place.occupy(this);
        return true;
    }

    private Owner speaker() {
        return owner == null ? Owner.NOBODY : owner.grant().owner();
    }

    /** Tells the client something that comes from no node, without breaking into a message that does. */
    private void say(byte[] answer) {
        boolean within = output.isWithinLine();
        if (!within && writable()) {
            output.addLine(answer, memory());
            flush();
        } else if (!within || !Objects.requireNonNull(owner).later(answer)) {
            // Whoever asks without reading why not must not pile up answers.
            refuse(Reason.CLIENT_SLOW, "");
        }
    }

    private static boolean isNoise(int first) {
        return first != '{' && first != '[';
    }

    /** The first byte that is not blank, 0 to 255, or -1. */
    private static int firstVisible(ByteBuf line) {
        int at = line.forEachByte(b -> b == ' ' || b == '\t' || b == '\r');
        return at < 0 ? -1 : line.getUnsignedByte(at);
    }

    private void endOfInput() {
        if (cutOff) {
            // What has no end may be a part of what was said, and must not run (RFC 8446, section 6.1).
            input.forget();
        } else {
            input.end();
        }
        settled();
    }

    // --- what the relay wants

    @Override
    public void gather(int number, boolean answers, ByteBuf payload, boolean last) {
        output.add(payload, memory());
        if (!last) {
            return;
        }
        output.endLine();
        byte[] more = owner == null ? null : owner.next();
        for (; more != null; more = Objects.requireNonNull(owner).next()) {
            output.addLine(more, memory());
        }
    }

    @Override
    public void flush() {
        ByteBuf lines = output.take(memory());
        if (lines != null) {
            activeNanos = System.nanoTime();
            context().writeAndFlush(lines, context().voidPromise());
            account.output(context().channel());
        }
    }

    @Override
    public void breakOff() {
        output.breakOff(memory());
    }

    @Override
    public boolean writable() {
        return context().channel().isWritable();
    }

    @Override
    public void pause(boolean pause) {
        paused = pause;
        read();
    }

    @Override
    public void holdBack(boolean back) {
        if (!back) {
            // The time in which it was not read is not the client's.
            firstSinceNanos = System.nanoTime();
        }
        read();
    }

    /** Whether nothing is taken for now: a client must read answers before it asks for more, and memory may be short. */
    private boolean heldUp() {
        return slowed || turn.isOver() || stall.unwritable() || account.heldBack();
    }

    private void read() {
        if (closing.begun()) {
            return;
        }
        boolean stop = paused || heldUp();
        if (!stop) {
            input.forgive(System.nanoTime());
            if (input.holds()) {
                context().executor().execute(this::resume);
            }
        }
        // After the client's end of input there is nothing to read. Asking for it all the same would close the channel:
        // Netty 4.2.18 forgets that it took a descriptor without interests out of epoll, and cannot put it back.
        if (stop || !inputEnded) {
            context().channel().config().setAutoRead(!stop);
        }
    }

    @Override
    public Account account() {
        return account;
    }

    @Override
    public void broken() {
        closing.begin();
        input.forget();
        output.forget();
        account.input(0);
        account.abort(context().channel());
    }

    @Override
    public void shed() {
        if (!closing.begun() && writable()) {
            refuse(Reason.OVERLOADED, "");
        } else {
            clients.ended(Reason.OVERLOADED);
            relay().close();
            broken();
        }
    }

    @Override
    public void refuse(Refusal refusal, List<Answer> answers) {
        if (closing.begun()) {
            return;
        }
        leave();
        clients.ended(refusal.reason());
        for (Answer answer : answers) {
            output.addLine(answer.text().array(), memory());
        }
        ByteBuf words = Objects.requireNonNull(output.take(memory()));
        closing.after(context().writeAndFlush(words), context());
        account.output(context().channel());
    }

    @Override
    public void settled() {
        if (inputEnded && !closing.begun() && !input.holds() && !relay().busy()) {
            flush();
            leave();
            context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void leave() {
        closing.begin();
        input.forget();
        account.input(0);
    }

    // --- time

    @Override
    public void tick(long now) {
        relay().tick(now);
        account.output(context().channel());
        probe(now);
        if (closing.begun()) {
            closing.tick(context(), now, clients.settings().timeouts().stall().toNanos());
            return;
        }
        Reason late = loop.deadlines().passed(this, now);
        if (late == Reason.CLIENT_SLOW) {
            clients.ended(late);
            context().close();
        } else if (owner != null && owner.grant().over(now)) {
            // It has to come back with something that holds.
            refuse(Reason.UNAUTHORIZED, "the certificate has to be shown again");
        } else if (late != null) {
            refuse(late, "");
        }
    }

    /** How long it has taken nothing of what waits for it. */
    long stalled(long now) {
        return stall.lasts(context().channel(), now);
    }

    /** How long it could have sent its first message. */
    long silent(long now) {
        return spoke || account.heldBack() ? 0 : now - firstSinceNanos;
    }

    /** How long it has been sending a line. */
    long withinLine(long now) {
        return paused || heldUp() ? 0 : input.lasts(now);
    }

    /** How long nothing was said or asked. */
    long idle(long now) {
        return busy() ? 0 : now - activeNanos;
    }

    @Override
    public void drain(long now, boolean late) {
        if (late || !busy()) {
            refuse(Reason.SHUTTING_DOWN, "");
        }
    }

    /**
     * A client that has closed its socket looks like one that has only said its last word and waits for the answer. A blank in
     * front of that, which is no part of any JSON, shows which it is: the system of the former resets the connection.
     */
    private void probe(long now) {
        if (inputEnded
                && !closing.begun()
                && now - probeAtNanos >= 0
                && busy()
                && !output.isWithinLine()
                && writable()) {
            probePauseNanos = Math.min(LAST_PROBE_NANOS, 2 * probePauseNanos);
            probeAtNanos = now + probePauseNanos;
            context().writeAndFlush(memory().buffer(1).writeByte(' '));
        }
    }

    /** Ends the client with these words, and its session with it. */
    void refuse(Reason reason, String detail) {
        relay().refuse(new Refusal(reason, detail));
    }

    @Override
    public void drop() {
        context().close();
    }

    @Override
    public void wantsRoom() {
        if (place != null) {
            place.makeRoom();
        }
    }

    @Override
    public String session() {
        return relay().session();
    }

    @Override
    public long activeNanos() {
        return activeNanos;
    }

    @Override
    public void end(long idleNanos) {
        if (!context().executor().isShuttingDown()) {
            context().executor().execute(() -> {
                if (idleNanos == 0 || (!busy() && System.nanoTime() - activeNanos > idleNanos)) {
                    refuse(idleNanos == 0 ? Reason.CLOSED : Reason.IDLE, "");
                }
            });
        }
    }

    @Override
    public boolean busy() {
        return relay().busy();
    }

    private void resume() {
        boolean held = input.holds();
        input.resume(memory(), activeNanos);
        account.input(input.bytes());
        if (held && inputEnded && !input.holds()) {
            endOfInput();
        }
    }

    private ByteBufAllocator memory() {
        return context().alloc();
    }

    private Relay relay() {
        return Objects.requireNonNull(relay);
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(ctx);
    }
}
