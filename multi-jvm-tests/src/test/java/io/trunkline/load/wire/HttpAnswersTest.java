package io.trunkline.load.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HttpAnswersTest {
    private static final String TWO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nMCP-SESSION-ID: abc\r\n\r\nfirst"
            + "HTTP/1.1 404 Not Found\r\ncontent-length:  6\r\n\r\nsecond";

    @Test
    void cutsAnswersWhereverTheyAreSplit() {
        for (int first = 0; first <= TWO.length(); first++) {
            for (int second = first; second <= TWO.length(); second += 7) {
                Told told = new Told();
                told.read(TWO.substring(0, first));
                told.read(TWO.substring(first, second));
                told.read(TWO.substring(second));
                assertThat(told.all).containsExactly("200 abc first", "404  second");
            }
        }
    }

    @Test
    void readsMoreThanFitsIntoTheSharedRoom() {
        Told told = new Told();
        told.read("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + "x".repeat(1_000) + TWO);
        assertThat(told.all).hasSize(3).first().isEqualTo("200  " + "x".repeat(1_000));
    }

    @Test
    void handsOnWhatComesOnAnEventStreamAsItIs() {
        Told told = new Told();
        told.read("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n\r\ndata: 1\n\n");
        told.read(TWO);
        assertThat(told.all).containsExactly("stream", "data: 1\n\n", TWO);
        assertThat(told.problem).isNull();
    }

    @Test
    void tellsWhetherAnEventStreamIsInChunks() {
        Told told = new Told();
        told.read("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
        assertThat(told.all).containsExactly("chunked stream");
    }

    @Test
    void anEndlessHeadIsTooLong() {
        Told told = new Told();
        told.read("HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(4_000));
        assertThat(told.problem).isEqualTo("answer.too-long");
    }

    private static final class Told implements HttpAnswers.Sink {
        final List<String> all = new ArrayList<>();

        @Nullable
        String problem;

        private final byte[] shared = new byte[300];
        private final HttpAnswers answers = new HttpAnswers(10_000);

        void read(String bytes) {
            problem = answers.read(Unpooled.copiedBuffer(bytes, US_ASCII), shared, this);
        }

        @Override
        public void answer(int status, byte[] bytes, int from, int to) {
            all.add(status + " " + new String(answers.session(), US_ASCII) + " "
                    + new String(bytes, from, to - from, US_ASCII));
        }

        @Override
        public void stream(boolean chunked) {
            all.add(chunked ? "chunked stream" : "stream");
        }

        @Override
        public void streamed(byte[] bytes, int from, int to) {
            all.add(new String(bytes, from, to - from, US_ASCII));
        }
    }
}
