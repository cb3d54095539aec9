package io.trunkline.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.session.Owner;
import io.trunkline.protocol.session.SlotSet;
import io.trunkline.protocol.trunk.ClusterSecret;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The bytes of every frame of version 1 of the trunk protocol, as {@code trunk-v1.txt} records them. When bytes have to
 * change after a release, the version of the protocol counts up and gets a recording of its own.
 */
class RecordedBytesTest {
    private static final ClusterSecret SECRET = new ClusterSecret("a secret of this cluster");
    private static final Frame.Hello HELLO = new Frame.Hello(1, 1, counting(0, 1), "balancer-1", 77);
    private static final Frame.Challenge CHALLENGE = challenge();

    /** One of each, and each of those whose flags differ. */
    private static final List<Frame> FRAMES = List.of(
            HELLO,
            CHALLENGE,
            new Frame.Proof(SECRET.ofEdge(HELLO, CHALLENGE)),
            new Frame.Welcome(256, 25_000, 65_536),
            new Frame.Slots(3, SlotSet.of(0, 7, 255)),
            new Frame.Load(4, 33_334),
            new Frame.Orphan("AAabc", 4, Bytes.wrap(new byte[] {1, 2, 3})),
            new Frame.Ping(5),
            new Frame.Pong(5),
            new Frame.GoAway(Reason.DRAINING, "the node leaves"),
            new Frame.Open(1, "AAabc", 1, "tcp", "127.0.0.1:40000", Bytes.EMPTY),
            new Frame.Open(
                    2, "AAabc", 2, "http", "", Bytes.wrap(new byte[] {9}), true, "node-2", new Owner("k", "i", "n")),
            new Frame.Opened(1),
            new Frame.Adopted(3, 5, 70, List.of(68, 70)),
            data(1, true, false, false, 0),
            data(1, false, false, false, 0),
            data(1, true, true, false, 2),
            data(1, true, true, true, 1),
            data(1, true, false, true, 0),
            new Frame.Done(1, 2),
            new Frame.Part(5, 9, 500),
            new Frame.Credit(1, 32_768),
            new Frame.Checkpoint(1, Bytes.wrap(new byte[] {1, 2, 3})),
            new Frame.Release(12),
            new Frame.Reset(1, Reason.CLOSED, 0, ""),
            new Frame.Reset(2, Reason.NODE_FULL, 7, "room für keinen"),
            new Frame.Ask(7, "AAabc", "POST", Bytes.wrap(new byte[] {1, 2, 3})),
            new Frame.Reply(7, 200, true, Unpooled.copiedBuffer("{}", UTF_8)),
            new Frame.Reply(7, 200, false, Unpooled.copiedBuffer("{}", UTF_8)),
            new Frame.Begun(8),
            new Frame.Event(8, true, Unpooled.copiedBuffer("{}", UTF_8)),
            new Frame.Event(8, false, Unpooled.copiedBuffer("{}", UTF_8)));

    @Test
    void everyFrameHasItsRecordedBytes() throws IOException {
        assertThat(FRAMES.stream().map(RecordedBytesTest::line).collect(Collectors.joining("\n")))
                .isEqualTo(String.join("\n", recorded()));
    }

    @Test
    void everyRecordedFrameIsUnderstood() throws IOException {
        List<String> lines = recorded();
        assertThat(lines).hasSameSizeAs(FRAMES);
        for (int i = 0; i < lines.size(); i++) {
            Frame expected = FRAMES.get(i);
            List<Frame> heard = new ArrayList<>();
            FrameDecoder decoder = new FrameDecoder(frame -> {
                assertThat(frame).isEqualTo(expected);
                heard.add(frame);
            });
            decoder.authenticated();
            EmbeddedChannel channel = new EmbeddedChannel(decoder);
            String hex = lines.get(i).substring(lines.get(i).indexOf(' ') + 1);
            channel.writeInbound(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex)));
            channel.finishAndReleaseAll();
            assertThat(heard).hasSize(1);
        }
    }

    @Test
    void noKindOfFrameIsMissing() {
        assertThat(FRAMES.stream().map(Object::getClass).distinct())
                .containsExactlyInAnyOrder(Frame.class.getPermittedSubclasses());
    }

    private static List<String> recorded() throws IOException {
        try (InputStream file = Objects.requireNonNull(RecordedBytesTest.class.getResourceAsStream("trunk-v1.txt"))) {
            return new String(file.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        }
    }

    private static String line(Frame frame) {
        ByteBuf bytes = Unpooled.buffer();
        FrameCodec.encode(frame, bytes);
        return frame.getClass().getSimpleName() + " " + ByteBufUtil.hexDump(bytes);
    }

    private static Frame.Data data(int stream, boolean last, boolean repeated, boolean note, int losses) {
        return new Frame.Data(stream, 1, last, repeated, note, losses, Unpooled.copiedBuffer("{}", UTF_8));
    }

    private static Frame.Challenge challenge() {
        Bytes nonce = counting(200, -1);
        return new Frame.Challenge(1, nonce, SECRET.ofNode(HELLO, 1, nonce, "node-1", 9), "node-1", 9);
    }

    private static Bytes counting(int from, int step) {
        byte[] bytes = new byte[ClusterSecret.NONCE];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (from + i * step);
        }
        return Bytes.wrap(bytes);
    }
}
