package io.trunkline.faults.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trunkline.faults.history.Kind;
import io.trunkline.faults.history.Outcome;
import org.junit.jupiter.api.Test;

final class AnswerTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void anErrorThatDoesNotSayThatItMayHaveRunIsAFailure() throws JsonProcessingException {
        assertThat(of(Kind.COUNT, "{'error':{'code':-32000,'message':'m','data':{'reason':'no_node'}}}"))
                .isEqualTo(new Answer(Outcome.FAILED, "no_node", ""));
        assertThat(of(Kind.COUNT, "{'error':{'code':-32601,'message':'m'}}"))
                .isEqualTo(new Answer(Outcome.FAILED, "m", ""));
    }

    @Test
    void anErrorThatSaysSoIsUnknown() throws JsonProcessingException {
        assertThat(of(
                        Kind.COUNT,
                        "{'error':{'code':-32603,'data':{'reason':'node_lost','node':'node-2','executed':'unknown'}}}"))
                .isEqualTo(new Answer(Outcome.UNKNOWN, "node_lost", "node-2"));
    }

    @Test
    void aToolThatFailedMayHaveRun() throws JsonProcessingException {
        assertThat(of(Kind.COUNT, "{'result':{'isError':true,'content':[{'type':'text','text':'interrupted'}]}}"))
                .isEqualTo(new Answer(Outcome.UNKNOWN, "interrupted", ""));
    }

    @Test
    void resultsAreReadByTheirKind() throws JsonProcessingException {
        assertThat(of(Kind.ECHO, "{'result':{'content':[{'type':'text','text':'0:1 ee'}]}}"))
                .isEqualTo(new Answer(Outcome.OK, "0:1 ee", ""));
        assertThat(of(Kind.LIST, "{'result':{'tools':[{},{}]}}")).isEqualTo(new Answer(Outcome.OK, "2", ""));
        assertThat(of(Kind.WHOAMI, "{'result':{'structuredContent':{'session':'s','epoch':3,'node':'node-1'}}}"))
                .isEqualTo(new Answer(Outcome.OK, "s 3", "node-1"));
        assertThat(of(Kind.COUNT, "{'result':{'structuredContent':{'operation':'0:1','node':'node-1'}}}"))
                .isEqualTo(new Answer(Outcome.OK, "0:1", "node-1"));
        assertThat(of(Kind.SPEAK, "{'result':{'content':[{'type':'text','text':'spoken'}]}}"))
                .isEqualTo(new Answer(Outcome.OK, "alert,emergency", ""));
    }

    private static Answer of(Kind kind, String json) throws JsonProcessingException {
        return Answer.of(kind, JSON.readTree(json.replace('\'', '"')), "alert,emergency");
    }
}
