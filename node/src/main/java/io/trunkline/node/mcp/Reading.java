package io.trunkline.node.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.mcp.MethodTable.Method;
import io.trunkline.node.mcp.MethodTable.Step;
import io.trunkline.protocol.jsonrpc.Envelope;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message, read as far as was done beforehand.
 *
 * @param envelope what it is
 * @param step the request with its parameters read; null when that is still to be done
 * @param members of a batch; null when they are still to be read
 * @param response the client's whole answer to a question; null when it is still to be read
 */
record Reading(
        Envelope envelope,
        @Nullable Step step,
        @Nullable List<Reading> members,
        @Nullable JsonNode response) {

    /** Only the envelope: what a small message costs the session's thread is less than another thread would. */
    static Reading of(Envelope envelope) {
        return new Reading(envelope, null, null, null);
    }

    /** Everything that needs nothing of the session. */
    static Reading whole(Envelope envelope, McpServer server) {
        if (envelope.kind() == Envelope.Kind.REQUEST) {
            Method<?> method = server.methods().request(envelope.method());
            return new Reading(envelope, method == null ? null : method.prepare(envelope), null, null);
        }
        if (envelope.kind() == Envelope.Kind.BATCH) {
            List<Envelope> members =
                    server.json().reader().members(envelope, server.settings().limits().batch());
            return new Reading(
                    envelope,
                    null,
                    members.stream().map(member -> whole(member, server)).toList(),
                    null);
        }
        if (envelope.kind() == Envelope.Kind.RESPONSE && envelope.hasId()) {
            return new Reading(envelope, null, null, tree(envelope, server));
        }
        return of(envelope);
    }

    private static @Nullable JsonNode tree(Envelope response, McpServer server) {
        try {
            return server.json().mapper().readTree(response.message(), response.start(), response.end() - response.start());
        } catch (IOException e) {
            // Whoever needs it will fail on it.
            return null;
        }
    }
}
