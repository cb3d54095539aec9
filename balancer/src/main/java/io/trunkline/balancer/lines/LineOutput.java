package io.trunkline.balancer.lines;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.trunkline.balancer.client.Account;
import io.trunkline.balancer.client.Held;
import io.trunkline.balancer.client.LoopMemory;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what a client is to be told, as lines, so that many leave as one. What is kept of a line that is not whole is
 * counted. Belongs to the client's event loop.
 */
final class LineOutput {
    private final Held rest;
    private @Nullable ByteBuf gathered;
    /** Bytes of {@link #gathered} up to the end of the last whole line. */
    private int whole;

    /** Whether the beginning of a line has gone without its end, for want of room to keep it. */
    private boolean midLine;

    LineOutput(Account account) {
        this.rest = new Held(account);
    }

    /** A piece of a line, which stays the caller's. */
    void add(ByteBuf piece, ByteBufAllocator memory) {
        ByteBuf all = gathered;
        if (all == null) {
            gathered = all = memory.buffer(piece.readableBytes() + 1);
        }
        all.writeBytes(piece, piece.readerIndex(), piece.readableBytes());
    }

    /** A line of its own; only when there is none that is not whole. */
    void addLine(byte[] line, ByteBufAllocator memory) {
        if (gathered == null) {
            gathered = memory.buffer(line.length + 1);
        }
        gathered.writeBytes(line);
        endLine();
    }

    /** The line that was begun is whole. */
    void endLine() {
        if (gathered != null) {
            gathered.writeByte('\n');
            whole = gathered.writerIndex();
            midLine = false;
        }
    }

    /** Whether a line has been begun and not ended. */
    boolean isWithinLine() {
        return midLine || (gathered != null && gathered.writerIndex() > whole);
    }

    /**
     * All whole lines, to be sent now; null when there are none. Of one that is not whole nothing, unless it takes too
     * much.
     */
    @Nullable
    ByteBuf take(ByteBufAllocator memory) {
        ByteBuf ready = gathered;
        if (ready == null) {
            return null;
        }
        int begun = ready.writerIndex() - whole;
        if (begun == 0 || midLine || !holdRest(begun)) {
            midLine = begun > 0;
            forgetAll();
            return ready;
        }
        if (whole == 0) {
            return null;
        }
        ByteBuf kept = memory.buffer(begun);
        kept.writeBytes(ready, whole, begun);
        gathered = kept;
        ready.writerIndex(whole);
        whole = 0;
        return ready;
    }

    /** The line that was begun will not go on: it is taken back, or ended when some of it has gone already. */
    void breakOff(ByteBufAllocator memory) {
        if (midLine) {
            addLine(new byte[0], memory);
        } else if (gathered != null) {
            gathered.writerIndex(whole);
            holdRest(0);
        }
    }

    void forget() {
        if (gathered != null) {
            gathered.release();
        }
        forgetAll();
    }

    private void forgetAll() {
        gathered = null;
        whole = 0;
        holdRest(0);
    }

    /** Counts what is kept of a line that is not whole; false when memory is too tight to keep much of one. */
    private boolean holdRest(int bytes) {
        if (bytes > LoopMemory.LIGHT && !rest.fits(bytes)) {
            return false;
        }
        rest.set(bytes);
        return true;
    }
}
