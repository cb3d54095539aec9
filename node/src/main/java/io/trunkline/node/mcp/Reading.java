package io.trunkline.node.mcp;

import io.trunkline.node.mcp.MethodTable.Method;
import io.trunkline.node.mcp.MethodTable.Step;
import io.trunkline.protocol.jsonrpc.Envelope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message, read as far as was done beforehand.
 *
 * @param envelope what it is
 * @param step the request with its parameters read; null when that is still to be done
 * @param members of a batch; null when they are still to be read
 */
record Reading(
        Envelope envelope, @Nullable Step step, @Nullable List<Reading> members) {

    /** Only the envelope: what a small message costs the session's thread is less than another thread would. */
    static Reading of(Envelope envelope) {
        return new Reading(envelope, null, null);
    }

    /** Everything that needs nothing of the session. */
    static Reading whole(Envelope envelope, McpServer server) {
        if (envelope.kind() == Envelope.Kind.REQUEST) {
            Method<?> method = server.methods().request(envelope.method());
            return new Reading(envelope, method == null ? null : method.prepare(envelope), null);
        }
        if (envelope.kind() == Envelope.Kind.BATCH) {
            List<Envelope> members =
                    server.reader().members(envelope, server.settings().limits().batch());
            return new Reading(
                    envelope,
                    null,
                    members.stream().map(member -> whole(member, server)).toList());
        }
        return of(envelope);
    }
}
