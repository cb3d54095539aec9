package io.trunkline.node.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.mcp.methods.MethodTable.Method;
import io.trunkline.node.mcp.methods.MethodTable.Step;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
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

    /** Everything of a message that needs nothing of its session. On any thread; never throws. */
    static Reading whole(byte[] message, Engine engine) {
        EnvelopeReader reader = engine.environment().json().reader();
        try {
            return whole(reader.read(message), engine);
        } catch (Throwable e) {
            engine.environment().failures().failed(e);
            return of(reader.read(new byte[0]));
        }
    }

    /** Everything that needs nothing of the session. */
    private static Reading whole(Envelope envelope, Engine engine) {
        if (envelope.kind() == Envelope.Kind.REQUEST) {
            Method<?> method = engine.methods().request(envelope.method());
            return new Reading(envelope, method == null ? null : method.prepare(envelope), null, null);
        }
        if (envelope.kind() == Envelope.Kind.BATCH) {
            List<Envelope> members = engine.environment()
                    .json()
                    .reader()
                    .members(envelope, engine.environment().settings().limits().batch());
            return new Reading(
                    envelope,
                    null,
                    members.stream().map(member -> whole(member, engine)).toList(),
                    null);
        }
        if (envelope.kind() == Envelope.Kind.RESPONSE && envelope.hasId()) {
            return new Reading(envelope, null, null, tree(envelope, engine));
        }
        return of(envelope);
    }

    private static @Nullable JsonNode tree(Envelope response, Engine engine) {
        try {
            return engine.environment()
                    .json()
                    .mapper()
                    .readTree(response.message(), response.start(), response.end() - response.start());
        } catch (IOException e) {
            // The question that it answers will fail on it.
            return null;
        }
    }
}
