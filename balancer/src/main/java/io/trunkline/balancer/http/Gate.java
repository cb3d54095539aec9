package io.trunkline.balancer.http;

import io.trunkline.balancer.auth.Authorizer;
import io.trunkline.balancer.auth.Denial;
import io.trunkline.balancer.auth.Grant;
import io.trunkline.balancer.auth.ScopeRules;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.JsonLimits;
import io.trunkline.protocol.jsonrpc.Messages;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What those who have shown who they are may do: use their own sessions, and say what their scopes allow. A message is read
 * here only when some rule wants a scope that its sender lacks. Belongs to one event loop.
 */
final class Gate {
    private static final EnvelopeReader READER = new EnvelopeReader(JsonLimits.DEFAULT);
    private static final byte[] NOTHING = {};

    private final Authorizer authorizer;
    private final ScopeRules rules;
    private final Set<String> all;
    private final SessionSeal seal;

    Gate(Authorizer authorizer, SessionSeal seal) {
        this.authorizer = authorizer;
        this.rules = authorizer.scopes();
        this.all = rules.all();
        this.seal = seal;
    }

    /** Whether a request may be served; otherwise the client has been told why not. */
    boolean lets(Exchange exchange, byte[] body) {
        RequestHead head = exchange.head();
        Grant grant = head.grant();
        if (head.route().isOpen()) {
            return true;
        }
        if (grant == null) {
            exchange.refuse(HttpRefusal.denied(authorizer.missing()));
            return false;
        }
        return mayUse(exchange, head, grant) && maySay(exchange, head, grant, body);
    }

    private boolean mayUse(Exchange exchange, RequestHead head, Grant grant) {
        String id = head.route() == Route.MESSAGES
                ? SseEndpoint.parameter(head.target(), SseEndpoint.SESSION)
                : head.session();
        if (id == null || id.isEmpty() || head.isStateless() || seal.genuine(id, grant.key())) {
            return true;
        }
        // As if there were none: whoever has guessed or stolen an id learns nothing.
        exchange.refuse(HttpRefusal.noSession());
        return false;
    }

    private boolean maySay(Exchange exchange, RequestHead head, Grant grant, byte[] body) {
        if (grant.scopes().containsAll(all)) {
            return true;
        }
        Set<String> needed = rules.base();
        if (head.isPost() && !rules.rules().isEmpty()) {
            Envelope message = READER.read(body);
            if (isNonsense(message)) {
                // Whoever serves it reads it in the same way, and says what is wrong with it.
                return true;
            }
            needed = rules.needed(message);
        }
        if (grant.scopes().containsAll(needed)) {
            return true;
        }
        exchange.refuse(HttpRefusal.denied(authorizer.insufficient(needed)));
        return false;
    }

    private static boolean isNonsense(Envelope message) {
        return message.kind() == Envelope.Kind.UNREADABLE || message.kind() == Envelope.Kind.INVALID;
    }

    /**
     * The answer to a message that may not be passed on; empty when it gets none.
     *
     * @return null when it may be passed on
     */
    byte @Nullable [] refusal(Grant grant, byte[] text) {
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
}
