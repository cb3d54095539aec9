package io.trunkline.balancer.http;

import io.trunkline.balancer.limits.Place;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.Methods;
import io.trunkline.protocol.refusal.Reason;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Streamable HTTP of both eras. What needs a session (MCP 2025-11-25, basic, transports) goes to the event loop of the session
 * that it names, or to the {@link SessionFinder}; {@code initialize} opens one. The rest goes to the {@link
 * StatelessEndpoint}. Belongs to the connection's event loop.
 */
final class McpEndpoint {
    private final HttpLoop loop;
    private final HttpSessions sessions;
    private final SessionDoor door;
    private final StatelessEndpoint stateless;

    McpEndpoint(HttpLoop loop, HttpSessions sessions) {
        this.loop = loop;
        this.sessions = sessions;
        this.door = new SessionDoor(loop, sessions);
        this.stateless = new StatelessEndpoint(loop);
    }

    void serve(Exchange exchange, byte[] body, HttpConnection connection) {
        RequestHead head = exchange.head();
        String id = head.session();
        if (!head.isPost()) {
            if (id == null) {
                refuseWithoutSession(exchange);
            } else {
                serveInSession(exchange, id, body, null);
            }
        } else if (id != null && head.namesVersionWithSession()) {
            // The body is read where the session is.
            serveInSession(exchange, id, body, null);
        } else {
            Envelope message = exchange.posted(body).envelope();
            boolean ignoresSession = id == null || head.isStateless();
            if (ignoresSession && initializes(message)) {
                if (accepts(exchange, body)) {
                    serveWithoutSession(exchange, message, connection);
                }
            } else if (StatelessEndpoint.takes(head.version(), message)) {
                stateless.serve(exchange, message, connection);
            } else if (id != null) {
                serveInSession(exchange, id, body, message);
            } else if (accepts(exchange, body)) {
                serveWithoutSession(exchange, message, connection);
            }
        }
    }

    /** Whether the message negotiates the version: by what its body says, whatever the head names before it is agreed. */
    private static boolean initializes(Envelope message) {
        return message.kind() == Envelope.Kind.REQUEST
                && Methods.INITIALIZE.equals(message.method())
                && message.version() == null;
    }

    /** Serves a request whose message has been read, or is null and will be. */
    private void serveInSession(Exchange exchange, String id, byte[] body, @Nullable Envelope message) {
        HttpSession session = sessions.find(id);
        if (session == null) {
            loop.finder().forward(exchange, id, body);
            return;
        }
        Consumer<Reason> elsewhere = why -> exchange.onLoop(() -> loop.finder().forward(exchange, id, body));
        if (message == null) {
            SessionFinder.serve(session, exchange, body, elsewhere);
        } else if (accepts(exchange, body)) {
            SessionFinder.post(session, exchange, message, elsewhere);
        }
    }

    private void serveWithoutSession(Exchange exchange, Envelope message, HttpConnection connection) {
        if (!Methods.INITIALIZE.equals(message.method())) {
            refuseWithoutSession(exchange);
            return;
        }
        HttpSession session = open(exchange, connection);
        if (session != null) {
            exchange.own(session);
            session.post(exchange, message, null);
        }
    }

    private static void refuseWithoutSession(Exchange exchange) {
        exchange.refuse(HttpRefusal.of(400, "Mcp-Session-Id is missing: initialize first"));
    }

    /** The message, or null when it is none and the client has been told. */
    static @Nullable Envelope read(Exchange exchange, byte[] body) {
        return accepts(exchange, body) ? exchange.posted(body).envelope() : null;
    }

    /** Whether a session may have the message; if not, the client is told. */
    private static boolean accepts(Exchange exchange, byte[] body) {
        String problem = exchange.posted(body).problem();
        if (problem != null) {
            Envelope message = exchange.posted(body).envelope();
            boolean unreadable = message.kind() == Envelope.Kind.UNREADABLE;
            int code = unreadable ? ErrorCode.PARSE_ERROR : ErrorCode.INVALID_REQUEST;
            exchange.answer(400, Messages.error(message, code, problem));
        }
        return problem == null;
    }

    private @Nullable HttpSession open(Exchange exchange, HttpConnection connection) {
        Place place = door.enter(exchange, connection);
        return place == null
                ? null
                : HttpSession.open(
                        loop, sessions, connection.remote(), exchange.head().owner(), place);
    }
}
