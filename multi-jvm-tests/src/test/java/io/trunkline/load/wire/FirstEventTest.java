package io.trunkline.load.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.load.wire.FirstEvent.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FirstEventTest {
    private static final String EVENTS = ":\n\nid: 1\n\nevent: message\r\ndata: {\"a\":\r\ndata: 1}\r\n\r\ndata: 2\n\n";

    @Test
    void isThereWhereverTheStreamIsSplit() {
        String chunks = chunks(EVENTS, 7);
        for (int split = 0; split <= chunks.length(); split++) {
            FirstEvent event = new FirstEvent(true);
            read(event, chunks.substring(0, split));
            assertThat(read(event, chunks.substring(split))).isEqualTo(State.COMPLETE);
            assertThat(new String(event.data(), US_ASCII)).isEqualTo(" {\"a\": 1}");
        }
    }

    @Test
    void needsNoChunks() {
        FirstEvent event = new FirstEvent(false);

        assertThat(read(event, EVENTS)).isEqualTo(State.COMPLETE);
        assertThat(new String(event.data(), US_ASCII)).isEqualTo(" {\"a\": 1}");
    }

    @Test
    void isAwaitedUntilItsEmptyLine() {
        FirstEvent event = new FirstEvent(true);

        assertThat(read(event, "b;name=value\r\ndata: 1234\n")).isEqualTo(State.AWAITED);
        assertThat(read(event, "\r\n1\r\n")).isEqualTo(State.AWAITED);
        assertThat(read(event, "\n")).isEqualTo(State.COMPLETE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0\r\n\r\n", "no size\r\n", "fffffffff\r\n"})
    void isBrokenWhenThereAreNoMoreChunksOrNone(String chunks) {
        assertThat(read(new FirstEvent(true), chunks)).isEqualTo(State.BROKEN);
    }

    @Test
    void isBrokenWhenItDoesNotEnd() {
        assertThat(read(new FirstEvent(false), "data: 1\n".repeat(50_000))).isEqualTo(State.BROKEN);
        assertThat(read(new FirstEvent(false), "x".repeat(100_000))).isEqualTo(State.BROKEN);
    }

    private static State read(FirstEvent event, String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        return event.read(bytes, 0, bytes.length);
    }

    private static String chunks(String text, int length) {
        StringBuilder chunks = new StringBuilder();
        for (int at = 0; at < text.length(); at += length) {
            String chunk = text.substring(at, Math.min(text.length(), at + length));
            chunks.append(Integer.toHexString(chunk.length()))
                    .append("\r\n")
                    .append(chunk)
                    .append("\r\n");
        }
        return chunks.toString();
    }
}
