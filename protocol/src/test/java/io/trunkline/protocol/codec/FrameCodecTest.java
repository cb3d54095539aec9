package io.trunkline.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.session.Owner;
import io.trunkline.protocol.session.SlotSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FrameCodecTest {
    private static final Bytes NONCE = Bytes.wrap(new byte[32]);

    static Stream<Frame> everyFrame() {
        return Stream.of(
                new Frame.Hello(1, 3, NONCE, "balancer-1", 77L),
                new Frame.Challenge(2, NONCE, NONCE, "node-1", -5L),
                new Frame.Proof(NONCE),
                new Frame.Welcome(256, 25_000, 65_536),
                new Frame.Slots(9L, SlotSet.of(0, 7, 255)),
                new Frame.Slots(1L, SlotSet.EMPTY),
                new Frame.Load(12_345, 33_334),
                new Frame.Open(1, "AAabc", 3, "tcp", "127.0.0.1:5", Bytes.wrap(new byte[] {1, 2, 3})),
                new Frame.Open(-1, "", 0, "", "", Bytes.EMPTY),
                new Frame.Open(9, "AAabc", 4, "tcp", "", Bytes.EMPTY, true, "node-3", Owner.NOBODY),
                new Frame.Open(9, "AAabc", 4, "tcp", "", Bytes.EMPTY, false, "node-3", new Owner("k", "", "")),
                new Frame.Open(9, "AAabc", 4, "tcp", "", Bytes.EMPTY, true, "", new Owner("k", "i", "n")),
                new Frame.Release(12),
                new Frame.Adopted(13, 5, 70, List.of(68, 70)),
                new Frame.Adopted(13, -1, 0, List.of()),
                new Frame.Adopted(13, 2, 9, java.util.Collections.nCopies(Frame.MAX_RUNNING, 9)),
                new Frame.Orphan("AAabc", 4, Bytes.EMPTY),
                new Frame.Part(5, 9, 500),
                new Frame.Orphan("AAabc", 4, Bytes.wrap(new byte[Frame.MAX_CHECKPOINT])),
                new Frame.Opened(2),
                new Frame.Done(3, 9),
                new Frame.Credit(4, 65_536),
                new Frame.Checkpoint(5, Bytes.wrap(new byte[Frame.MAX_CHECKPOINT])),
                new Frame.Reset(6, Reason.NODE_FULL, 17, "no room für you"),
                new Frame.Ping(Long.MIN_VALUE),
                new Frame.Pong(Long.MAX_VALUE),
                new Frame.GoAway(Reason.DRAINING, "rolling restart"));
    }

    @ParameterizedTest
    @MethodSource("everyFrame")
    void readsBackWhatItWrote(Frame frame) {
        assertThat(decode(encoded(frame))).containsExactly(frame);
    }

    @ParameterizedTest
    @MethodSource("everyFrame")
    void waitsForTheWholeFrameHoweverItIsCut(Frame frame) {
        ByteBuf whole = encoded(frame);
        List<Frame> frames = new ArrayList<>();
        FrameDecoder decoder = new FrameDecoder(frames::add);
        decoder.authenticated();
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        while (whole.isReadable()) {
            assertThat(frames).isEmpty();
            channel.writeInbound(whole.readBytes(1));
        }
        assertThat(frames).containsExactly(frame);
        whole.release();
        channel.finishAndReleaseAll();
    }

    @Test
    void aMessageThatWasLostWithNodesCarriesTheirNumber() {
        ByteBuf out = Unpooled.buffer();
        byte[] text = {1, 2, 3};
        for (int losses = 0; losses <= Frame.Data.MOST_LOSSES; losses++) {
            FrameCodec.encodeLost(out, 7, 42, true, true, losses, text, 0, 3);
            Frame.Data read = (Frame.Data) FrameCodec.decode(out);
            assertThat(read.losses()).isEqualTo(losses);
            assertThat(read.repeated() && read.note() && read.last()).isTrue();
            FrameCodec.encode(new Frame.Data(7, 42, false, true, false, losses, Unpooled.wrappedBuffer(text)), out);
            Frame.Data again = (Frame.Data) FrameCodec.decode(out);
            assertThat(again.losses()).isEqualTo(losses);
            assertThat(again.note() || again.last()).isFalse();
        }
        out.release();
    }

    @Test
    void carriesDataWithItsNumberAndEnd() {
        ByteBuf out = Unpooled.buffer();
        byte[] text = "abcdef".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        FrameCodec.encodeData(out, 7, 42, true, true, false, text, 1, 3);
        FrameCodec.encode(new Frame.Data(8, 0, false, Unpooled.wrappedBuffer(text)), out);
        FrameCodec.encodeData(out, 9, 43, true, false, true, text, 0, 2);
        List<String> seen = new ArrayList<>();
        FrameDecoder decoder = new FrameDecoder(frame -> {
            Frame.Data data = (Frame.Data) frame;
            seen.add(data.stream() + "/" + data.number() + "/" + data.last() + "/" + data.repeated() + "/" + data.note()
                    + "/" + data.payload().toString(java.nio.charset.StandardCharsets.UTF_8));
        });
        decoder.authenticated();
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        channel.writeInbound(out);
        assertThat(seen)
                .containsExactly("7/42/true/true/false/bcd", "8/0/false/false/false/abcdef", "9/43/true/false/true/ab");
        assertThat(out.refCnt()).isZero();
    }

    @Test
    void refusesAFrameThatIsTooLargeBeforeItArrives() {
        ByteBuf header = Unpooled.buffer().writeInt(Frame.MAX_BODY + 1).writeZero(8);
        assertThatThrownBy(() -> decode(header))
                .isInstanceOf(BadFrameException.class)
                .hasMessageContaining("16389 bytes");
    }

    @Test
    void takesOnlySmallFramesFromStrangers() {
        EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder(frame -> {}));
        ByteBuf header =
                Unpooled.buffer().writeInt(Frame.MAX_BODY_UNAUTHENTICATED + 1).writeZero(8);
        assertThatThrownBy(() -> channel.writeInbound(header)).isInstanceOf(BadFrameException.class);
        assertThat(header.refCnt()).isZero();
    }

    @Test
    void refusesStreamFramesWithoutAStreamAndTrunkFramesWithOne() {
        assertThatThrownBy(() -> decode(encoded(new Frame.Opened(0)))).hasMessageContaining("stream 0");
        ByteBuf ping = encoded(new Frame.Ping(1)).setInt(8, 5);
        assertThatThrownBy(() -> decode(ping)).hasMessageContaining("stream 5");
    }

    @Test
    void refusesBodiesThatAreTooShortOrTooLong() {
        ByteBuf shortened = encoded(new Frame.Credit(1, 5)).setInt(0, 3);
        assertThatThrownBy(() -> decode(shortened)).isInstanceOf(BadFrameException.class);
        ByteBuf lengthened = encoded(new Frame.Done(1, 5)).writeZero(1).setInt(0, 5);
        assertThatThrownBy(() -> decode(lengthened)).hasMessageContaining("wrong length");
    }

    @Test
    void refusesCreditThatIsNotPositive() {
        assertThatThrownBy(() -> decode(encoded(new Frame.Credit(1, -1)))).hasMessageContaining("-1");
    }

    @Test
    void leavesNothingBehindOfAFrameThatCannotBeSaid() {
        ByteBuf out = Unpooled.buffer();
        FrameCodec.encode(new Frame.Ping(1), out);
        int before = out.writerIndex();
        Frame tooLarge = new Frame.Checkpoint(1, Bytes.wrap(new byte[Frame.MAX_CHECKPOINT + 1]));
        assertThatThrownBy(() -> FrameCodec.encode(tooLarge, out)).hasMessageContaining("8193 bytes");
        assertThat(out.writerIndex()).isEqualTo(before);
    }

    @Test
    void cutsTextsThatDoNotFit() {
        Frame.Reset reset = (Frame.Reset) decode(encoded(new Frame.Reset(1, Reason.INTERNAL, 0, "ü".repeat(400))))
                .get(0);
        assertThat(reset.text()).startsWith("üüü").hasSizeLessThanOrEqualTo(127);
    }

    @Test
    void neverFailsOtherwiseThanByABadFrame() {
        Random random = new Random(20_261_120);
        for (int i = 0; i < 20_000; i++) {
            byte[] body = new byte[random.nextInt(64)];
            random.nextBytes(body);
            ByteBuf noise = Unpooled.buffer()
                    .writeInt(body.length)
                    .writeByte(random.nextInt(27))
                    .writeByte(random.nextInt(3) / 2)
                    .writeShort(0)
                    .writeInt(random.nextInt(3))
                    .writeBytes(body);
            try {
                assertThat(decode(noise)).hasSizeLessThanOrEqualTo(1);
            } catch (BadFrameException expected) {
                assertThat(expected.reason()).isEqualTo(Reason.PROTOCOL);
            }
        }
    }

    private static ByteBuf encoded(Frame frame) {
        ByteBuf out = Unpooled.buffer();
        FrameCodec.encode(frame, out);
        return out;
    }

    private static List<Frame> decode(ByteBuf bytes) {
        List<Frame> frames = new ArrayList<>();
        FrameDecoder decoder = new FrameDecoder(frames::add);
        decoder.authenticated();
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        channel.writeInbound(bytes);
        channel.finishAndReleaseAll();
        return frames;
    }
}
