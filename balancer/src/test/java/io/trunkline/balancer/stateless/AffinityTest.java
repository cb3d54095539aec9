package io.trunkline.balancer.stateless;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.balancer.assign.ByAffinity;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import io.trunkline.protocol.jsonrpc.JsonLimits;
import io.trunkline.protocol.session.SessionId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What requests without a session have in common with others. */
class AffinityTest {
    private static final EnvelopeReader READER = new EnvelopeReader(JsonLimits.DEFAULT);
    private static final String TASK = SessionId.slotPrefix(200) + "whatever-is-sealed";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"method\":\"tasks/get\",\"params\":{\"taskId\":\"TASK\"}",
                "\"method\":\"tasks/update\",\"params\":{\"taskId\":\"TASK\",\"inputResponses\":{}}",
                "\"method\":\"tasks/cancel\",\"params\":{\"taskId\":\"TASK\"}",
                "\"method\":\"subscriptions/listen\",\"params\":{\"notifications\":{\"taskIds\":[7,\"TASK\",\"other\"]}}",
            })
    void requestsForATaskGoWhereItRuns(String request) {
        assertThat(of(request.replace("TASK", TASK), List.of("principal"))).isEqualTo(ByAffinity.ofSlot(200));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"method\":\"tasks/get\",\"params\":{\"taskId\":\"?\"}",
                "\"method\":\"tasks/get\"",
                "\"method\":\"subscriptions/listen\",\"params\":{\"notifications\":{\"taskIds\":{}}}",
                "\"method\":\"subscriptions/listen\",\"params\":{\"notifications\":7}",
                "\"method\":\"tools/call\",\"params\":{\"taskId\":\"AA\"}",
            })
    void othersGoWhereTheSettingsSay(String request) {
        assertThat(of(request, List.of())).isNull();
        assertThat(of(request, List.of("principal"))).isEqualTo("principal\nme");
    }

    @Test
    void theFirstThatARequestHasDecides() {
        String call = "\"method\":\"tools/call\",\"params\":{\"name\":\"t\"}";
        assertThat(of(call, List.of("param:Region", "tool", "principal"))).isEqualTo("param:region\neu");
        assertThat(of(call, List.of("param:City", "tool"))).isEqualTo("tool\nt");
    }

    @Test
    void aParameterThatIsAUriIsTheSameHoweverItIsWritten() {
        String call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"t\"}}";
        Affinity affinity = new Affinity(List.of("param:Doc"));
        assertThat(affinity.of(READER.read(call.getBytes(UTF_8)), Map.of("doc", "DOCS://menu/caf%c3%a9"), null))
                .isEqualTo(affinity.of(READER.read(call.getBytes(UTF_8)), Map.of("doc", "docs://menu/café"), null));
    }

    private static @Nullable String of(String request, List<String> sources) {
        String text = "{\"jsonrpc\":\"2.0\",\"id\":1," + request + "}";
        return new Affinity(sources).of(READER.read(text.getBytes(UTF_8)), Map.of("region", "eu"), "me");
    }
}
