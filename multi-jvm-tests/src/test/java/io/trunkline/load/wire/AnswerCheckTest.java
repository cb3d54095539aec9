package io.trunkline.load.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.load.measure.Errors;
import io.trunkline.load.plan.RequestKind;
import io.trunkline.load.plan.RequestLine;
import io.trunkline.load.wire.AnswerCheck.Verdict;
import org.junit.jupiter.api.Test;

class AnswerCheckTest {
    private static final RequestLine PING = RequestLine.of(RequestKind.PING, false, 64);

    @Test
    void anEchoIsTheRequestByteForByte() {
        EchoCheck check = new EchoCheck(PING);
        byte[] line = PING.numbered(5, 6);

        assertThat(check.check(line, 0, line.length - 1)).isEqualTo(Verdict.GOOD);
        assertThat(check.id()).isEqualTo(5L << 32 | 6);
        assertThat(check.error()).isNull();
    }

    @Test
    void anEchoWithOneByteChangedOrMissingIsDifferent() {
        EchoCheck check = new EchoCheck(PING);
        byte[] line = PING.numbered(5, 6);

        assertThat(check.check(line, 0, line.length - 2)).isEqualTo(Verdict.FAILED);
        line[line.length - 4] ^= 1;
        assertThat(check.check(line, 0, line.length - 1)).isEqualTo(Verdict.FAILED);
        assertThat(check.error()).isEqualTo(Errors.ANSWER_DIFFERENT);
    }

    @Test
    void aResponseCarriesTheIdOfItsRequest() {
        ResponseCheck check = new ResponseCheck(false);

        assertThat(check(check, "{\"jsonrpc\":\"2.0\",\"id\":\"000005-00000006......\",\"result\":{}}"))
                .isEqualTo(Verdict.GOOD);
        assertThat(check.id()).isEqualTo(5L << 32 | 6);
    }

    @Test
    void anErrorIsNamedByItsCodeAndMessage() {
        ResponseCheck check = new ResponseCheck(false);

        assertThat(check(
                        check,
                        "{\"jsonrpc\":\"2.0\",\"id\":\"000005-00000006\","
                                + "\"error\":{\"code\":-32001,\"message\":\"node lost\"}}"))
                .isEqualTo(Verdict.FAILED);
        assertThat(check.error()).isEqualTo("rpc -32001 node lost");
        assertThat(check.id()).isEqualTo(5L << 32 | 6);
    }

    @Test
    void aResultWithAnIdThatWasNeverWrittenIsUnknown() {
        ResponseCheck check = new ResponseCheck(false);

        assertThat(check(check, "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}")).isEqualTo(Verdict.FAILED);
        assertThat(check.error()).isEqualTo(Errors.ANSWER_UNKNOWN);
    }

    @Test
    void aToolThatFailedIsAnErrorWhereToolsAreCalled() {
        String failed = "{\"jsonrpc\":\"2.0\",\"id\":\"000005-00000006\",\"result\":{\"content\":[],\"isError\":true}}";

        assertThat(check(new ResponseCheck(true), failed)).isEqualTo(Verdict.FAILED);
        assertThat(check(new ResponseCheck(true), failed.replace("true", "false")))
                .isEqualTo(Verdict.GOOD);
        assertThat(check(new ResponseCheck(false), failed)).isEqualTo(Verdict.GOOD);
    }

    @Test
    void aNotificationIsNoAnswer() {
        assertThat(check(new ResponseCheck(false), "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}"))
                .isEqualTo(Verdict.NOTICE);
    }

    private static Verdict check(ResponseCheck check, String line) {
        byte[] bytes = line.getBytes(UTF_8);
        return check.check(bytes, 0, bytes.length);
    }
}
