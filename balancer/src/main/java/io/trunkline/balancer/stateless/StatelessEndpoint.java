package io.trunkline.balancer.stateless;

import io.trunkline.balancer.http.Exchange;
import io.trunkline.balancer.http.RequestHead;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import io.trunkline.protocol.session.Owner;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Streamable HTTP without sessions (MCP 2026-07-28, basic, transports): checks each request against its head, and hands
 * it to the relay of its connection. Belongs to the connection's event loop.
 */
public final class StatelessEndpoint {
    private final int messageLimit;
    private final Affinity affinity;

    /** Serves connections of one event loop. */
    public StatelessEndpoint(StatelessLoop loop) {
        this.messageLimit = loop.clients().settings().messageLimit();
        this.affinity = new Affinity(loop.settings().affinity());
    }

    /**
     * Whether a message is served by itself rather than in a session (MCP 2026-07-28, basic, versioning). What names a
     * version that nobody knows is, for its answer tells which there are.
     *
     * @param version what the head names, or null
     */
    public static boolean takes(@Nullable String version, Envelope message) {
        ProtocolVersion known = version == null ? null : ProtocolVersion.of(version);
        if (known != null && !known.stateless()) {
            return message.version() != null && !message.version().equals(version);
        }
        return version != null || message.version() != null;
    }

    /** Serves a message that was read; {@code asker} is asked for the client when it is passed on. */
    public void serve(Exchange exchange, Envelope message, Supplier<StatelessClient> asker) {
        RequestHead head = exchange.head();
        StatelessRefusal refusal = StatelessCheck.check(head, message);
        if (refusal != null) {
            refuse(exchange, refusal, message);
            return;
        }
        if (message.kind() == Envelope.Kind.NOTIFICATION) {
            // None is defined: a client cancels by closing the stream.
            exchange.answer(202);
            return;
        }
        Map<String, String> params = EdgeMember.params(head.headers());
        if (params == null) {
            refuse(exchange, StatelessRefusal.mismatch("an Mcp-Param header cannot be decoded"), message);
            return;
        }
        Owner owner = head.owner();
        byte[] request = EdgeMember.addTo(message.message(), params, owner);
        if (request.length > messageLimit) {
            String text = "the message and its headers are larger than " + messageLimit + " bytes";
            refuse(exchange, new StatelessRefusal(413, ErrorCode.INVALID_REQUEST, text, ""), message);
            return;
        }
        asker.get()
                .ask(exchange, message, request, affinity.of(message, params, owner.isNobody() ? null : owner.key()));
    }

    private static void refuse(Exchange exchange, StatelessRefusal refusal, Envelope message) {
        exchange.answer(refusal.status(), refusal.body(message));
    }
}
