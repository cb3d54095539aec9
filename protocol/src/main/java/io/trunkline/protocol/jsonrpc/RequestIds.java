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
    /** Members of a batch that any process takes, whatever it is set to: as many are answered one by one. */
    public static final int MOST_OF_A_BATCH = 1000;

    /** Bytes above which a message is not read as a whole to refuse it: there may be many to refuse at one time. */
    private static final int LARGE = 64 * 1024;

    private static final EnvelopeReader READER = new EnvelopeReader(JsonLimits.DEFAULT);

    private RequestIds() {}

    /**
     * What a client is told instead of the answers to a message: nothing, one answer, or an array of them for a batch
     * (JSON-RPC 2.0, section 6). {@code null} is the id of what has none but needs an answer, and of a batch with more
     * members than {@link #MOST_OF_A_BATCH}.
     */
    public static byte @Nullable [] answer(byte[] message, Function<String, byte[]> toId) {
        byte[] read = message.length > LARGE ? TopLevel.outline(message) : message;
        return answer(READER.read(read), toId);
    }

    /** The same for a message that has been read. */
    public static byte @Nullable [] answer(Envelope message, Function<String, byte[]> toId) {
        return answer(READER, message, envelope -> toId.apply(text(envelope)));
    }

    /**
     * The same for a message that has been read.
     *
     * @param reader has read it
     * @param answerTo the answer to a request, to what is invalid, or to a batch that is too long
     */
    public static byte @Nullable [] answer(
            EnvelopeReader reader, Envelope envelope, Function<Envelope, byte[]> answerTo) {
        if (envelope.kind() != Envelope.Kind.BATCH) {
            return needsAnswer(envelope) ? answerTo.apply(envelope) : null;
        }
        List<Envelope> members = reader.members(envelope, MOST_OF_A_BATCH);
        if (members.size() > MOST_OF_A_BATCH) {
            return answerTo.apply(envelope);
        }
        String answers = members.stream()
                .filter(RequestIds::needsAnswer)
                .map(member -> new String(answerTo.apply(member), StandardCharsets.UTF_8))
                .collect(Collectors.joining(","));
        return answers.isEmpty() ? null : ("[" + answers + "]").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * How many messages these bytes are, for limits of rate: the members of a batch, and at most one more than {@link
     * #MOST_OF_A_BATCH}; 1 for anything else, which is found out from its first byte.
     */
    public static int count(byte[] message) {
        return TopLevel.members(message, MOST_OF_A_BATCH);
    }

    /** Whether a message, or some message of a batch, asks for an answer. */
    public static boolean asks(Envelope envelope) {
        return envelope.kind() == Envelope.Kind.BATCH
                ? READER.members(envelope, MOST_OF_A_BATCH).stream().anyMatch(RequestIds::needsAnswer)
                : needsAnswer(envelope);
    }

    private static boolean needsAnswer(Envelope envelope) {
        return envelope.kind() != Envelope.Kind.NOTIFICATION && envelope.kind() != Envelope.Kind.RESPONSE;
    }

    private static String text(Envelope envelope) {
        return new String(envelope.id(), StandardCharsets.UTF_8);
    }
}
