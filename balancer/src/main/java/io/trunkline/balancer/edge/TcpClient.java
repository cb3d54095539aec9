package io.trunkline.balancer.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.trunkline.balancer.relay.ClientSink;
import io.trunkline.balancer.relay.Relay;
import io.trunkline.balancer.tls.LastWords;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client that speaks newline-delimited JSON-RPC over TCP: cuts its bytes into lines for the relay, and writes the
 * relay's messages as lines. It reads and releases buffers on its event loop; what a client has begun and not ended is
 * counted against the process.
 */
final class TcpClient extends ChannelInboundHandlerAdapter implements ClientSink {
    /** How long a client that has been told why may take to close; until then what it sends is thrown away. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Bytes of an unfinished message that are not counted: a few large messages must not shut out all small ones. */
    static final int UNCOUNTED = 2 * 1024;

    private final TcpEdge.Loop loop;
    private final LineOwner.@Nullable Finder owners;
    private @Nullable Relay relay;
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable ByteBuf partial;
    private @Nullable ByteBuf held;
    private @Nullable ByteBuf gathered;
    /** Null before the first message, and when nobody is asked who he is. */
    private @Nullable LineOwner owner;

    private final long connectedNanos = System.nanoTime();
    private long activeNanos = connectedNanos;
    private long partialSinceNanos;
    private long unwritableSinceNanos;
    private long unwrittenBytes;
    private long leavingSinceNanos;
    /** Bytes of {@link #gathered} up to the end of the last whole line. */
    private int whole;

    private int heldRest;
    /** Whether the beginning of a line has gone without its end, for want of room to keep it. */
    private boolean midLine;

    private boolean unwritable;
    private boolean paused;
    private boolean begun;
    private boolean spoke;
    private boolean inputEnded;
    private boolean leaving;
    private boolean told;
    private int place = -1;

    /**
     * @param owners tells whose client it is; null when nobody is asked
     */
    TcpClient(TcpEdge.Loop loop, LineOwner.@Nullable Finder owners) {
        this.loop = loop;
        this.owners = owners;
    }

    /** Where the loop's list holds this client. */
    int place() {
        return place;
    }

    void place(int index) {
        place = index;
    }

