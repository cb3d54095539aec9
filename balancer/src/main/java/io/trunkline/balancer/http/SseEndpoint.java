package io.trunkline.balancer.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.trunkline.balancer.limits.Place;
import io.trunkline.protocol.jsonrpc.Envelope;
import java.util.List;

/**
 * HTTP with SSE (MCP 2024-11-05, basic, transports), deprecated: opens a session for each stream, and hands what is posted
 * to the session that the query names. Belongs to the connection's event loop.
 */
final class SseEndpoint {
    /** The parameter that names the session. */
    static final String SESSION = "sessionId";

    /**
     * What the names of HTTP clients begin with that some SDKs use which resolve the endpoint against their base address instead
     * of the address of the stream: those of the MCP Java SDK, over the JDK's client and over Reactor's.
     */
    private static final List<String> RESOLVE_FROM_ROOT = List.of("Java-http-client/", "ReactorNetty/");

    private final HttpLoop loop;
    private final HttpSessions sessions;
    private final SessionDoor door;

    SseEndpoint(HttpLoop loop, HttpSessions sessions) {
        this.loop = loop;
        this.sessions = sessions;
        this.door = new SessionDoor(loop, sessions);
    }

    /** Begins the stream of a new session. */
    void open(Exchange exchange, HttpConnection connection) {
        Place place = door.enter(exchange, connection);
        if (place != null) {
            new SseSession(loop, sessions, exchange, connection.remote(), place).begin();
        }
    }

    /**
     * Where messages for a session go, as a reference to be resolved against the address of its stream: so it holds behind a
     * proxy that serves this under another path, too (RFC 3986, section 5.2).
     */
    static String endpoint(RequestHead head, String id) {
        String name = head.headers().get(HttpHeaderNames.USER_AGENT, "");
        String path = Route.MESSAGES.path();
        if (RESOLVE_FROM_ROOT.stream().noneMatch(name::startsWith)) {
            boolean below = Route.pathOf(head.target()).endsWith("/");
            path = (below ? ".." : "") + path.substring(path.lastIndexOf('/') + (below ? 0 : 1));
        }
        return path + "?" + SESSION + "=" + id;
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
