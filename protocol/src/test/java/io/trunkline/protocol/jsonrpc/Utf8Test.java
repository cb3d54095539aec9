package io.trunkline.protocol.jsonrpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {

    private final CharsetDecoder decoder = UTF_8.newDecoder();
    private final CharBuffer decoded = CharBuffer.allocate(64);

    private static final int[] BORDERS = {0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff};

    @Test
    void agreesWithTheJdkOnEveryPairAndTheBordersOfItsThird() {
        for (int pair = 0; pair < 1 << 16; pair++) {
            check(new byte[] {(byte) (pair >> 8), (byte) pair});
            for (int third : BORDERS) {
                check(new byte[] {(byte) (pair >> 8), (byte) pair, (byte) third});
            }
        }
    }

    @Test
    void agreesWithTheJdkOnLongerOnes() {
        Random random = new Random(3629);
        for (int i = 0; i < 300_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(24)];
            int from = random.nextInt(bytes.length);
            for (int b = from; b < Math.min(bytes.length, from + 5); b++) {
                bytes[b] = (byte) (0x80 + random.nextInt(0x78));
            }
            bytes[from] = (byte) (0xe0 + random.nextInt(0x18));
            check(bytes);
        }
    }

    private void check(byte[] bytes) {
        if (Utf8.isWellFormed(bytes, 0, bytes.length) != decodes(bytes)) {
            assertThat(Utf8.isWellFormed(bytes, 0, bytes.length))
                    .as(java.util.HexFormat.of().formatHex(bytes))
                    .isEqualTo(decodes(bytes));
        }
    }

    private boolean decodes(byte[] bytes) {
        decoder.reset();
        decoded.clear();
        return !decoder.decode(ByteBuffer.wrap(bytes), decoded, true).isError();
    }
}
