package io.trunkline.balancer.session;

import io.trunkline.balancer.http.Exchange;
import io.trunkline.balancer.http.HttpConnection;
import io.trunkline.balancer.http.HttpRefusal;
import io.trunkline.balancer.limits.Place;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.Methods;
import io.trunkline.protocol.refusal.Reason;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Streamable HTTP with sessions (MCP 2025-11-25, basic, transports): a request goes to the event loop of the session
 * that it names, or {@link Elsewhere}; {@code initialize} opens one. Belongs to the connection's event loop.
 */
public final class SessionEndpoint {
    private final SessionLoop loop;
    private final SessionDoor door;
    private final Elsewhere elsewhere;

    /** Serves the sessions of this process to connections of one event loop. */
    public SessionEndpoint(SessionLoop loop, Elsewhere elsewhere) {
        this.loop = loop;
        this.door = new SessionDoor(loop);
        this.elsewhere = elsewhere;
    }

    /** Serves a request in the session of this id; {@code message} is null when it has not been read. */
    public void serve(Exchange exchange, String id, byte[] body, @Nullable Envelope message) {
        HttpSession session = loop.sessions().find(id);
        if (session == null) {
            elsewhere.forward(exchange, id, body);
            return;
        }
        Consumer<Reason> strayed = why -> exchange.onLoop(() -> elsewhere.forward(exchange, id, body));
        if (message == null) {
            serve(session, exchange, body, strayed);
        } else if (exchange.accepts(body)) {
            post(session, exchange, message, strayed);
        }
    }

    /** Serves a message that a session may have and that names none. */
    public void open(Exchange exchange, Envelope message, HttpConnection connection) {
        if (!Methods.INITIALIZE.equals(message.method())) {
            refuse(exchange);
            return;
        }
        Place place = door.enter(exchange, connection);
        if (place != null) {
            HttpSession session =
                    HttpSession.open(loop, connection.remote(), exchange.head().owner(), place);
            exchange.own(session);
            session.post(exchange, message, null);
        }
    }

    /** Refuses a request that names no session. */
    public static void refuse(Exchange exchange) {
        exchange.refuse(HttpRefusal.of(400, "Mcp-Session-Id is missing: initialize first"));
    }

    /**
     * Hands a request to the session that it is for.
     *
     * @param elsewhere looks for the session again, when it turns out that it is not here, and why
     */
    public static void serve(
            HttpSession session, Exchange exchange, byte[] body, @Nullable Consumer<Reason> elsewhere) {
        if (exchange.head().isPost()) {
            if (exchange.accepts(body)) {
                post(session, exchange, exchange.posted(body).envelope(), elsewhere);
            }
            return;
        }
        exchange.own(session);
        if (exchange.head().isGet()) {
            session.onLoop(() -> session.listen(exchange, elsewhere));
        } else {
            session.onLoop(() -> session.delete(exchange, elsewhere));
        }
    }

    private static void post(
            HttpSession session, Exchange exchange, Envelope message, @Nullable Consumer<Reason> elsewhere) {
        exchange.own(session);
        session.onLoop(() -> session.post(exchange, message, elsewhere));
    }
}
