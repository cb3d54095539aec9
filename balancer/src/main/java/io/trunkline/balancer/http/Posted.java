package io.trunkline.balancer.http;

import io.trunkline.balancer.auth.Denial;
import io.trunkline.balancer.auth.Grant;
import io.trunkline.balancer.auth.ScopeGate;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import io.trunkline.protocol.jsonrpc.JsonLimits;
import io.trunkline.protocol.jsonrpc.RequestIds;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of a POST, and what has been found out by reading it: each of it once, when it is first asked for, or all of
 * it beforehand by {@link #read}. Belongs to one thread at a time.
 */
public final class Posted {
    /** What a client is told that has sent the member by which a node is told more of a request. */
    public static final String FORGED = "\"" + EnvelopeReader.EDGE + "\" is not for clients";

    private static final EnvelopeReader READER = new EnvelopeReader(JsonLimits.DEFAULT);

    private final byte[] body;
    private @Nullable Envelope envelope;
    private @Nullable String problem;
    private @Nullable Denial denial;
    private boolean asks;
    private boolean checked;
    private boolean judged;

    Posted(byte[] body) {
        this.body = body;
    }

    /** Finds out everything that can be asked here. */
    void read(@Nullable ScopeGate scopes, @Nullable Grant grant) {
        problem();
        if (scopes != null && grant != null) {
            denial(scopes, grant);
        }
    }

    public Envelope envelope() {
        Envelope read = envelope;
        if (read == null) {
            envelope = read = READER.read(body);
        }
        return read;
    }

    /** Why a session may not have the message, or null. */
    @Nullable
    String problem() {
        if (!checked) {
            checked = true;
            Envelope message = envelope();
            boolean nonsense = message.kind() == Envelope.Kind.UNREADABLE || message.kind() == Envelope.Kind.INVALID;
            problem = nonsense ? message.problem() : forged(message);
            asks = problem == null && RequestIds.asks(message);
        }
        return problem;
    }

    /** Whether a session that has the message owes an answer to it. */
    public boolean asks() {
        return problem() == null && asks;
    }

    /** Why its sender may not say it, or null. */
    @Nullable
    public Denial denial(ScopeGate scopes, Grant grant) {
        if (!judged) {
            judged = true;
            denial = scopes.denial(grant, this::envelope);
        }
        return denial;
    }

    /** Why a message may not be passed on in the name of its sender, or null. */
    private static @Nullable String forged(Envelope message) {
        if (message.kind() != Envelope.Kind.BATCH) {
            return message.hasEdgeMember() ? FORGED : null;
        }
        List<Envelope> members = READER.members(message, RequestIds.MOST_OF_A_BATCH);
        if (members.size() > RequestIds.MOST_OF_A_BATCH) {
            return "A batch of more than " + RequestIds.MOST_OF_A_BATCH + " messages";
        }
        return members.stream().anyMatch(Envelope::hasEdgeMember) ? FORGED : null;
    }
}
