package io.trunkline.balancer.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.trunkline.balancer.relay.ClientSink;
import io.trunkline.balancer.relay.Relay;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client that speaks newline-delimited JSON-RPC over TCP: cuts its bytes into lines for the relay, and writes the
 * relay's messages as lines. It reads and releases buffers on its event loop; what a client has begun and not ended is
 * counted against the process.
 */
final class TcpClient extends ChannelInboundHandlerAdapter implements ClientSink {
    private final TcpEdge.Loop loop;
    private @Nullable Relay relay;
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable ByteBuf partial;
    private @Nullable ByteBuf gathered;
    private final long connectedNanos = System.nanoTime();
    private long activeNanos = connectedNanos;
    private long partialSinceNanos;
    private long unwritableSinceNanos;
    private boolean unwritable;
    private boolean spoke;
    private boolean inputEnded;
    private boolean leaving;
    private int place = -1;

    TcpClient(TcpEdge.Loop loop) {
        this.loop = loop;
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
        try {
            activeNanos = System.nanoTime();
            if (!leaving) {
                cut(in);
            }
        } finally {
            in.release();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        unwritable = !context.channel().isWritable();
        if (unwritable) {
            unwritableSinceNanos = System.nanoTime();
        } else {
            relay().onWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent && !inputEnded) {
            inputEnded = true;
            endOfInput();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        leaving = true;
        forgetPartial();
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
        relay().close();
        loop.remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        loop.failed(cause);
        context.close();
    }

    // --- lines

    private void cut(ByteBuf in) {
        while (in.isReadable() && !leaving) {
            int length = in.bytesBefore((byte) '\n');
            int size = (length < 0 ? in.readableBytes() : length) + (partial == null ? 0 : partial.readableBytes());
            if (size > loop.settings().messageLimit()) {
                refuse(Reason.MESSAGE_TOO_LARGE, "more than " + loop.settings().messageLimit() + " bytes");
            } else if (length < 0) {
                keep(in);
            } else {
                line(in, length);
                in.skipBytes(1);
            }
        }
    }

    private void keep(ByteBuf in) {
        int length = in.readableBytes();
        if (!loop.admission().hold(length)) {
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
            loop.admission().release(before);
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
        if (!spoke && first != '{' && first != '[') {
            // HTTP, TLS or noise. Nothing behind the first line may run: it could be the body of a forged request.
            refuse(Reason.NOT_JSON_RPC, "");
            return;
        }
        spoke = true;
        relay().message(line, activeNanos);
    }

    private static int firstVisible(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return b;
            }
        }
        return -1;
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

    private void forgetPartial() {
        if (partial != null) {
            loop.admission().release(partial.writerIndex());
            partial.release();
            partial = null;
        }
    }

    // --- what the relay wants

    @Override
    public void gather(ByteBuf payload, boolean last) {
        if (gathered == null) {
            gathered = context().alloc().buffer(payload.readableBytes() + 1);
        }
        gathered.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
        if (last) {
            gathered.writeByte('\n');
        }
    }

    @Override
    public void flush() {
        ByteBuf ready = gathered;
        if (ready != null) {
            gathered = null;
            activeNanos = System.nanoTime();
            context().writeAndFlush(ready, context().voidPromise());
        }
    }

    @Override
    public boolean writable() {
        return context().channel().isWritable();
    }

    @Override
    public void pause(boolean paused) {
        // After the client's end of input there is nothing to read. Asking for it all the same would close the channel:
        // Netty 4.2.18 forgets that it took a descriptor without interests out of epoll, and cannot put it back.
        if (paused || !inputEnded) {
            context().channel().config().setAutoRead(!paused);
        }
    }

    @Override
    public void refuse(Refusal refusal, List<byte[]> answers) {
        if (leaving) {
            return;
        }
        leaving = true;
        loop.ended(refusal.reason());
        forgetPartial();
        for (byte[] answer : answers) {
            gather(Unpooled.wrappedBuffer(answer), true);
        }
        ByteBuf words = Objects.requireNonNull(gathered);
        gathered = null;
        context().writeAndFlush(words).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void settled() {
        if (inputEnded && !leaving && !relay().busy()) {
            leaving = true;
            context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    // --- time

    /** Looks at the deadlines; called once in a while on the event loop. */
    void tick(long now) {
        EdgeSettings.Timeouts timeouts = loop.settings().timeouts();
        relay().tick(now);
        if (leaving) {
            // Its last words do not go out: the client does not read.
            if (now - activeNanos > timeouts.stall().toNanos()) {
                context().close();
            }
        } else if (unwritable && now - unwritableSinceNanos > timeouts.stall().toNanos()) {
            loop.ended(Reason.CLIENT_SLOW);
            context().close();
        } else if (!spoke && now - connectedNanos > timeouts.firstMessage().toNanos()) {
            refuse(Reason.FIRST_MESSAGE_LATE, "");
        } else if (partial != null
                && now - partialSinceNanos > timeouts.message().toNanos()) {
            refuse(Reason.MESSAGE_SLOW, "");
        } else if (now - activeNanos > timeouts.idle().toNanos() && !relay().busy()) {
            refuse(Reason.IDLE, "");
        }
    }

    /** Ends the client with these words, and its session with it. */
    void refuse(Reason reason, String detail) {
        relay().refuse(new Refusal(reason, detail));
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
