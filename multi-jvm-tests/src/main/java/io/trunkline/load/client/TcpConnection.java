package io.trunkline.load.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.trunkline.load.measure.Errors;
import io.trunkline.load.plan.RequestLine;
import org.jspecify.annotations.Nullable;

/**
 * One client connection that speaks newline-delimited JSON-RPC: writes numbered requests, reads lines, and matches each
 * answer with its request. Releases every buffer it reads; runs on its loop's thread.
 */
final class TcpConnection extends ChannelInboundHandlerAdapter implements Lines.Sink {
    /** Longest answer: an echo of the longest request with room for its envelope. */
    private static final int LONGEST_ANSWER = RequestLine.MAX_LENGTH + 64 * 1024;

    /** Whether it stands in line to send; kept by {@link Rotation}. */
    boolean queued;

    final int number;
    private final LoadLoop loop;
    private final Pending pending;
    private final Lines lines = new Lines(LONGEST_ANSWER);
    private @Nullable ChannelHandlerContext context;
    private @Nullable OpeningSteps opening;
    private boolean open;
    private boolean writable = true;
    private boolean ended;
    private long expired;
    private long readAt;

    TcpConnection(LoadLoop loop, int number, int depth) {
        this.loop = loop;
        this.number = number;
        this.pending = new Pending(depth);
    }

    /** Whether a request may be sent now. */
    boolean canSend() {
        return open && writable && pending.hasRoom();
    }

    /** Sends the next request of the load; its latency counts from {@code since}. */
    void send(long since) {
        RequestWriter writer = loop.writer();
        write(writer.numbered(number, pending.add(since)));
    }

    /** Gives a number to a request that is not of the load, on the way to being open. */
    int number(long since) {
        return pending.add(since);
    }

    void write(ByteBuf bytes) {
        ChannelHandlerContext at = context;
        if (at == null) {
            bytes.release();
            return;
        }
        loop.recorder().bytesOut += bytes.readableBytes();
        var unused = at.writeAndFlush(bytes, at.voidPromise());
    }

    /** Counts the end of the opening. */
    void becomeOpen(long now) {
        open = true;
        opening = null;
        loop.opened(this, now);
    }

    int unanswered() {
        return pending.size();
    }

    /** Gives up requests that count from before {@code nanos}, and the connection if it is not even open. */
    void expire(long nanos) {
        int given = pending.expire(nanos);
        if (given == 0) {
            return;
        }
        expired += given;
        if (opening == null) {
            loop.unanswered(this, given, Errors.REQUEST_TIMEOUT);
        } else {
            end(Errors.OPEN_TIMEOUT);
        }
    }

    /** Closes it; an error is counted if there is a kind, and so are requests that now stay without an answer. */
    void end(@Nullable String kind) {
        if (ended) {
            return;
        }
        ended = true;
        boolean wasOpen = open;
        open = false;
        int lost = opening == null ? pending.size() : 0;
        loop.ended(this, wasOpen, kind, lost);
        if (context != null) {
            var unused = context.close();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (ended) {
            var unused = ctx.close();
            return;
        }
        context = ctx;
        long now = System.nanoTime();
        opening = new OpeningSteps(this, loop);
        opening.begin(now);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            readAt = System.nanoTime();
            loop.recorder().bytesIn += bytes.readableBytes();
            if (!lines.read(bytes, loop.shared(), this)) {
                end(Errors.ANSWER_TOO_LONG);
            }
        } finally {
            bytes.release();
        }
    }

    @Override
    public void line(byte[] bytes, int from, int to) {
        OpeningSteps steps = opening;
        AnswerCheck check = steps == null ? loop.check() : steps.check();
        AnswerCheck.Verdict verdict = check.check(bytes, from, to);
        if (verdict == AnswerCheck.Verdict.NOTICE) {
            loop.recorder().notices++;
            return;
        }
        String error = check.error();
        long id = check.id();
        if (id < 0 || (int) (id >>> 32) != number) {
            loop.error(id < 0 && error != null ? error : Errors.ANSWER_FOREIGN);
            return;
        }
        long since = pending.answer((int) id);
        if (since == Pending.NONE) {
            loop.error(unexpected((int) id));
        } else if (steps != null) {
            steps.answered(error, bytes, from, to, readAt);
        } else {
            loop.answered(this, since, readAt, error);
        }
    }

    private String unexpected(int sequence) {
        if (!pending.wasAdded(sequence)) {
            return Errors.ANSWER_UNKNOWN;
        }
        if (expired > 0) {
            expired--;
            return Errors.ANSWER_LATE;
        }
        return Errors.ANSWER_DUPLICATE;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        writable = ctx.channel().isWritable();
        if (writable) {
            loop.writable(this);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end(Errors.CLOSED_BY_PEER);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        end(Failures.kindOfClose(cause));
    }
}
