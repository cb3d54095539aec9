package io.trunkline.faults.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.faults.history.Kind;
import io.trunkline.faults.history.Outcome;

/**
 * An answer as the history has it.
 *
 * @param value see {@link Kind}; of an error, its reason
 * @param node that answered, if the answer says so; else empty
 */
record Answer(Outcome outcome, String value, String node) {

    /**
     * Reads the answer to a request of this kind.
     *
     * @param heard the levels of the log messages that came before it
     */
    static Answer of(Kind kind, JsonNode message, String heard) {
        JsonNode error = message.path("error");
        if (error.isObject()) {
            JsonNode data = error.path("data");
            boolean mayHaveRun = "unknown".equals(data.path("executed").asText());
            String reason = data.path("reason").asText(error.path("message").asText());
            return new Answer(
                    mayHaveRun ? Outcome.UNKNOWN : Outcome.FAILED,
                    reason,
                    data.path("node").asText());
        }
        JsonNode result = message.path("result");
        String text = result.path("content").path(0).path("text").asText();
        if (result.path("isError").asBoolean()) {
            // The tool was started, and nobody says how far it came.
            return new Answer(Outcome.UNKNOWN, text, "");
        }
        JsonNode structured = result.path("structuredContent");
        String node = structured.path("node").asText();
        return switch (kind) {
            case INITIALIZE, PING, SLEEP, KEEP, SET_LEVEL -> new Answer(Outcome.OK, "", node);
            case LIST ->
                new Answer(Outcome.OK, Integer.toString(result.path("tools").size()), node);
            case ECHO, RECALL -> new Answer(Outcome.OK, text, node);
            case COUNT -> new Answer(Outcome.OK, structured.path("operation").asText(), node);
            case SPEAK -> new Answer(Outcome.OK, heard, node);
            case WHOAMI ->
                new Answer(
                        Outcome.OK,
                        structured.path("session").asText() + " "
                                + structured.path("epoch").asText(),
                        node);
        };
    }
}
