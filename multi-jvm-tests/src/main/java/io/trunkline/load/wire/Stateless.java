package io.trunkline.load.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trunkline.load.plan.RequestKind;
import io.trunkline.load.plan.RequestLine;
import java.io.IOException;

/** The requests without a session that are not of the load, and what their answers must be (MCP 2026-07-28). */
public final class Stateless {
    private static final String LISTEN = "subscriptions/listen";
    private static final String ACKNOWLEDGED = "notifications/subscriptions/acknowledged";
    private static final String SUBSCRIPTION_ID = "io.modelcontextprotocol/subscriptionId";

    private static final String LISTEN_BODY = RequestLine.ID_PREFIX + "%s\",\"method\":\"" + LISTEN
            + "\",\"params\":{\"notifications\":{\"toolsListChanged\":true},\"_meta\":{" + RequestLine.STATELESS_META
            + "}}}";

    private static final RequestLine WHOAMI = RequestLine.of(RequestKind.WHOAMI, true, 0);
    private static final ObjectMapper JSON = new ObjectMapper();

    private Stateless() {}

    /** The call of {@code whoami}. */
    public static byte[] whoami(HttpText text, int connection, int sequence) {
        String line = new String(WHOAMI.numbered(connection, sequence), US_ASCII);
        return text.stateless(RequestKind.WHOAMI.method(), RequestKind.WHOAMI.tool(), line.trim());
    }

    /** The request for a stream that tells when the list of tools changes. */
    public static byte[] listen(HttpText text, int connection, int sequence) {
        return text.stateless(LISTEN, "", LISTEN_BODY.formatted(RequestLine.id(connection, sequence)));
    }

    /** Whether a message acknowledges that the request with this id is told when the list of tools changes. */
    public static boolean acknowledges(byte[] message, String id) {
        try {
            JsonNode json = JSON.readTree(message);
            JsonNode params = json.path("params");
            return json.path("method").asText().equals(ACKNOWLEDGED)
                    && params.path("_meta").path(SUBSCRIPTION_ID).asText().equals(id)
                    && params.path("notifications").path("toolsListChanged").asBoolean();
        } catch (IOException e) {
            return false;
        }
    }
}