    // --- the socket

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        relay = loop.relay(context.channel(), this);
        loop.add(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        activeNanos = System.nanoTime();
        ByteBuf before = held;
        if (before == null) {
            take(in);
        } else {
            held = null;
            try {
                before.writeBytes(in);
            } finally {
                in.release();
            }
            take(before);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        unwritable = !context.channel().isWritable();
        if (unwritable) {
            unwritableSinceNanos = System.nanoTime();
            unwrittenBytes = unwritten();
        } else {
            relay().onWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (isEndOfInput(event) && !inputEnded) {
            inputEnded = true;
            if (told) {
                context.close();
            } else if (held == null) {
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
        leaving = true;
        forgetInput();
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
        holdRest(0);
        relay().close();
        loop.remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        loop.failed(cause);
        context.close();
    }

    // --- lines

    /** Takes over a buffer: its lines are for the relay, and what the relay does not want now is held back. */
    private void take(ByteBuf in) {
        try {
            cut(in);
        } finally {
            if (in.isReadable() && !leaving) {
                held = in;
            } else {
                in.release();
            }
        }
    }

    private void takeHeld() {
        ByteBuf in = held;
        if (in != null) {
            held = null;
            take(in);
            if (inputEnded && held == null) {
                endOfInput();
            }
        }
    }

    private void cut(ByteBuf in) {
        while (in.isReadable() && !leaving && relay().takesMore()) {
            int length = in.bytesBefore((byte) '\n');
            if (tooLarge(in, length < 0 ? in.readableBytes() : length)) {
                refuse(Reason.MESSAGE_TOO_LARGE, "more than " + loop.settings().messageLimit() + " bytes");
            } else if (length < 0) {
                keep(in);
            } else {
                line(in, length);
                in.skipBytes(1);
            }
        }
    }

    /** Whether the line so far, with these bytes, is larger than a message may be; a carriage return does not count. */
    private boolean tooLarge(ByteBuf in, int length) {
        ByteBuf before = partial;
        int size = length + (before == null ? 0 : before.readableBytes());
        int limit = loop.settings().messageLimit();
        if (size <= limit) {
            return false;
        }
        byte last = length > 0 || before == null
                ? in.getByte(in.readerIndex() + length - 1)
                : before.getByte(before.writerIndex() - 1);
        return size > limit + 1 || last != '\r';
    }

    private void keep(ByteBuf in) {
        int length = in.readableBytes();
        if (!spoke && !begun) {
            int first = firstVisible(in);
            begun = first >= 0;
            if (begun && isNoise(first)) {
                refuse(Reason.NOT_JSON_RPC, "");
                return;
            }
        }
        int before = partial == null ? 0 : partial.readableBytes();
        if (!loop.admission().hold(counted(before + length) - counted(before))) {
            refuse(Reason.OVERLOADED, "");
            return;
        }
        if (partial == null) {
            partial = context().alloc().buffer(length);
            partialSinceNanos = activeNanos;
        }
        partial.writeBytes(in);
    }

    private void line(ByteBuf in, int length) {
        byte[] line;
        ByteBuf begun = partial;
        if (begun == null) {
            line = bytes(in, length);
        } else {
            int before = begun.readableBytes();
            line = new byte[before + length];
            begun.readBytes(line, 0, before);
            in.readBytes(line, before, length);
            line = withoutReturn(line);
            loop.admission().release(counted(before));
            begun.release();
            partial = null;
        }
        message(line);
    }

    /** The next line without the carriage return that some clients put before the line feed. */
    private static byte[] bytes(ByteBuf in, int length) {
        boolean withReturn = length > 0 && in.getByte(in.readerIndex() + length - 1) == '\r';
        byte[] line = new byte[withReturn ? length - 1 : length];
        in.readBytes(line);
        if (withReturn) {
            in.skipBytes(1);
        }
        return line;
    }

    private static byte[] withoutReturn(byte[] line) {
        boolean withReturn = line.length > 0 && line[line.length - 1] == '\r';
        return withReturn ? Arrays.copyOf(line, line.length - 1) : line;
    }

    private void message(byte[] line) {
        int first = firstVisible(line);
        if (first < 0) {
            return;
        }
        if (!spoke && isNoise(first)) {
            // HTTP, TLS or noise. Nothing behind the first line may run: it could be the body of a forged request.
            refuse(Reason.NOT_JSON_RPC, "");
            return;
        }
        if (!spoke && !identify()) {
            return;
        }
        spoke = true;
        byte[] refusal = owner == null ? null : owner.refusal(line);
        if (refusal == null) {
            relay().message(line, activeNanos);
        } else if (refusal.length > 0) {
            say(refusal);
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

    /** Tells the client something that comes from no node, without breaking into a message that does. */
    private void say(byte[] answer) {
        boolean within = midLine || (gathered != null && gathered.writerIndex() > whole);
        if (!within && writable()) {
            gather(0, false, Unpooled.wrappedBuffer(answer), true);
            flush();
        } else if (!within || !Objects.requireNonNull(owner).later(answer)) {
            // Whoever asks without reading why not must not pile up answers.
            refuse(Reason.CLIENT_SLOW, "");
        }
    }

    private static boolean isNoise(int first) {
        return first != '{' && first != '[';
    }

    private static int firstVisible(byte[] line) {
        return firstVisible(Unpooled.wrappedBuffer(line));
    }

    /** The first byte that is not blank, 0 to 255, or -1. */
    private static int firstVisible(ByteBuf line) {
        int at = line.forEachByte(b -> b == ' ' || b == '\t' || b == '\r');
        return at < 0 ? -1 : line.getUnsignedByte(at);
    }

    private void endOfInput() {
        ByteBuf begun = partial;
        if (begun != null && !leaving) {
            byte[] line = withoutReturn(bytes(begun, begun.readableBytes()));
            forgetPartial();
            message(line);
        }
        settled();
    }

    private static int counted(int bytes) {
        return Math.max(0, bytes - UNCOUNTED);
    }

    private void forgetInput() {
        forgetPartial();
        if (held != null) {
            held.release();
            held = null;
        }
    }

    private void forgetPartial() {
        if (partial != null) {
            loop.admission().release(counted(partial.writerIndex()));
            partial.release();
            partial = null;
        }
    }

    // --- what the relay wants

    @Override
    public void gather(int number, boolean answers, ByteBuf payload, boolean last) {
        if (gathered == null) {
            gathered = context().alloc().buffer(payload.readableBytes() + 1);
        }
        gathered.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
        if (last) {
            gathered.writeByte('\n');
            byte[] more = owner == null ? null : owner.next();
            for (; more != null; more = Objects.requireNonNull(owner).next()) {
                gathered.writeBytes(more).writeByte('\n');
            }
            whole = gathered.writerIndex();
            midLine = false;
        }
    }

    @Override
    public void flush() {
        ByteBuf ready = gathered;
        if (ready == null) {
            return;
        }
        int rest = ready.writerIndex() - whole;
        if (rest == 0 || midLine || !holdRest(rest)) {
            gathered = null;
            midLine = rest > 0;
            whole = 0;
            holdRest(0);
            send(ready);
        } else if (whole > 0) {
            ByteBuf begun = context().alloc().buffer(rest);
            begun.writeBytes(ready, whole, rest);
            gathered = begun;
            ready.writerIndex(whole);
            whole = 0;
            send(ready);
        }
    }

    private void send(ByteBuf lines) {
        activeNanos = System.nanoTime();
        context().writeAndFlush(lines, context().voidPromise());
    }

    /** Counts what is kept of a line that is not whole against the process; false when there is no room for it. */
    private boolean holdRest(int bytes) {
        int more = counted(bytes) - heldRest;
        if (more > 0 && !loop.admission().hold(more)) {
            return false;
        }
        if (more < 0) {
            loop.admission().release(-more);
        }
        heldRest += more;
        return true;
    }

    @Override
    public void breakOff() {
        if (midLine) {
            gather(0, false, Unpooled.EMPTY_BUFFER, true);
        } else if (gathered != null) {
            gathered.writerIndex(whole);
            holdRest(0);
        }
    }

    @Override
    public boolean writable() {
        return context().channel().isWritable();
    }

    @Override
    public void pause(boolean pause) {
        paused = pause;
        if (!pause) {
            // The time that it was not read is not the client's.
            partialSinceNanos = System.nanoTime();
            if (held != null) {
                context().executor().execute(this::takeHeld);
            }
        }
        // After the client's end of input there is nothing to read. Asking for it all the same would close the channel:
        // Netty 4.2.18 forgets that it took a descriptor without interests out of epoll, and cannot put it back.
        if (pause || !inputEnded) {
            context().channel().config().setAutoRead(!pause);
        }
    }

    @Override
    public void refuse(Refusal refusal, List<Answer> answers) {
        if (leaving) {
            return;
        }
        leave();
        loop.ended(refusal.reason());
        for (Answer answer : answers) {
            gather(answer.number(), true, Unpooled.wrappedBuffer(answer.text().array()), true);
        }
        ByteBuf words = Objects.requireNonNull(gathered);
        gathered = null;
        holdRest(0);
        context().writeAndFlush(words).addListener(done -> told(done.isSuccess()));
    }

    /** Its last words are out. A close with input unread would be a reset, which may overtake them: so read on. */
    private void told(boolean heard) {
        told = true;
        if (inputEnded || !heard || !(context().channel() instanceof DuplexChannel duplex)) {
            context().close();
            return;
        }
        leavingSinceNanos = System.nanoTime();
        if (!LastWords.say(context().channel())) {
            duplex.shutdownOutput();
        }
        duplex.config().setAutoRead(true);
    }

    @Override
    public void settled() {
        if (inputEnded && !leaving && held == null && !relay().busy()) {
            flush();
            leave();
            context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void leave() {
        leaving = true;
        leavingSinceNanos = System.nanoTime();
        forgetInput();
    }

    // --- time

    /** Looks at the deadlines; called once in a while on the event loop. */
    void tick(long now) {
        EdgeSettings.Timeouts timeouts = loop.settings().timeouts();
        relay().tick(now);
        if (unwritable && unwritten() < unwrittenBytes) {
            unwritableSinceNanos = now;
            unwrittenBytes = unwritten();
        }
        if (leaving) {
            // Its last words do not go out, for the client does not read; or they did, and it does not close.
            if (now - leavingSinceNanos
                    > (told ? LINGER_NANOS : timeouts.stall().toNanos())) {
                context().close();
            }
        } else if (unwritable && now - unwritableSinceNanos > timeouts.stall().toNanos()) {
            loop.ended(Reason.CLIENT_SLOW);
            context().close();
        } else if (owner != null && owner.grant().over(now)) {
            // It has to come back with something that holds.
            refuse(Reason.UNAUTHORIZED, "the certificate has expired");
        } else if (!spoke && now - connectedNanos > timeouts.firstMessage().toNanos()) {
            refuse(Reason.FIRST_MESSAGE_LATE, "");
        } else if (partial != null
                && !paused
                && now - partialSinceNanos > timeouts.message().toNanos()) {
            refuse(Reason.MESSAGE_SLOW, "");
        } else if (now - activeNanos > timeouts.idle().toNanos() && !relay().busy()) {
            refuse(Reason.IDLE, "");
        }
    }

    /** Bytes that the socket has not taken. */
    private long unwritten() {
        ChannelOutboundBuffer out = context().channel().unsafe().outboundBuffer();
        return out == null ? 0 : out.totalPendingWriteBytes() - out.currentProgress();
    }

    /** Ends the client with these words, and its session with it. */
    void refuse(Reason reason, String detail) {
        relay().refuse(new Refusal(reason, detail));
    }

    /** Closes the connection without a word. */
    void drop() {
        context().close();
    }

    /** Whether something waits for an answer. */
    boolean busy() {
        return relay().busy();
    }

    private Relay relay() {
        return Objects.requireNonNull(relay);
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(ctx);
    }
}
