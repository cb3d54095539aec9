package io.trunkline.balancer.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.trunkline.balancer.client.Account;
import io.trunkline.balancer.client.Turn;
import io.trunkline.protocol.jsonrpc.Utf8;
import io.trunkline.protocol.refusal.Reason;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of one WebSocket connection, as far as they are taken: joins fragments to messages, and answers
 * pings. Releases frames; belongs to the channel's event loop.
 */
final class FrameReader {
    /** Whoever has frames read. */
    interface Sink {
        /** Whether the connection is read at all. */
        boolean reads();

        /** Whether the next message is wanted. */
        boolean wants();

        /** Whether nothing is taken for now. */
        boolean heldUp();

        /** A message, whole and in UTF-8. */
        void message(byte[] message);

        /** The connection ends; {@code reason} is null when it is the client who wants to go. */
        void end(WebSocketCloseStatus status, @Nullable Reason reason);
    }

    /** Frames that one message may come in: each costs more than its bytes. */
    private static final int MOST_FRAGMENTS = 1024;

    /** Close codes end here (RFC 6455, section 7.4.2); the decoder refuses those that are invalid below. */
    private static final int CODES = 5000;

    private final Channel channel;
    private final Account account;
    private final int messageLimit;
    private final Sink sink;
    private final Pongs pongs = new Pongs();
    private final Deque<WebSocketFrame> queue = new ArrayDeque<>(2);
    private final Turn turn = new Turn(this::goOn);
    private @Nullable HeldFrameDecoder decoder;
    private @Nullable ByteBuf partial;
    private long partialSinceNanos;
    private int fragments;
    private boolean taking;
    private boolean paused;

    FrameReader(Channel channel, Account account, int messageLimit, Sink sink) {
        this.channel = channel;
        this.account = account;
        this.messageLimit = messageLimit;
        this.sink = sink;
    }

    // --- what is read

    /** Takes over a frame. */
    void add(WebSocketFrame frame) {
        queue.add(frame);
        takeNext();
    }

    /** How much of what is read is served at once. */
    Turn turn() {
        return turn;
    }

    /** Whether the next frame may be decoded. */
    boolean takesMore() {
        return queue.isEmpty() && sink.wants() && !sink.heldUp();
    }

    /** Reads on, or not, as the connection may. */
    void read() {
        if (sink.reads()) {
            channel.config().setAutoRead(!paused && !sink.heldUp());
        }
    }

    /** Stops reading, or reads on. */
    void pause(boolean pause) {
        paused = pause;
        readOn();
    }

    /** Another reason not to read is gone. */
    void goOn() {
        if (sink.reads()) {
            readOn();
        }
    }

    /** Reads on if it may; the time in which nothing was read is not the client's. */
    private void readOn() {
        if (!paused) {
            partialSinceNanos = 0;
            resume();
        }
        read();
    }

    /** Memory was short, and is not any more. */
    void forgive(long now) {
        partialSinceNanos = partialSinceNanos == 0 ? 0 : now;
        resume();
    }

    /** The client reads again. */
    void onWritable() {
        pongs.writeWaiting(channel);
        resume();
    }

    /** All that has come is read. */
    void readComplete() {
        turn.allRead();
        boolean begun = partial != null || waiting() > 0;
        if (!begun) {
            partialSinceNanos = 0;
        } else if (partialSinceNanos == 0) {
            partialSinceNanos = System.nanoTime();
        }
    }

    /** How long a message has been coming. */
    long lasts(long now) {
        return partialSinceNanos == 0 ? 0 : now - partialSinceNanos;
    }

    /** Counts what waits to become a message. */
    void count() {
        account.input(waiting() + (partial == null ? 0 : partial.capacity()));
    }

    private int waiting() {
        HeldFrameDecoder bytes = decoder();
        return bytes == null ? 0 : bytes.waiting();
    }

    /** Null until the connection is upgraded. */
    private @Nullable HeldFrameDecoder decoder() {
        if (decoder == null) {
            decoder = channel.pipeline().get(HeldFrameDecoder.class);
        }
        return decoder;
    }

    private void resume() {
        if (!queue.isEmpty() || waiting() > 0) {
            channel.eventLoop().execute(this::takeNext);
        }
    }

    private void takeNext() {
        if (taking) {
            return;
        }
        taking = true;
        try {
            takeQueued();
            HeldFrameDecoder bytes = decoder();
            while (sink.reads() && bytes != null && takesMore() && bytes.resume()) {
                takeQueued();
            }
            count();
        } finally {
            taking = false;
        }
    }

    private void takeQueued() {
        while (sink.reads() && sink.wants() && !queue.isEmpty()) {
            WebSocketFrame frame = queue.remove();
            try {
                take(frame);
            } finally {
                frame.release();
            }
        }
    }

    // --- frames

    private void take(WebSocketFrame frame) {
        if (turn.serve(frame.content().readableBytes(), channel.eventLoop())) {
            channel.config().setAutoRead(false);
        }
        if (frame instanceof TextWebSocketFrame || frame instanceof ContinuationWebSocketFrame) {
            append(frame);
        } else if (frame instanceof PingWebSocketFrame) {
            ping(frame.content());
        } else if (frame instanceof CloseWebSocketFrame close) {
            close(close.statusCode());
        } else if (frame instanceof BinaryWebSocketFrame) {
            sink.end(WebSocketCloseStatus.INVALID_MESSAGE_TYPE, Reason.PROTOCOL);
        }
    }

    private void close(int code) {
        if (code >= CODES) {
            sink.end(WebSocketCloseStatus.PROTOCOL_ERROR, Reason.PROTOCOL);
        } else {
            sink.end(code < 0 ? WebSocketCloseStatus.NORMAL_CLOSURE : WebSocketCloseStatus.valueOf(code), null);
        }
    }

    private void ping(ByteBuf content) {
        if (pongs.answer(channel, content, System.nanoTime())) {
            account.output(channel);
        } else {
            sink.end(WebSocketCloseStatus.POLICY_VIOLATION, Reason.OVERLOADED);
        }
    }

    private void append(WebSocketFrame frame) {
        ByteBuf piece = frame.content();
        ByteBuf begun = partial;
        int before = begun == null ? 0 : begun.readableBytes();
        int size = before + piece.readableBytes();
        if (size > messageLimit || ++fragments > MOST_FRAGMENTS) {
            sink.end(WebSocketCloseStatus.MESSAGE_TOO_BIG, Reason.MESSAGE_TOO_LARGE);
            return;
        }
        if (!frame.isFinalFragment()) {
            if (!account.room(piece.readableBytes())) {
                sink.end(WebSocketCloseStatus.TRY_AGAIN_LATER, Reason.OVERLOADED);
                return;
            }
            if (begun == null) {
                begun = partial = channel.alloc().buffer(size);
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
        if (Utf8.isWellFormed(message, 0, size)) {
            sink.message(message);
        } else {
            sink.end(WebSocketCloseStatus.INVALID_PAYLOAD_DATA, Reason.PROTOCOL);
        }
    }

    /** Lets go of all that was read. */
    void forget() {
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
}
