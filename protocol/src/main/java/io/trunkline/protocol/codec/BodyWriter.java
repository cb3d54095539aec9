package io.trunkline.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;

/** Writes the bodies of frames. Stateless. */
final class BodyWriter {
    private BodyWriter() {}

    /** Appends the body, and returns the type of the frame. */
    static byte write(Frame frame, ByteBuf out) {
        // A chain of instanceof, for release 17 has no patterns in switch; the order is that of frequency.
        if (frame instanceof Frame.Data data) {
            out.writeInt(data.number());
            writePayload(data.payload(), out);
            return FrameCodec.DATA;
        }
        if (frame instanceof Frame.Credit credit) {
            out.writeInt(credit.bytes());
            return FrameCodec.CREDIT;
        }
        if (frame instanceof Frame.Done done) {
            out.writeInt(done.number());
            return FrameCodec.DONE;
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
            return FrameCodec.OPEN;
        }
        if (frame instanceof Frame.Opened) {
            return FrameCodec.OPENED;
        }
        if (frame instanceof Frame.Checkpoint checkpoint) {
            writeBytes(out, checkpoint.state());
            return FrameCodec.CHECKPOINT;
        }
        if (frame instanceof Frame.Reset reset) {
            out.writeByte(reset.reason().number()).writeInt(reset.handled());
            writeText(out, reset.text());
            return FrameCodec.RESET;
        }
        if (frame instanceof Frame.Release) {
            return FrameCodec.RELEASE;
        }
        if (frame instanceof Frame.Ping ping) {
            out.writeLong(ping.value());
            return FrameCodec.PING;
        }
        if (frame instanceof Frame.Pong pong) {
            out.writeLong(pong.value());
            return FrameCodec.PONG;
        }
        return writeRareBody(frame, out);
    }

    private static byte writeRareBody(Frame frame, ByteBuf out) {
        if (frame instanceof Frame.Hello hello) {
            out.writeInt(Frame.MAGIC).writeByte(hello.minVersion()).writeByte(hello.maxVersion());
            writeBytes(out, hello.nonce());
            writeText(out, hello.member());
            out.writeLong(hello.incarnation());
            return FrameCodec.HELLO;
        }
        if (frame instanceof Frame.Challenge challenge) {
            out.writeByte(challenge.version());
            writeBytes(out, challenge.nonce());
            writeBytes(out, challenge.proof());
            writeText(out, challenge.member());
            out.writeLong(challenge.incarnation());
            return FrameCodec.CHALLENGE;
        }
        if (frame instanceof Frame.Proof proof) {
            writeBytes(out, proof.proof());
            return FrameCodec.PROOF;
        }
        if (frame instanceof Frame.Welcome welcome) {
            out.writeInt(welcome.slots()).writeInt(welcome.sessionLimit()).writeInt(welcome.window());
            return FrameCodec.WELCOME;
        }
        if (frame instanceof Frame.Slots slots) {
            out.writeLong(slots.version());
            writeBytes(out, Bytes.wrap(slots.hosted().toBytes()));
            return FrameCodec.SLOTS;
        }
        if (frame instanceof Frame.Load load) {
            out.writeInt(load.sessionsElsewhere()).writeInt(load.ceiling());
            return FrameCodec.LOAD;
        }
        if (frame instanceof Frame.GoAway goAway) {
            out.writeByte(goAway.reason().number());
            writeText(out, goAway.text());
            return FrameCodec.GO_AWAY;
        }
        if (frame instanceof Frame.Adopted adopted) {
            out.writeInt(adopted.epoch()).writeInt(adopted.handled());
            if (adopted.running().size() > Frame.MAX_RUNNING) {
                throw new IllegalArgumentException(
                        adopted.running().size() + " numbers (expected: at most " + Frame.MAX_RUNNING + ")");
            }
            out.writeShort(adopted.running().size());
            adopted.running().forEach(out::writeInt);
            return FrameCodec.ADOPTED;
        }
        if (frame instanceof Frame.Part part) {
            out.writeInt(part.number()).writeInt(part.retryMillis());
            return FrameCodec.PART;
        }
        if (frame instanceof Frame.Ask ask) {
            writeText(out, ask.session());
            writeText(out, ask.what());
            writeBytes(out, ask.head());
            return FrameCodec.ASK;
        }
        if (frame instanceof Frame.Reply reply) {
            out.writeInt(reply.status());
            writePayload(reply.payload(), out);
            return FrameCodec.REPLY;
        }
        if (frame instanceof Frame.Begun) {
            return FrameCodec.BEGUN;
        }
        if (frame instanceof Frame.Event event) {
            writePayload(event.payload(), out);
            return FrameCodec.EVENT;
        }
        if (frame instanceof Frame.Orphan orphan) {
            writeText(out, orphan.session());
            out.writeInt(orphan.epoch());
            writeBytes(out, orphan.checkpoint());
            return FrameCodec.ORPHAN;
        }
        throw new AssertionError("no layout for " + frame.getClass());
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
