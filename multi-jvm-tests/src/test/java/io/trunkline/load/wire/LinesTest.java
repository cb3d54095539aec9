package io.trunkline.load.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinesTest {
    private final List<String> read = new ArrayList<>();

    @Test
    void cutsTheSameLinesWhereverTheBytesAreTorn() {
        String text = "one\n\ntwo two\nthree\n";
        for (int tear = 0; tear <= text.length(); tear++) {
            read.clear();
            Lines lines = new Lines(100);
            feed(lines, text.substring(0, tear), 64);
            feed(lines, text.substring(tear), 64);
            assertThat(read).as("torn at " + tear).containsExactly("one", "", "two two", "three");
        }
    }

    @Test
    void joinsALineThatComesByteByByteThroughATinyRoom() {
        Lines lines = new Lines(100);

        assertThat(feed(lines, "a line of some length\nrest", 3)).isTrue();
        assertThat(read).containsExactly("a line of some length");
    }

    @Test
    void stopsAtALineThatIsTooLong() {
        assertThat(feed(new Lines(10), "0123456789", 4)).isTrue();
        assertThat(feed(new Lines(10), "0123456789a", 4)).isFalse();
    }

    private boolean feed(Lines lines, String text, int room) {
        return lines.read(
                Unpooled.copiedBuffer(text, US_ASCII),
                new byte[room],
                (bytes, from, to) -> read.add(new String(bytes, from, to - from, US_ASCII)));
    }
}
