package io.trunkline.balancer.relay;

import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import io.trunkline.protocol.jsonrpc.JsonLimits;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The ids that a refusal must name. Messages are read for this only when something has gone wrong: on the usual way the
 * balancer passes them on as they are.
 */
final class RequestIds {
    private static final EnvelopeReader READER = new EnvelopeReader(JsonLimits.DEFAULT);
    private static final int MOST_OF_A_BATCH = 100;

    private RequestIds() {}

    /** The ids of all requests in a message, as JSON text; {@code null} stands for what has none but needs an answer. */
    static List<String> of(byte[] message) {
        Envelope envelope = READER.read(message);
        if (envelope.kind() == Envelope.Kind.BATCH) {
            return READER.members(envelope, MOST_OF_A_BATCH).stream()
                    .filter(RequestIds::needsAnswer)
                    .map(RequestIds::text)
                    .toList();
        }
        return needsAnswer(envelope) ? List.of(text(envelope)) : List.of();
    }

    private static boolean needsAnswer(Envelope envelope) {
        return envelope.kind() != Envelope.Kind.NOTIFICATION && envelope.kind() != Envelope.Kind.RESPONSE;
    }

    private static String text(Envelope envelope) {
        return new String(envelope.id(), StandardCharsets.UTF_8);
    }
}
