package io.trunkline.protocol.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RefusalTest {
    private final ObjectMapper json = new ObjectMapper();

    @ParameterizedTest
    @EnumSource
    void saysEveryReasonAsAJsonRpcError(Reason reason) throws IOException {
        JsonNode answer = json.readTree(
                new Refusal(reason, "a \"detail\"\n\\").toJsonRpc("7", "node-2", Refusal.Executed.UNKNOWN));
        assertThat(answer.get("id").asInt()).isEqualTo(7);
        assertThat(answer.at("/error/code").asInt()).isEqualTo(reason.jsonRpcCode());
        assertThat(answer.at("/error/message").asText()).isEqualTo(reason.text() + ": a \"detail\"\n\\");
        assertThat(answer.at("/error/data/reason").asText()).isEqualTo(reason.label());
    }

    @ParameterizedTest
    @EnumSource
    void isFoundByItsNumber(Reason reason) {
        assertThat(Reason.byNumber(reason.number())).isEqualTo(reason);
    }

    @Test
    void knowsNoReasonBeyondTheLast() {
        assertThat(Reason.byNumber(Reason.values().length)).isNull();
        assertThat(Reason.byNumber(-1)).isNull();
    }

    @Test
    void saysHowManyNodesHadTheRequest() throws IOException {
        Refusal lost = Refusal.of(Reason.NODE_LOST);
        JsonNode once = json.readTree(lost.toJsonRpc("7", "node-2", Refusal.Executed.UNKNOWN));
        assertThat(once.at("/error/data/attempts").asInt()).isEqualTo(1);
        JsonNode twice = json.readTree(lost.toJsonRpc("7", "node-2", Refusal.Executed.UNKNOWN, 2));
        assertThat(twice.at("/error/data/attempts").asInt()).isEqualTo(2);
        JsonNode never = json.readTree(lost.toJsonRpc("7", "", Refusal.Executed.NO));
        assertThat(never.at("/error/data").has("attempts")).isFalse();
    }

    @Test
    void answersWithoutAnIdWhenNoneIsKnown() throws IOException {
        JsonNode answer = json.readTree(Refusal.of(Reason.NO_NODE).toJsonRpc());
        assertThat(answer.get("id").isNull()).isTrue();
        assertThat(answer.at("/error/data/retryable").asBoolean()).isTrue();
    }
}
