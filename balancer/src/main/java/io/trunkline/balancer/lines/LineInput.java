package io.trunkline.balancer.lines;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of a client into lines, and keeps what has been begun and not ended, and what its client may not say
 * yet. Belongs to the client's event loop.
 */
final class LineInput {
    /** Whoever reads the lines. */
    interface Reader {
        /** Whether the next line may come now; when it may again, {@link #resume} is to be called. */
        boolean takesMore();

        /** Whether nothing will be read any more. */
        boolean gone();

        /** A line without its end. */
        void line(byte[] line);

        /** The first bytes of a line that has no end yet; false when nothing more is to be read. */
        boolean begins(ByteBuf bytes);

        /** A line that is larger than it may be. */
        void tooLarge();

        /** Whether the process has room for so many bytes more of a line that has no end yet. */
        boolean room(int more);

        /** A beginning for which the process has no room. */
        void noRoom();
    }

    private final Reader reader;
    private final int limit;
    private @Nullable ByteBuf partial;
    private @Nullable ByteBuf held;
    private long partialSinceNanos;

    /**
     * @param limit of the bytes of a line; its end does not count
     */
    LineInput(Reader reader, int limit) {
        this.reader = reader;
        this.limit = limit;
    }

    /** Bytes of memory that are kept here. */
    long bytes() {
        return (partial == null ? 0L : partial.capacity()) + (held == null ? 0 : held.capacity());
    }

    /** Takes over a buffer of the client's bytes. */
    void add(ByteBuf in, ByteBufAllocator memory, long nowNanos) {
        ByteBuf before = held;
        if (before == null) {
            take(in, memory, nowNanos);
            return;
        }
        held = null;
        try {
            before.writeBytes(in);
        } finally {
            in.release();
        }
        take(before, memory, nowNanos);
    }

    /** The reader may want more now. */
    void resume(ByteBufAllocator memory, long nowNanos) {
        ByteBuf in = held;
        if (in != null) {
            held = null;
            take(in, memory, nowNanos);
        }
    }

    /** Whether something waits until the reader takes more. */
    boolean holds() {
        return held != null;
    }

    /** The client says nothing more: what it has begun is a line, too. */
    void end() {
        ByteBuf begun = partial;
        if (begun != null && !reader.gone()) {
            byte[] line = withoutReturn(bytes(begun, begun.readableBytes()));
            forgetPartial();
            reader.line(line);
        }
    }

    /** Since how many nanoseconds a line has been begun and has not ended; 0 when there is none. */
    long lasts(long nowNanos) {
        return partial == null ? 0 : nowNanos - partialSinceNanos;
    }

    /** The client was not read for a while: that time is not the client's. */
    void forgive(long nowNanos) {
        partialSinceNanos = nowNanos;
    }

    void forget() {
        forgetPartial();
        if (held != null) {
            held.release();
            held = null;
        }
    }

    private void take(ByteBuf in, ByteBufAllocator memory, long nowNanos) {
        try {
            cut(in, memory, nowNanos);
        } finally {
            if (in.isReadable() && !reader.gone()) {
                held = in;
            } else {
                in.release();
            }
        }
    }

    private void cut(ByteBuf in, ByteBufAllocator memory, long nowNanos) {
        while (in.isReadable() && !reader.gone() && reader.takesMore()) {
            int length = in.bytesBefore((byte) '\n');
            if (tooLarge(in, length < 0 ? in.readableBytes() : length)) {
                reader.tooLarge();
            } else if (length < 0) {
                keep(in, memory, nowNanos);
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
        if (size <= limit) {
            return false;
        }
        byte last = length > 0 || before == null
                ? in.getByte(in.readerIndex() + length - 1)
                : before.getByte(before.writerIndex() - 1);
        return size > limit + 1 || last != '\r';
    }

    private void keep(ByteBuf in, ByteBufAllocator memory, long nowNanos) {
        if (!reader.begins(in)) {
            return;
        }
        int length = in.readableBytes();
        if (!reader.room(length)) {
            reader.noRoom();
            return;
        }
        if (partial == null) {
            partial = memory.buffer(length);
            partialSinceNanos = nowNanos;
        }
        partial.writeBytes(in);
    }

    private void line(ByteBuf in, int length) {
        ByteBuf begun = partial;
        if (begun == null) {
            reader.line(bytes(in, length));
            return;
        }
        int before = begun.readableBytes();
        byte[] line = new byte[before + length];
        begun.readBytes(line, 0, before);
        in.readBytes(line, before, length);
        begun.release();
        partial = null;
        reader.line(withoutReturn(line));
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

    private void forgetPartial() {
        if (partial != null) {
            partial.release();
            partial = null;
        }
    }
}
