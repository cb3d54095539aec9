package io.trunkline.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.trunk.ClusterSecret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A member of version 1 understands what this build says to it, and is understood: its recorded bytes are replayed. */
class RecordedBytesTest {
    static List<String> ofVersion1() throws IOException {
        try (InputStream lines = Objects.requireNonNull(RecordedBytesTest.class.getResourceAsStream("trunk-v1.txt"))) {
            return new String(lines.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.substring(line.indexOf(' ') + 1))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("ofVersion1")
    void theBytesOfAFrameAreTheSameAsInVersion1(String recorded) {
        ByteBuf again = Unpooled.buffer();
        decode(recorded, frame -> FrameCodec.encode(frame, again));
        assertThat(ByteBufUtil.hexDump(again)).isEqualTo(recorded);
    }

    @Test
    void theProofsOfVersion1AreStillTheSame() throws IOException {
        List<Frame> frames = new ArrayList<>();
        for (String line : ofVersion1().subList(0, 3)) {
            decode(line, frames::add);
        }
        ClusterSecret secret = new ClusterSecret("a secret of this cluster");
        Frame.Hello hello = (Frame.Hello) frames.get(0);
        Frame.Challenge challenge = (Frame.Challenge) frames.get(1);
        assertThat(challenge.proof())
                .isEqualTo(secret.ofNode(
                        hello, challenge.version(), challenge.nonce(), challenge.member(), challenge.incarnation()));
        assertThat(((Frame.Proof) frames.get(2)).proof()).isEqualTo(secret.ofEdge(hello, challenge));
    }

    private static void decode(String hex, java.util.function.Consumer<Frame> owner) {
        int[] frames = new int[1];
        FrameDecoder decoder = new FrameDecoder(frame -> {
            frames[0]++;
            owner.accept(frame);
        });
        decoder.authenticated();
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        channel.writeInbound(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex)));
        channel.finishAndReleaseAll();
        assertThat(frames[0]).isEqualTo(1);
    }
}
