package io.trunkline.node.mcp;

import io.trunkline.node.mcp.wire.CallParams;
import io.trunkline.node.mcp.wire.EdgeNotes;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.spi.Principal;
import io.trunkline.protocol.control.CallLost;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import io.trunkline.protocol.jsonrpc.Methods;
import org.jspecify.annotations.Nullable;

/** What is known of messages that came here after the nodes that had them were lost. Thread-safe; never throws. */
final class LostCalls {

    private final McpServer server;

    LostCalls(McpServer server) {
        this.server = server;
    }

    /** Whether the message has no request that could have ended its nodes: one that only listens is no run. */
    boolean runsNothing(byte[] message) {
        Envelope envelope = server.json().reader().read(message);
        return switch (envelope.kind()) {
            case REQUEST -> envelope.method().equals(Methods.SUBSCRIPTIONS_LISTEN);
            case BATCH -> false;
            case NOTIFICATION, RESPONSE, INVALID, UNREADABLE -> true;
        };
    }

    /**
     * Counts the tools that the message calls.
     *
     * @param owner of the session that it belongs to
     * @param node the last one that was lost with it
     * @param losses how many were
     */
    void count(byte[] message, Principal owner, String node, int losses) {
        Envelope envelope = server.json().reader().read(message);
        if (envelope.kind() == Envelope.Kind.BATCH) {
            server.json().reader()
                    .members(envelope, server.settings().limits().batch())
                    .forEach(member -> count(member, owner, node, losses));
        } else {
            count(envelope, owner, node, losses);
        }
    }

    private void count(Envelope message, Principal owner, String node, int losses) {
        String tool =
                message.kind() == Envelope.Kind.REQUEST && message.method().equals(Methods.TOOLS_CALL)
                        ? tool(message)
                        : null;
        if (tool != null) {
            String principal = message.hasEdgeMember() ? told(message) : owner.id();
            server.guard().circuits().lost(new CallLost(tool, principal, node, losses));
        }
    }

    /** The name of a tool that there is; null for anything else a client may have sent. */
    private @Nullable String tool(Envelope call) {
        try {
            String name = CallParams.read(call, server.json().mapper(), server.json().mapper().reader())
                    .tool();
            return server.catalog().tools().listing().find(name) == null ? null : name;
        } catch (RpcFault fault) {
            return null;
        }
    }

    /** Who asks without a session, as the edge says under {@link EnvelopeReader#EDGE}. */
    private String told(Envelope message) {
        try {
            return EdgeNotes.of(message, server.json().mapper()).principal().id();
        } catch (RpcFault fault) {
            return Principal.NOBODY.id();
        }
    }
}
