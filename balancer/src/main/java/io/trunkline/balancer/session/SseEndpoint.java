package io.trunkline.balancer.session;

import io.trunkline.balancer.http.Exchange;
import io.trunkline.balancer.http.HttpConnection;
import io.trunkline.balancer.http.HttpRefusal;
import io.trunkline.balancer.http.RequestHead;
import io.trunkline.balancer.http.Route;
import io.trunkline.balancer.limits.Place;
import io.trunkline.protocol.jsonrpc.Envelope;
import java.util.Objects;

/**
 * HTTP with SSE (MCP 2024-11-05, basic, transports), deprecated: opens a session for each stream, and hands what is
 * posted to the session that the query names. Belongs to the connection's event loop.
 */
public final class SseEndpoint {
    private final SessionLoop loop;
    private final SessionDoor door;
    private final Elsewhere elsewhere;

    /** Serves the sessions of an event loop. */
    public SseEndpoint(SessionLoop loop, Elsewhere elsewhere) {
        this.loop = loop;
        this.door = new SessionDoor(loop);
        this.elsewhere = elsewhere;
    }

    /** Begins the stream of a new session. */
    public void open(Exchange exchange, HttpConnection connection) {
        Place place = door.enter(exchange, connection);
        if (place != null) {
            new SseSession(loop, exchange, connection.remote(), place).begin();
        }
    }

    /** Takes one message. */
    public void post(Exchange exchange, byte[] body) {
        String id = Objects.requireNonNull(exchange.head().namedSession());
        SseSession session = id.isEmpty() ? null : loop.sessions().findSse(id);
        if (id.isEmpty()) {
            exchange.refuse(HttpRefusal.of(
                    400,
                    RequestHead.SESSION_PARAMETER + " is missing: the stream at " + Route.SSE.path() + " names it"));
        } else if (session == null) {
            elsewhere.forward(exchange, id, body);
        } else {
            serve(session, exchange, body);
        }
    }

    /** Hands a message to the session that it is for. */
    public static void serve(SseSession session, Exchange exchange, byte[] body) {
        if (exchange.accepts(body)) {
            Envelope message = exchange.posted(body).envelope();
            exchange.own(session);
            session.onLoop(() -> session.post(exchange, message));
        }
    }
}
