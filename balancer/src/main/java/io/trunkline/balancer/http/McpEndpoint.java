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
 * Streamable HTTP (MCP 2025-11-25, basic, transports): opens sessions, and hands requests on to the event loop of the session
 * that they name, or to the {@link SessionFinder}. Belongs to the connection's event loop.
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
        String id = exchange.head().session();
        if (id == null) {
            serveWithoutSession(exchange, body, connection);
            return;
        }
        HttpSession session = sessions.find(id);
        if (session == null) {
            loop.finder().forward(exchange, id, body);
        } else {
            SessionFinder.serve(
                    session,
                    exchange,
                    body,
                    () -> exchange.onLoop(() -> loop.finder().forward(exchange, id, body)));
        }
    }

    private void serveWithoutSession(Exchange exchange, byte[] body, HttpConnection connection) {
        Envelope message = exchange.head().isPost() ? read(exchange, body) : null;
        if (message != null && "initialize".equals(message.method())) {
            HttpSession session = open(exchange, connection);
            if (session != null) {
                exchange.own(session);
                session.post(exchange, message, null);
            }
        } else if (message != null || !exchange.head().isPost()) {
            exchange.refuse(HttpRefusal.of(400, "Mcp-Session-Id is missing: initialize first"));
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
        return HttpSession.open(loop, sessions, remote);
    }
}
