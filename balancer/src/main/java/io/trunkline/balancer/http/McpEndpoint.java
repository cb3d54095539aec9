package io.trunkline.balancer.http;

import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.JsonLimits;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.refusal.Reason;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Streamable HTTP (MCP 2025-11-25, basic, transports): finds the session of a request, or opens one, and hands the request
 * on to the session's event loop. Belongs to the connection's event loop.
 */
final class McpEndpoint {
    private static final EnvelopeReader READER = new EnvelopeReader(JsonLimits.DEFAULT);

    private final HttpLoop loop;
    private final HttpSessions sessions;

    McpEndpoint(HttpLoop loop, HttpSessions sessions) {
        this.loop = loop;
        this.sessions = sessions;
    }

    void serve(Exchange exchange, byte[] body, HttpConnection connection) {
        RequestHead head = exchange.head();
        if (head.isPost()) {
            Envelope message = read(exchange, body);
            if (message != null) {
                post(exchange, message, connection);
            }
            return;
        }
        HttpSession session = find(exchange);
        if (session == null) {
            return;
        }
        exchange.own(session);
        if (head.isGet()) {
            session.onLoop(() -> session.listen(exchange));
        } else {
            session.onLoop(() -> session.delete(exchange));
        }
    }

    /** The message, or null when it is none and the client has been told. */
    static @Nullable Envelope read(Exchange exchange, byte[] body) {
        Envelope message = READER.read(body);
        if (message.kind() == Envelope.Kind.UNREADABLE || message.kind() == Envelope.Kind.INVALID) {
            int code = message.kind() == Envelope.Kind.UNREADABLE ? ErrorCode.PARSE_ERROR : ErrorCode.INVALID_REQUEST;
            exchange.answer(400, Messages.error(message, code, message.problem()));
            return null;
        }
        return message;
    }

    private void post(Exchange exchange, Envelope message, HttpConnection connection) {
        boolean first = exchange.head().session() == null && "initialize".equals(message.method());
        HttpSession session = first ? open(exchange, connection) : find(exchange);
        if (session != null) {
            exchange.own(session);
            session.onLoop(() -> session.post(exchange, message));
        }
    }

    private @Nullable HttpSession open(Exchange exchange, HttpConnection connection) {
        InetSocketAddress remote = connection.remote();
        Reason full = loop.draining() ? Reason.SHUTTING_DOWN : sessions.enter(remote.getAddress());
        if (full != null) {
            loop.ended(full);
            exchange.refuse(
                    full == Reason.OVERLOADED
                            ? HttpRefusal.of(429, ErrorCode.OVERLOADED, "too many sessions from this address")
                            : HttpRefusal.of(503, full.text()));
            return null;
        }
        return new HttpSession(loop, sessions, remote);
    }

    private @Nullable HttpSession find(Exchange exchange) {
        String id = exchange.head().session();
        if (id == null) {
            exchange.refuse(HttpRefusal.of(400, "Mcp-Session-Id is missing: initialize first"));
            return null;
        }
        HttpSession session = sessions.find(id);
        if (session == null) {
            exchange.refuse(HttpRefusal.noSession());
        }
        return session;
    }
}
