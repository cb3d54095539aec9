package io.trunkline.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.session.Owner;
import io.trunkline.protocol.session.SlotSet;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

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

    private static final int LAST = 1;
    private static final int REPEATED = 2;
    private static final int NOTE = 4;
    private static final int LOSSES = 24;
    private static final int LOSSES_SHIFT = 3;
    private static final int GUEST = 1;

    private static final byte HELLO = 1;
    private static final byte CHALLENGE = 2;
    private static final byte PROOF = 3;
    private static final byte WELCOME = 4;
    private static final byte SLOTS = 5;
    private static final byte LOAD = 6;
    private static final byte ORPHAN = 7;
    private static final byte PING = 8;
    private static final byte PONG = 9;
    private static final byte GO_AWAY = 10;

    private static final byte OPEN = 16;
    private static final byte OPENED = 17;
    private static final byte ADOPTED = 18;
    private static final byte DATA = 19;
    private static final byte DONE = 20;
    private static final byte PART = 21;
    private static final byte CREDIT = 22;
    private static final byte CHECKPOINT = 23;
    private static final byte RELEASE = 24;
    private static final byte RESET = 25;

    private static final byte ASK = 32;
    private static final byte REPLY = 33;
    private static final byte BEGUN = 34;
    private static final byte EVENT = 35;

    private FrameCodec() {}

    /** Appends a frame. The payload of {@link Frame.Data} is copied and left as it is. */
    public static void encode(Frame frame, ByteBuf out) {
        int start = out.writerIndex();
        out.writeZero(HEADER);
        byte type;
        try {
            type = writeBody(frame, out);
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

    private static byte writeBody(Frame frame, ByteBuf out) {
        // A chain of instanceof, for release 17 has no patterns in switch; the order is that of frequency.
        if (frame instanceof Frame.Data data) {
            out.writeInt(data.number());
            writePayload(data.payload(), out);
            return DATA;
        }
        if (frame instanceof Frame.Credit credit) {
            out.writeInt(credit.bytes());
            return CREDIT;
        }
        if (frame instanceof Frame.Done done) {
            out.writeInt(done.number());
            return DONE;
        }
        if (frame instanceof Frame.Open open) {
            writeText(out, open.session());
            out.writeInt(open.epoch());
            writeText(out, open.transport());
            writeText(out, open.remote());
            writeBytes(out, open.checkpoint());
            writeText(out, open.lost());
            writeText(out, open.owner().key());
            writeText(out, open.owner().issuer());
            writeText(out, open.owner().name());
            return OPEN;
        }
        if (frame instanceof Frame.Opened) {
            return OPENED;
        }
        if (frame instanceof Frame.Checkpoint checkpoint) {
            writeBytes(out, checkpoint.state());
            return CHECKPOINT;
        }
        if (frame instanceof Frame.Reset reset) {
            out.writeByte(reset.reason().number()).writeInt(reset.handled());
            writeText(out, reset.text());
            return RESET;
        }
        if (frame instanceof Frame.Release) {
            return RELEASE;
        }
        if (frame instanceof Frame.Ping ping) {
            out.writeLong(ping.value());
            return PING;
        }
        if (frame instanceof Frame.Pong pong) {
            out.writeLong(pong.value());
            return PONG;
        }
        return writeRareBody(frame, out);
    }

    private static byte writeRareBody(Frame frame, ByteBuf out) {
        if (frame instanceof Frame.Hello hello) {
            out.writeInt(Frame.MAGIC).writeByte(hello.minVersion()).writeByte(hello.maxVersion());
            writeBytes(out, hello.nonce());
            writeText(out, hello.member());
            out.writeLong(hello.incarnation());
            return HELLO;
        }
        if (frame instanceof Frame.Challenge challenge) {
            out.writeByte(challenge.version());
            writeBytes(out, challenge.nonce());
            writeBytes(out, challenge.proof());
            writeText(out, challenge.member());
            out.writeLong(challenge.incarnation());
            return CHALLENGE;
        }
        if (frame instanceof Frame.Proof proof) {
            writeBytes(out, proof.proof());
            return PROOF;
        }
        if (frame instanceof Frame.Welcome welcome) {
            out.writeInt(welcome.slots()).writeInt(welcome.sessionLimit()).writeInt(welcome.window());
            return WELCOME;
        }
        if (frame instanceof Frame.Slots slots) {
            out.writeLong(slots.version());
            writeBytes(out, Bytes.wrap(slots.hosted().toBytes()));
            return SLOTS;
        }
        if (frame instanceof Frame.Load load) {
            out.writeInt(load.sessionsElsewhere()).writeInt(load.ceiling());
            return LOAD;
        }
        if (frame instanceof Frame.GoAway goAway) {
            out.writeByte(goAway.reason().number());
            writeText(out, goAway.text());
            return GO_AWAY;
        }
        if (frame instanceof Frame.Adopted adopted) {
            out.writeInt(adopted.epoch()).writeInt(adopted.handled());
            if (adopted.running().size() > Frame.MAX_RUNNING) {
                throw new IllegalArgumentException(
                        adopted.running().size() + " numbers (expected: at most " + Frame.MAX_RUNNING + ")");
            }
            out.writeShort(adopted.running().size());
            adopted.running().forEach(out::writeInt);
            return ADOPTED;
        }
        if (frame instanceof Frame.Part part) {
            out.writeInt(part.number()).writeInt(part.retryMillis());
            return PART;
        }
        if (frame instanceof Frame.Ask ask) {
            writeText(out, ask.session());
            writeText(out, ask.what());
            writeBytes(out, ask.head());
            return ASK;
        }
        if (frame instanceof Frame.Reply reply) {
            out.writeInt(reply.status());
            writePayload(reply.payload(), out);
            return REPLY;
        }
        if (frame instanceof Frame.Begun) {
            return BEGUN;
        }
        if (frame instanceof Frame.Event event) {
            writePayload(event.payload(), out);
            return EVENT;
        }
        if (frame instanceof Frame.Orphan orphan) {
            writeText(out, orphan.session());
            out.writeInt(orphan.epoch());
            writeBytes(out, orphan.checkpoint());
            return ORPHAN;
        }
        throw new AssertionError("no layout for " + frame.getClass());
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
            Frame frame = readBody(type, flags, stream, in, end);
            if (in.readerIndex() != end) {
                throw new BadFrameException("frame type " + type + " has a body of the wrong length " + length);
            }
            return frame;
        } catch (IndexOutOfBoundsException e) {
            throw new BadFrameException("frame type " + type + " has a body that is too short");
        }
    }

    private static Frame readBody(byte type, int flags, int stream, ByteBuf in, int end) {
        return switch (type) {
            case DATA -> {
                int number = readInt(in, end);
                yield new Frame.Data(
                        stream,
                        number,
                        (flags & LAST) != 0,
                        (flags & REPEATED) != 0,
                        (flags & NOTE) != 0,
                        (flags & LOSSES) >> LOSSES_SHIFT,
                        in.readSlice(end - in.readerIndex()));
            }
            case CREDIT -> new Frame.Credit(stream, positive(readInt(in, end)));
            case DONE -> new Frame.Done(stream, readInt(in, end));
            case OPEN ->
                new Frame.Open(
                        stream,
                        readText(in, end),
                        readInt(in, end),
                        readText(in, end),
                        readText(in, end),
                        readBytes(in, end, Frame.MAX_CHECKPOINT),
                        (flags & GUEST) != 0,
                        readText(in, end),
                        readOwner(in, end));
            case OPENED -> new Frame.Opened(stream);
            case CHECKPOINT -> new Frame.Checkpoint(stream, readBytes(in, end, Frame.MAX_CHECKPOINT));
            case RESET -> new Frame.Reset(stream, readReason(in, end), readInt(in, end), readText(in, end));
            case RELEASE -> new Frame.Release(stream);
            case PING -> new Frame.Ping(readLong(in, end));
            case PONG -> new Frame.Pong(readLong(in, end));
            case ADOPTED -> new Frame.Adopted(stream, readInt(in, end), readInt(in, end), readNumbers(in, end));
            case PART -> new Frame.Part(stream, readInt(in, end), readInt(in, end));
            case REPLY -> {
                int status = readInt(in, end);
                yield new Frame.Reply(stream, status, (flags & LAST) != 0, in.readSlice(end - in.readerIndex()));
            }
            case BEGUN -> new Frame.Begun(stream);
            case EVENT -> new Frame.Event(stream, (flags & LAST) != 0, in.readSlice(end - in.readerIndex()));
            case ASK ->
                new Frame.Ask(stream, readText(in, end), readText(in, end), readBytes(in, end, Frame.MAX_CHECKPOINT));
            default -> readRareBody(type, in, end);
        };
    }

    private static Frame readRareBody(byte type, ByteBuf in, int end) {
        return switch (type) {
            case HELLO -> readHello(in, end);
            case CHALLENGE ->
                new Frame.Challenge(
                        readByte(in, end),
                        readBytes(in, end, 64),
                        readBytes(in, end, 64),
                        readText(in, end),
                        readLong(in, end));
            case PROOF -> new Frame.Proof(readBytes(in, end, 64));
            case WELCOME ->
                new Frame.Welcome(positive(readInt(in, end)), positive(readInt(in, end)), positive(readInt(in, end)));
            case SLOTS ->
                new Frame.Slots(
                        readLong(in, end),
                        SlotSet.fromBytes(
                                readBytes(in, end, SlotSet.MAX_SLOTS / 8).array()));
            case LOAD -> new Frame.Load(readInt(in, end), positive(readInt(in, end)));
            case GO_AWAY -> new Frame.GoAway(readReason(in, end), readText(in, end));
            case ORPHAN ->
                new Frame.Orphan(readText(in, end), readInt(in, end), readBytes(in, end, Frame.MAX_CHECKPOINT));
            default -> throw new BadFrameException("unknown frame type " + type);
        };
    }

    private static Frame readHello(ByteBuf in, int end) {
        if (readInt(in, end) != Frame.MAGIC) {
            throw new BadFrameException("not a trunk");
        }
        return new Frame.Hello(
                readByte(in, end), readByte(in, end), readBytes(in, end, 64), readText(in, end), readLong(in, end));
    }

    private static int positive(int value) {
        if (value <= 0) {
            throw new BadFrameException("a count of " + value + " (expected: > 0)");
        }
        return value;
    }

    private static void need(ByteBuf in, int end, int bytes) {
        if (end - in.readerIndex() < bytes) {
            throw new BadFrameException("a body that is too short");
        }
    }

    private static int readByte(ByteBuf in, int end) {
        need(in, end, 1);
        return in.readUnsignedByte();
    }

    private static int readInt(ByteBuf in, int end) {
        need(in, end, 4);
        return in.readInt();
    }

    private static long readLong(ByteBuf in, int end) {
        need(in, end, 8);
        return in.readLong();
    }

    private static List<Integer> readNumbers(ByteBuf in, int end) {
        need(in, end, 2);
        int count = in.readUnsignedShort();
        if (count > Frame.MAX_RUNNING) {
            throw new BadFrameException(count + " numbers (expected: at most " + Frame.MAX_RUNNING + ")");
        }
        List<Integer> numbers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            numbers.add(readInt(in, end));
        }
        return numbers;
    }

    private static Reason readReason(ByteBuf in, int end) {
        int number = readByte(in, end);
        Reason reason = Reason.byNumber(number);
        // A newer peer may know more reasons: what it means is in the text, and the trunk goes on.
        return reason != null ? reason : Reason.INTERNAL;
    }

    private static Owner readOwner(ByteBuf in, int end) {
        return new Owner(readText(in, end), readText(in, end), readText(in, end));
    }

    private static String readText(ByteBuf in, int end) {
        int length = readByte(in, end);
        need(in, end, length);
        ByteBuffer bytes = in.nioBuffer(in.readerIndex(), length);
        in.skipBytes(length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new BadFrameException("a text that is not UTF-8");
        }
    }

    private static Bytes readBytes(ByteBuf in, int end, int max) {
        need(in, end, 2);
        int length = in.readUnsignedShort();
        if (length > max) {
            throw new BadFrameException(length + " bytes (expected: at most " + max + ")");
        }
        need(in, end, length);
        byte[] content = new byte[length];
        in.readBytes(content);
        return Bytes.wrap(content);
    }

    private static void writePayload(ByteBuf payload, ByteBuf out) {
        out.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
    }

    private static void writeText(ByteBuf out, String text) {
        int at = out.writerIndex();
        out.writeByte(0);
        int length = ByteBufUtil.writeUtf8(out, fitted(text));
        out.setByte(at, length);
    }

    /** The text, or as much of it as surely fits: what does not is for people only. */
    private static String fitted(String text) {
        if (ByteBufUtil.utf8Bytes(text) <= Frame.MAX_TEXT) {
            return text;
        }
        int end = text.length();
        while (ByteBufUtil.utf8Bytes(text.substring(0, end)) > Frame.MAX_TEXT) {
            end = end / 2 + Frame.MAX_TEXT / 8;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end);
    }

    private static void writeBytes(ByteBuf out, Bytes bytes) {
        if (bytes.length() > Frame.MAX_CHECKPOINT) {
            throw new IllegalArgumentException(
                    bytes.length() + " bytes (expected: at most " + Frame.MAX_CHECKPOINT + ")");
        }
        out.writeShort(bytes.length()).writeBytes(bytes.array());
    }
}
