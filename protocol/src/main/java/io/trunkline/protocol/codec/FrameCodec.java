package io.trunkline.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.frame.Frame;

/**
 * The layout of every frame, big-endian:
 *
 * <pre>
 *  0               4       5       6               8              12
 *  +---------------+-------+-------+---------------+---------------+------------
 *  |  body length  | type  | flags |  0 (reserved) |    stream     |  body ...
 *  +---------------+-------+-------+---------------+---------------+------------
 * </pre>
 *
 * Flags: {@link #LAST}, {@link #REPEATED}, {@link #NOTE} and two bits of {@link #LOSSES} on data, {@link #GUEST} on
 * open, {@link #LAST} on replies and events.
 * Types from {@link #OPEN} on belong to a stream. A text is one length byte and UTF-8; bytes are a two-byte length and
 * the bytes. The body must be used up exactly. All methods are stateless and usable from any thread.
 */
public final class FrameCodec {
    /** Bytes before the body. */
    public static final int HEADER = 12;

    static final int LAST = 1;
    static final int REPEATED = 2;
    static final int NOTE = 4;
    static final int LOSSES = 24;
    static final int LOSSES_SHIFT = 3;
    static final int GUEST = 1;

    static final byte HELLO = 1;
    static final byte CHALLENGE = 2;
    static final byte PROOF = 3;
    static final byte WELCOME = 4;
    static final byte SLOTS = 5;
    static final byte LOAD = 6;
    static final byte ORPHAN = 7;
    static final byte PING = 8;
    static final byte PONG = 9;
    static final byte GO_AWAY = 10;

    static final byte OPEN = 16;
    static final byte OPENED = 17;
    static final byte ADOPTED = 18;
    static final byte DATA = 19;
    static final byte DONE = 20;
    static final byte PART = 21;
    static final byte CREDIT = 22;
    static final byte CHECKPOINT = 23;
    static final byte RELEASE = 24;
    static final byte RESET = 25;

    static final byte ASK = 32;
    static final byte REPLY = 33;
    static final byte BEGUN = 34;
    static final byte EVENT = 35;

    private FrameCodec() {}

    /** Appends a frame. The payload of {@link Frame.Data} is copied and left as it is. */
    public static void encode(Frame frame, ByteBuf out) {
        int start = out.writerIndex();
        out.writeZero(HEADER);
        byte type;
        try {
            type = BodyWriter.write(frame, out);
        } catch (RuntimeException | Error e) {
            // The buffer is shared with other frames: what does not fit, or finds no memory, leaves no trace.
            out.writerIndex(start);
            throw e;
        }
        header(out, start, out.writerIndex() - start - HEADER, type, flags(frame), frame.stream());
    }

    private static int flags(Frame frame) {
        if (frame instanceof Frame.Data data) {
            return flags(data.last(), data.repeated(), data.note()) | data.losses() << LOSSES_SHIFT;
        }
        if (frame instanceof Frame.Open open) {
            return open.guest() ? GUEST : 0;
        }
        if (frame instanceof Frame.Reply reply) {
            return reply.last() ? LAST : 0;
        }
        return frame instanceof Frame.Event event && event.last() ? LAST : 0;
    }

    private static int flags(boolean last, boolean repeated, boolean note) {
        return (last ? LAST : 0) | (repeated ? REPEATED : 0) | (note ? NOTE : 0);
    }

    /** The flags that a frame of this type may carry. */
    private static int knownFlags(byte type) {
        return switch (type) {
            case DATA -> LAST | REPEATED | NOTE | LOSSES;
            case OPEN -> GUEST;
            case REPLY, EVENT -> LAST;
            default -> 0;
        };
    }

    /**
     * Appends one data frame straight from an array; the hot path of both sides.
     *
     * @param note see {@link Frame.Data#note}
     * @param length at most {@link Frame#MAX_PAYLOAD}
     */
    public static void encodeData(
            ByteBuf out,
            int stream,
            int number,
            boolean last,
            boolean repeated,
            boolean note,
            byte[] source,
            int offset,
            int length) {
        encodeData(out, stream, number, flags(last, repeated, note), source, offset, length);
    }

    /** Appends a piece of a message that was {@linkplain Frame.Data#losses lost with nodes}. */
    public static void encodeLost(
            ByteBuf out,
            int stream,
            int number,
            boolean last,
            boolean note,
            int losses,
            byte[] source,
            int offset,
            int length) {
        encodeData(out, stream, number, flags(last, true, note) | losses << LOSSES_SHIFT, source, offset, length);
    }

    private static void encodeData(
            ByteBuf out, int stream, int number, int flags, byte[] source, int offset, int length) {
        encodePiece(out, DATA, flags, stream, number, source, offset, length);
    }

    /** Appends a piece of a response straight from an array. */
    public static void encodeReply(
            ByteBuf out, int stream, int status, boolean last, byte[] source, int offset, int length) {
        encodePiece(out, REPLY, last ? LAST : 0, stream, status, source, offset, length);
    }

    private static void encodePiece(
            ByteBuf out, int type, int flags, int stream, int number, byte[] source, int offset, int length) {
        out.ensureWritable(HEADER + 4 + length);
        out.writeInt(4 + length).writeInt(type << 24 | flags << 16).writeInt(stream);
        out.writeInt(number).writeBytes(source, offset, length);
    }

    /** Appends a piece of an event straight from an array. */
    public static void encodeEvent(ByteBuf out, int stream, boolean last, byte[] source, int offset, int length) {
        out.ensureWritable(HEADER + length);
        out.writeInt(length).writeInt(EVENT << 24 | (last ? LAST : 0) << 16).writeInt(stream);
        out.writeBytes(source, offset, length);
    }

    private static void header(ByteBuf out, int start, int length, byte type, int flags, int stream) {
        out.setInt(start, length);
        out.setByte(start + 4, type);
        out.setByte(start + 5, flags);
        out.setInt(start + 8, stream);
    }

    /**
     * Reads the frame whose header starts at the reader index. The caller has made sure that the whole frame is there.
     *
     * @throws BadFrameException when the bytes are no frame
     */
    static Frame decode(ByteBuf in) {
        int length = in.readInt();
        byte type = in.readByte();
        int flags = in.readUnsignedByte();
        int reserved = in.readUnsignedShort();
        int stream = in.readInt();
        if (reserved != 0 || (flags & ~knownFlags(type)) != 0) {
            throw new BadFrameException("unknown flags on frame type " + type);
        }
        if ((type >= OPEN) == (stream == Frame.NO_STREAM)) {
            throw new BadFrameException("stream " + stream + " on frame type " + type);
        }
        int end = in.readerIndex() + length;
        try {
            Frame frame = BodyReader.read(type, flags, stream, in, end);
            if (in.readerIndex() != end) {
                throw new BadFrameException("frame type " + type + " has a body of the wrong length " + length);
            }
            return frame;
        } catch (IndexOutOfBoundsException e) {
            throw new BadFrameException("frame type " + type + " has a body that is too short");
        }
    }
}
