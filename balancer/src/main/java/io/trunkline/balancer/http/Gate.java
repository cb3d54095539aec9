package io.trunkline.balancer.http;

import io.trunkline.balancer.auth.Authorizer;
import io.trunkline.balancer.auth.Denial;
import io.trunkline.balancer.auth.Grant;
import io.trunkline.balancer.auth.ScopeGate;
import io.trunkline.balancer.session.SessionSeal;

/**
 * What those who have shown who they are may do over HTTP: use their own sessions, and say what their scopes allow. Belongs
 * to one event loop.
 */
final class Gate {
    private final Authorizer authorizer;
    private final ScopeGate scopes;
    private final SessionSeal seal;

    Gate(Authorizer authorizer, SessionSeal seal) {
        this.authorizer = authorizer;
        this.scopes = new ScopeGate(authorizer);
        this.seal = seal;
    }

    /** What may be said. */
    ScopeGate scopes() {
        return scopes;
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
        if (!mayUse(head, grant)) {
            // As if there were none: whoever has guessed or stolen an id learns nothing.
            exchange.refuse(HttpRefusal.noSession());
            return false;
        }
        Denial denial = head.isPost() ? exchange.posted(body).denial(scopes, grant) : scopes.denial(grant, null);
        if (denial != null) {
            exchange.refuse(HttpRefusal.denied(denial));
        }
        return denial == null;
    }

    private boolean mayUse(RequestHead head, Grant grant) {
        String id = head.route() == Route.MESSAGES
                ? SseEndpoint.parameter(head.target(), SseEndpoint.SESSION)
                : head.session();
        return id == null || id.isEmpty() || head.isStateless() || seal.genuine(id, grant.key());
    }
}
