package io.trunkline.load.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerScannerTest {
    private final AnswerScanner scanner = new AnswerScanner();

    @Test
    void findsTheIdWhereverItStands() {
        assertThat(idOf("{\"jsonrpc\":\"2.0\",\"id\":\"a-1\",\"result\":{}}")).isEqualTo("a-1");
        assertThat(idOf("{\"result\":{\"id\":\"no\"},\"id\":\"a-1\",\"jsonrpc\":\"2.0\"}"))
                .isEqualTo("a-1");
        assertThat(idOf(" { \"result\" : [ 1 , \"}\" ] , \"id\" : \"a-1\" , \"jsonrpc\" : \"2.0\" } \r"))
                .isEqualTo("a-1");
    }

    @Test
    void isNotMisledByTextThatLooksLikeTheEnd() {
        assertThat(idOf("{\"jsonrpc\":\"2.0\",\"result\":{\"text\":\"\\\"}],\\\\\"},\"id\":\"a-1\"}"))
                .isEqualTo("a-1");
    }

    @Test
    void tellsResultsErrorsAndCallsApart() {
        assertThat(scan("{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":null}")).isEqualTo(AnswerScanner.Kind.RESULT);
        assertThat(scan("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700}}"))
                .isEqualTo(AnswerScanner.Kind.ERROR);
        assertThat(scan("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}"))
                .isEqualTo(AnswerScanner.Kind.CALL);
    }

    @Test
    void findsNoTextInAnIdThatIsANumber() {
        assertThat(scan("{\"jsonrpc\":\"2.0\",\"id\":17,\"result\":{}}")).isEqualTo(AnswerScanner.Kind.RESULT);
        assertThat(scanner.idTo()).isEqualTo(scanner.idFrom());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}",
                "[]",
                "null",
                "{\"jsonrpc\":\"2.0\"",
                "{\"jsonrpc\":\"2.0\",\"id\":\"1\"}",
                "{\"jsonrpc\":\"1.0\",\"id\":\"1\",\"result\":{}}",
                "{\"id\":\"1\",\"result\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":{}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":{}}}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":{},\"error\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":{},}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"1\\",
                "{\"jsonrpc\":\"2.0\",\"id\":}"
            })
    void callsEverythingElseMalformed(String line) {
        assertThat(scan(line)).isEqualTo(AnswerScanner.Kind.MALFORMED);
    }

    private AnswerScanner.Kind scan(String line) {
        byte[] bytes = line.getBytes(UTF_8);
        return scanner.scan(bytes, 0, bytes.length);
    }

    private String idOf(String line) {
        byte[] bytes = ("padding" + line + "padding").getBytes(UTF_8);
        assertThat(scanner.scan(bytes, 7, bytes.length - 7)).isEqualTo(AnswerScanner.Kind.RESULT);
        return new String(bytes, scanner.idFrom(), scanner.idTo() - scanner.idFrom(), UTF_8);
    }
}
