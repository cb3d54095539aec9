package io.trunkline.balancer.edge;

import io.trunkline.balancer.http.Exchange;
import io.trunkline.balancer.http.HttpConnection;
import io.trunkline.balancer.http.RequestHead;
import io.trunkline.balancer.session.SessionEndpoint;
import io.trunkline.balancer.stateless.StatelessClient;
import io.trunkline.balancer.stateless.StatelessEndpoint;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.Methods;
import java.util.function.Supplier;

/**
 * Streamable HTTP of both eras: what needs a session goes to the {@link SessionEndpoint}, the rest to the {@link
 * StatelessEndpoint}. Belongs to the connection's event loop.
 */
final class McpEndpoint {
    private final SessionEndpoint sessions;
    private final StatelessEndpoint stateless;

    McpEndpoint(SessionEndpoint sessions, StatelessEndpoint stateless) {
        this.sessions = sessions;
        this.stateless = stateless;
    }

    void serve(Exchange exchange, byte[] body, HttpConnection connection, Supplier<StatelessClient> asker) {
        RequestHead head = exchange.head();
        String id = head.session();
        if (!head.isPost()) {
            if (id == null) {
                SessionEndpoint.refuse(exchange);
            } else {
                sessions.serve(exchange, id, body, null);
            }
        } else if (id != null && head.namesVersionWithSession()) {
            // The body is read where the session is.
            sessions.serve(exchange, id, body, null);
        } else {
            Envelope message = exchange.posted(body).envelope();
            boolean ignoresSession = id == null || head.isStateless();
            if (ignoresSession && initializes(message)) {
                if (exchange.accepts(body)) {
                    sessions.open(exchange, message, connection);
                }
            } else if (StatelessEndpoint.takes(head.version(), message)) {
                stateless.serve(exchange, message, asker);
            } else if (id != null) {
                sessions.serve(exchange, id, body, message);
            } else if (exchange.accepts(body)) {
                sessions.open(exchange, message, connection);
            }
        }
    }

    /**
     * Whether the message negotiates the version: by what its body says, whatever the head names before it is agreed.
     */
    private static boolean initializes(Envelope message) {
        return message.kind() == Envelope.Kind.REQUEST
                && Methods.INITIALIZE.equals(message.method())
                && message.version() == null;
    }
}
