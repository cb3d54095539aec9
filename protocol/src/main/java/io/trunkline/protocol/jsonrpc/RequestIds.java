package io.trunkline.protocol.jsonrpc;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The ids that a refusal must name. Messages are read for this only when something has gone wrong: on the usual way the
 * balancer passes them on as they are.
 */
public final class RequestIds {
    private static final EnvelopeReader READER = new EnvelopeReader(JsonLimits.DEFAULT);
    private static final int MOST_OF_A_BATCH = 100;

    private RequestIds() {}

    /**
     * What a client is told instead of the answers to a message: nothing, one answer, or an array of them for a batch
     * (JSON-RPC 2.0, section 6). {@code null} is the id of what has none but needs an answer.
     */
    public static byte @Nullable [] answer(byte[] message, Function<String, byte[]> toId) {
        Envelope envelope = READER.read(message);
        if (envelope.kind() != Envelope.Kind.BATCH) {
            return needsAnswer(envelope) ? toId.apply(text(envelope)) : null;
        }
        List<Envelope> members = READER.members(envelope, MOST_OF_A_BATCH);
        if (members.size() > MOST_OF_A_BATCH) {
            return toId.apply("null");
        }
        String answers = members.stream()
                .filter(RequestIds::needsAnswer)
                .map(member -> new String(toId.apply(text(member)), StandardCharsets.UTF_8))
                .collect(Collectors.joining(","));
        return answers.isEmpty() ? null : ("[" + answers + "]").getBytes(StandardCharsets.UTF_8);
    }

    private static boolean needsAnswer(Envelope envelope) {
        return envelope.kind() != Envelope.Kind.NOTIFICATION && envelope.kind() != Envelope.Kind.RESPONSE;
    }

    private static String text(Envelope envelope) {
        return new String(envelope.id(), StandardCharsets.UTF_8);
    }
}
