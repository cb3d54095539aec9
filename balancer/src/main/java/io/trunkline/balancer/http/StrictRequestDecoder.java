package io.trunkline.balancer.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.trunkline.balancer.client.Intake;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests, and marks as failed whatever two servers could read differently (RFC 9112, section 11.2): a length
 * together with a transfer coding, header lines that are folded, lines that do not end in CR LF. The last handler
 * refuses what is marked, and closes.
 */
public final class StrictRequestDecoder extends HttpRequestDecoder {
    private static final int MAX_CHUNK = 16 * 1024;

    private final Intake intake;
    private @Nullable ChannelHandlerContext ctx;
    private boolean decoding;
    private boolean removed;
    private boolean inBody;
    private boolean folded;
    private boolean midLine;

    /**
     * A decoder of requests.
     *
     * @param intake takes the requests, one at a time
     */
    public StrictRequestDecoder(HttpSettings.Head head, Intake intake) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(head.line())
                .setMaxHeaderSize(head.size())
                .setMaxChunkSize(MAX_CHUNK)
                .setAllowDuplicateContentLengths(false)
                .setStrictLineParsing(true)
                .setValidateHeaders(true));
        this.intake = intake;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        ByteBuf bytes = (ByteBuf) message;
        if (intake.ignores()) {
            bytes.release();
            return;
        }
        intake.onBytes(bytes.readableBytes());
        decodeAll(ctx, bytes);
        intake.onDecoded();
    }

    private void decodeAll(ChannelHandlerContext ctx, ByteBuf bytes) throws Exception {
        decoding = true;
        try {
            super.channelRead(ctx, bytes);
        } finally {
            decoding = false;
        }
    }

    /** Goes on with what waits; false when nothing could be made of it. */
    boolean resume() {
        int before = waiting();
        if (decoding || before == 0) {
            return false;
        }
        try {
            decodeAll(Objects.requireNonNull(ctx), Unpooled.EMPTY_BUFFER);
        } catch (Exception e) {
            Objects.requireNonNull(ctx).fireExceptionCaught(e);
        }
        return waiting() < before;
    }

    /** Bytes that wait to be decoded. */
    int waiting() {
        return removed ? 0 : actualReadableBytes();
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) throws Exception {
        removed = true;
        super.handlerRemoved0(context);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (intake.ignores()) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (!intake.takesMore()) {
            return;
        }
        if (!inBody) {
            folded |= folds(in);
        }
        int before = out.size();
        super.decode(ctx, in, out);
        for (int i = before; i < out.size(); i++) {
            decoded((HttpObject) out.get(i));
        }
    }

    private void decoded(HttpObject object) {
        if (object instanceof HttpRequest) {
            inBody = true;
            if (folded && object.decoderResult().isSuccess()) {
                object.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("a folded header line")));
            }
            folded = false;
        }
        if (object instanceof LastHttpContent) {
            inBody = false;
            midLine = false;
        }
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both a length and a transfer coding");
    }

    /**
     * Whether a line of the head begins with white space. The head ends with an empty line; what follows is not looked
     * at.
     */
    private boolean folds(ByteBuf in) {
        int at = in.readerIndex();
        int end = in.writerIndex();
        boolean first = !midLine;
        while (at < end) {
            byte start = in.getByte(at);
            if (!first && (start == ' ' || start == '\t')) {
                return true;
            }
            int lineEnd = in.indexOf(at, end, (byte) '\n');
            if (lineEnd < 0) {
                break;
            }
            boolean empty = lineEnd - at <= (start == '\r' ? 1 : 0);
            if (empty && !first) {
                break;
            }
            first &= empty;
            at = lineEnd + 1;
        }
        // The decoder takes whole lines: what it sees next begins with a line, and no more with the first one.
        midLine = !first;
        return false;
    }
}
