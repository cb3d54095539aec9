package io.trunkline.balancer.http;

import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.refusal.Reason;
import java.net.InetSocketAddress;

/**
 * HTTP with SSE (MCP 2024-11-05, basic, transports), deprecated: opens a session for each stream, and hands what is posted
 * to the session that the query names. Belongs to the connection's event loop.
 */
final class SseEndpoint {
    /** The parameter that names the session. */
    static final String SESSION = "sessionId";

    private final HttpLoop loop;
    private final HttpSessions sessions;

    SseEndpoint(HttpLoop loop, HttpSessions sessions) {
        this.loop = loop;
        this.sessions = sessions;
    }

    /** Begins the stream of a new session. */
    void open(Exchange exchange, HttpConnection connection) {
        InetSocketAddress remote = connection.remote();
        Reason full = loop.draining() ? Reason.SHUTTING_DOWN : sessions.enter(remote.getAddress());
        if (full == null) {
            new SseSession(loop, sessions, exchange, remote).begin();
            return;
        }
        loop.ended(full);
        exchange.refuse(
                full == Reason.OVERLOADED
                        ? HttpRefusal.of(429, ErrorCode.OVERLOADED, "too many sessions from this address")
                        : HttpRefusal.of(503, full.text()));
    }

    /** Takes one message. */
    void post(Exchange exchange, byte[] body) {
        String id = parameter(exchange.head().target(), SESSION);
        SseSession session = id.isEmpty() ? null : sessions.findSse(id);
        if (id.isEmpty()) {
            exchange.refuse(
                    HttpRefusal.of(400, SESSION + " is missing: the stream at " + Route.SSE.path() + " names it"));
        } else if (session == null) {
            loop.finder().forward(exchange, id, body);
        } else {
            serve(session, exchange, body);
        }
    }

    /** Hands a message to the session that it is for. */
    static void serve(SseSession session, Exchange exchange, byte[] body) {
        Envelope message = McpEndpoint.read(exchange, body);
        if (message != null) {
            exchange.own(session);
            session.onLoop(() -> session.post(exchange, message));
        }
    }

    /** The first value of a parameter in the query of a target, as it is written there; empty when there is none. */
    static String parameter(String target, String name) {
        int at = target.indexOf('?') + 1;
        while (at > 0 && at < target.length()) {
            int ampersand = target.indexOf('&', at);
            int end = ampersand < 0 ? target.length() : ampersand;
            if (target.startsWith(name + "=", at)) {
                return target.substring(at + name.length() + 1, end);
            }
            at = end + 1;
        }
        return "";
    }
}
