package io.trunkline.protocol.jsonrpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.protocol.jsonrpc.StrictJson.Unreadable;
import java.lang.management.ManagementFactory;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
    private static final int VERY_MANY = 200_000;

    @Test
    void findsTheNameThatComesTwiceAmongVeryMany() {
        String names = names(VERY_MANY);
        assertThatCode(() -> pass("{" + names + "}")).doesNotThrowAnyException();
        for (String again : new String[] {"k0", "k16", "k" + (VERY_MANY - 1), "\\u006b7"}) {
            assertThatThrownBy(() -> pass("{" + names + ",\"" + again + "\":0}"))
                    .as(again)
                    .isInstanceOf(Unreadable.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'a':1,'a':2}",
                "{'a':{'b':1},'a':2}",
                "[{'x':{'':1,'':1}}]",
                "{'\\u00e9':1,'\u00e9':2}",
                "{'\\ud83d\\ude00':1,'\ud83d\ude00':2}",
                "{'\\n':1,'\\u000A':2}",
            })
    void namesAreTheSameHoweverTheyAreWritten(String text) {
        assertThatThrownBy(() -> pass(text.replace('\'', '"'))).isInstanceOf(Unreadable.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{'a':1},{'a':1}]",
                "{'a':{'a':{'a':1}},'b':{'a':1}}",
                "{'ab':1,'a':1,'b':1,'':1,'a\\u0000':1,'\\ud800':1,'\\ud801':1,'?':1}",
                "{'a':[],'b':[{}],'c':[[],{}]}",
            })
    void namesOfOtherObjectsAndOtherNamesAreNot(String text) {
        assertThatCode(() -> pass(text.replace('\'', '"'))).doesNotThrowAnyException();
    }

    @Test
    void objectsWithManyNamesMayLieInEachOther() {
        String many = names(40);
        String text = "{" + many + ",\"x\":{" + many + ",\"x\":[{" + many + "},{" + many + "}]},\"y\":{" + many + "}";
        assertThatCode(() -> pass(text + "}")).doesNotThrowAnyException();
        assertThatThrownBy(() -> pass(text + ",\"k39\":1}")).isInstanceOf(Unreadable.class);
    }

    /** What is alive while a garbage collector runs is what its pause is made of, and all clients feel it. */
    @Test
    void takesLittleMemoryForVeryManyNames() {
        byte[] text = ("{" + names(VERY_MANY) + "}").getBytes(UTF_8);
        EnvelopeReader reader = new EnvelopeReader(JsonLimits.DEFAULT);
        var thread = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();
        assertThat(reader.read(text).kind()).isEqualTo(Envelope.Kind.INVALID);
        assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(4L * text.length);
    }

    private static String names(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> "\"k" + number + "\":" + number)
                .collect(Collectors.joining(","));
    }

    private static void pass(String text) throws Unreadable {
        byte[] bytes = text.getBytes(UTF_8);
        StrictJson json = new StrictJson(bytes, 0, bytes.length, JsonLimits.DEFAULT);
        json.skip();
        json.finish();
    }
}
