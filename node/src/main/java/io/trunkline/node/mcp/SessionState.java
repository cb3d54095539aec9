package io.trunkline.node.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.trunkline.node.spi.LogLevel;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import org.jspecify.annotations.Nullable;

/**
 * What a session has agreed upon with its client. Immutable; together with the tools' values it is the checkpoint.
 *
 * @param version null before {@code initialize}
 * @param ready whether the client has confirmed with {@code notifications/initialized}
 * @param client who it is
 * @param capabilities what the client can do, as JSON
 * @param logLevel the least severe message that it wants; null when it has not said
 */
@SuppressWarnings("ArrayRecordComponent") // Never changed and never compared; a tree would take ten times the heap.
record SessionState(
        @Nullable ProtocolVersion version,
        boolean ready,
        ClientInfo client,
        byte[] capabilities,
        @Nullable LogLevel logLevel) {

    static final SessionState NEW = new SessionState(null, false, ClientInfo.UNKNOWN, "{}".getBytes(UTF_8), null);

    SessionState asReady() {
        return new SessionState(version, true, client, capabilities, logLevel);
    }

    SessionState withLogLevel(LogLevel level) {
        return new SessionState(version, ready, client, capabilities, level);
    }
}
