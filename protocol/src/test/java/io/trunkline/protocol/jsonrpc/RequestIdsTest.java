package io.trunkline.protocol.jsonrpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}|<7>",
                "{\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"id\":\"a\\\"b\"}|<\"a\\\"b\">",
                "{\"jsonrpc\":\"2.0\",\"id\":-10,\"method\":\"x\"}|<-10>",
                "{\"jsonrpc\":\"2.0\",\"id\":0.10,\"method\":\"x\"}|<null>",
                "{broken|<null>",
                "17|<null>",
                "[]|<null>",
                "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\"},{\"jsonrpc\":\"2.0\",\"method\":\"n\"},"
                        + "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"b\"}]|[<1>,<2>]",
            })
    void namesEachRequestAsItWasWritten(String message, String answer) {
        assertThat(answer(message)).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"a\":[1,2]}|1",
                "[{\"a\":[1,2],\"b\":{}},{\"c\":\"],[\\\"\"}]|2",
                " \t[ {} , {}, 3 ]|3",
                "\ufeff[{},{}]|2",
                "[]|1",
                "[|1",
                "[{},\"x|2",
                "[[1,2],[3]]|2",
                "|1",
                "\"[,,]\"|1",
            })
    void countsTheMembersOfABatch(@Nullable String message, int members) {
        byte[] bytes = message == null ? new byte[0] : message.getBytes(UTF_8);
        assertThat(RequestIds.count(bytes)).isEqualTo(members);
    }

    @Test
    void countsNoMoreThanItMust() {
        String many = IntStream.range(0, 5000).mapToObj(i -> "{}").collect(Collectors.joining(",", "[", "]"));
        assertThat(RequestIds.count(many.getBytes(UTF_8))).isEqualTo(RequestIds.MOST_OF_A_BATCH + 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":3,\"error\":{\"code\":1,\"message\":\"no\"}}",
                "[{\"jsonrpc\":\"2.0\",\"method\":\"a\"},{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{}}]",
            })
    void leavesAloneWhatNeedsNoAnswer(String message) {
        assertThat(RequestIds.answer(message.getBytes(StandardCharsets.UTF_8), id -> new byte[0]))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"m\",\"params\":{\"id\":1,\"a\":[BIG]}} | 7",
                "{ \"method\" : \"m\" , \"params\" : { \"a\" : \"BIG\\\\\" } , \"id\" : \"x,}y\" } | \"x,}y\"",
                "{\"method\":\"m\",\"params\":{\"id\":5,\"a\":\"BIG\"}} | ",
                "{\"id\":5,\"result\":{\"a\":\"BIG\"}} | ",
                "{\"id\":{},\"method\":\"m\",\"params\":{\"a\":\"BIG\"}} | null",
                "[{\"id\":1,\"method\":\"m\",\"params\":\"BIG\"}] | null",
                "\"BIG | null",
                "{\"id\":1,\"a\":\"BIG | null"
            })
    void theIdOfALargeMessageIsFoundWithoutReadingIt(String form, @Nullable String id) {
        String big = "1" + ",{\"id\":3}".repeat(10_000);
        String message = form.replace("BIG", form.contains("\"BIG") ? big.replace('"', ' ') : big);
        byte[] answer = RequestIds.answer(message.getBytes(UTF_8), found -> found.getBytes(UTF_8));
        assertThat(answer == null ? null : new String(answer, UTF_8)).isEqualTo(id);
    }

    @Test
    void answersEachRequestOfABatchUpToWhatAnyProcessTakes() {
        assertThat(answer(batch(101))).startsWith("[<0>,").endsWith(",<100>]");
        assertThat(answer(batch(1000))).startsWith("[<0>,").endsWith(",<999>]");
        assertThat(answer(batch(1001))).isEqualTo("<null>");
    }

    @Test
    void knowsWhetherABatchAsksForAnything() {
        String notice = "{\"jsonrpc\":\"2.0\",\"method\":\"n\"}";
        String answer = "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{}}";
        assertThat(asks("[" + notice + "," + answer + "]")).isFalse();
        assertThat(asks(notice)).isFalse();
        assertThat(asks("[" + notice + ",1]")).isTrue();
        assertThat(asks(batch(1))).isTrue();
    }

    private static boolean asks(String message) {
        return RequestIds.asks(new EnvelopeReader(JsonLimits.DEFAULT).read(message.getBytes(StandardCharsets.UTF_8)));
    }

    private static String batch(int members) {
        return IntStream.range(0, members)
                .mapToObj(id -> "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"ping\"}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String answer(String message) {
        byte[] answer = RequestIds.answer(
                message.getBytes(StandardCharsets.UTF_8), id -> ("<" + id + ">").getBytes(StandardCharsets.UTF_8));
        return answer == null ? "nothing" : new String(answer, StandardCharsets.UTF_8);
    }
}
