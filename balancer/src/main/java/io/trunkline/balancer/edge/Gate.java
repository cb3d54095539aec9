package io.trunkline.balancer.edge;

import io.trunkline.balancer.auth.Authorizer;
import io.trunkline.balancer.auth.Denial;
import io.trunkline.balancer.auth.Grant;
import io.trunkline.balancer.auth.ScopeGate;
import io.trunkline.balancer.http.Exchange;
import io.trunkline.balancer.http.HttpRefusal;
import io.trunkline.balancer.http.RequestHead;
import io.trunkline.balancer.session.SessionSeal;

/**
 * What those who have shown who they are may do over HTTP: use their own sessions, and say what their scopes allow.
 * Belongs to one event loop.
 */
final class Gate {
    private final Authorizer authorizer;
    private final ScopeGate scopes;
    private final SessionSeal seal;

    Gate(Authorizer authorizer, ScopeGate scopes, SessionSeal seal) {
        this.authorizer = authorizer;
        this.scopes = scopes;
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
        String id = head.namedSession();
        return id == null || id.isEmpty() || head.isStateless() || seal.genuine(id, grant.key());
    }
}
