package io.trunkline.protocol.codec;

import io.netty.buffer.ByteBuf;
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

/** Reads the bodies of frames. Stateless. */
final class BodyReader {
    private BodyReader() {}

    /**
     * The frame of this type whose body ends at that index of the buffer.
     *
     * @throws BadFrameException when the body is none of this type
     */
    static Frame read(byte type, int flags, int stream, ByteBuf in, int end) {
        return switch (type) {
            case FrameCodec.DATA -> {
                int number = readInt(in, end);
                yield new Frame.Data(
                        stream,
                        number,
                        (flags & FrameCodec.LAST) != 0,
                        (flags & FrameCodec.REPEATED) != 0,
                        (flags & FrameCodec.NOTE) != 0,
                        (flags & FrameCodec.LOSSES) >> FrameCodec.LOSSES_SHIFT,
                        in.readSlice(end - in.readerIndex()));
            }
            case FrameCodec.CREDIT -> new Frame.Credit(stream, positive(readInt(in, end)));
            case FrameCodec.DONE -> new Frame.Done(stream, readInt(in, end));
            case FrameCodec.OPEN ->
                new Frame.Open(
                        stream,
                        readText(in, end),
                        readInt(in, end),
                        readText(in, end),
                        readText(in, end),
                        readBytes(in, end, Frame.MAX_CHECKPOINT),
                        (flags & FrameCodec.GUEST) != 0,
                        readText(in, end),
                        readOwner(in, end));
            case FrameCodec.OPENED -> new Frame.Opened(stream);
            case FrameCodec.CHECKPOINT -> new Frame.Checkpoint(stream, readBytes(in, end, Frame.MAX_CHECKPOINT));
            case FrameCodec.RESET -> new Frame.Reset(stream, readReason(in, end), readInt(in, end), readText(in, end));
            case FrameCodec.RELEASE -> new Frame.Release(stream);
            case FrameCodec.PING -> new Frame.Ping(readLong(in, end));
            case FrameCodec.PONG -> new Frame.Pong(readLong(in, end));
            case FrameCodec.ADOPTED ->
                new Frame.Adopted(stream, readInt(in, end), readInt(in, end), readNumbers(in, end));
            case FrameCodec.PART -> new Frame.Part(stream, readInt(in, end), readInt(in, end));
            case FrameCodec.REPLY -> {
                int status = readInt(in, end);
                yield new Frame.Reply(
                        stream, status, (flags & FrameCodec.LAST) != 0, in.readSlice(end - in.readerIndex()));
            }
            case FrameCodec.BEGUN -> new Frame.Begun(stream);
            case FrameCodec.EVENT ->
                new Frame.Event(stream, (flags & FrameCodec.LAST) != 0, in.readSlice(end - in.readerIndex()));
            case FrameCodec.ASK ->
                new Frame.Ask(stream, readText(in, end), readText(in, end), readBytes(in, end, Frame.MAX_CHECKPOINT));
            default -> readRareBody(type, in, end);
        };
    }

    private static Frame readRareBody(byte type, ByteBuf in, int end) {
        return switch (type) {
            case FrameCodec.HELLO -> readHello(in, end);
            case FrameCodec.CHALLENGE ->
                new Frame.Challenge(
                        readByte(in, end),
                        readBytes(in, end, 64),
                        readBytes(in, end, 64),
                        readText(in, end),
                        readLong(in, end));
            case FrameCodec.PROOF -> new Frame.Proof(readBytes(in, end, 64));
            case FrameCodec.WELCOME ->
                new Frame.Welcome(positive(readInt(in, end)), positive(readInt(in, end)), positive(readInt(in, end)));
            case FrameCodec.SLOTS ->
                new Frame.Slots(
                        readLong(in, end),
                        SlotSet.fromBytes(
                                readBytes(in, end, SlotSet.MAX_SLOTS / 8).array()));
            case FrameCodec.LOAD -> new Frame.Load(readInt(in, end), positive(readInt(in, end)));
            case FrameCodec.GO_AWAY -> new Frame.GoAway(readReason(in, end), readText(in, end));
            case FrameCodec.ORPHAN ->
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
}
