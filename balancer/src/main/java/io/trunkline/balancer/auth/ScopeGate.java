package io.trunkline.balancer.auth;

import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.JsonLimits;
import io.trunkline.protocol.jsonrpc.Messages;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What may be said with which scopes. A message is read here only when some rule wants a scope that its sender lacks.
 * Thread-safe.
 */
public final class ScopeGate {
    private static final EnvelopeReader READER = new EnvelopeReader(JsonLimits.DEFAULT);
    private static final byte[] NOTHING = {};

    private final Authorizer authorizer;
    private final ScopeRules rules;
    private final Set<String> all;

    /** The gate of the rules that this one has. */
    public ScopeGate(Authorizer authorizer) {
        this.authorizer = authorizer;
        this.rules = authorizer.scopes();
        this.all = rules.all();
    }

    /**
     * The refusal of a request over HTTP.
     *
     * @param body reads the message that it brings; null when it brings none
     * @return null when it may be served
     */
    public @Nullable Denial denial(Grant grant, @Nullable Supplier<Envelope> body) {
        if (grant.scopes().containsAll(all)) {
            return null;
        }
        Set<String> needed = rules.base();
        if (body != null && !rules.rules().isEmpty()) {
            Envelope message = body.get();
            if (isNonsense(message)) {
                // Whoever serves it reads it in the same way, and says what is wrong with it.
                return null;
            }
            needed = rules.needed(message);
        }
        return grant.scopes().containsAll(needed) ? null : authorizer.insufficient(needed);
    }

    /**
     * The answer to a message that may not be passed on to its session; empty when it gets none.
     *
     * @return null when it may be passed on
     */
    public byte @Nullable [] refusal(Grant grant, byte[] text) {
        if (grant.scopes().containsAll(all)) {
            return null;
        }
        Envelope message = READER.read(text);
        if (isNonsense(message)) {
            // Its node may read it otherwise.
            int code = message.kind() == Envelope.Kind.UNREADABLE ? ErrorCode.PARSE_ERROR : ErrorCode.INVALID_REQUEST;
            return Messages.error(message, code, message.problem());
        }
        Set<String> needed = rules.needed(message);
        if (grant.scopes().containsAll(needed)) {
            return null;
        }
        Denial denial = authorizer.insufficient(needed);
        boolean asks = message.kind() == Envelope.Kind.REQUEST || message.kind() == Envelope.Kind.BATCH;
        byte[] data = "{\"reason\":\"insufficient_scope\"}".getBytes(StandardCharsets.UTF_8);
        return asks ? Messages.error(message, ErrorCode.INVALID_REQUEST, denial.text(), data) : NOTHING;
    }

    private static boolean isNonsense(Envelope message) {
        return message.kind() == Envelope.Kind.UNREADABLE || message.kind() == Envelope.Kind.INVALID;
    }
}
