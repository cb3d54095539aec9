package io.trunkline.node.mcp.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.trunkline.node.mcp.wire.ClientFeatures;
import io.trunkline.node.mcp.wire.ClientInfo;
import io.trunkline.node.spi.LogLevel;
import io.trunkline.node.spi.Principal;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * What a session has agreed upon with its client. Immutable; together with the tools' values it is the checkpoint.
 *
 * @param version null before {@code initialize}
 * @param ready whether the client has confirmed with {@code notifications/initialized}
 * @param client who it is
 * @param capabilities what the client can do, as JSON
 * @param logLevel the least severe message that it wants; null when it has not said
 * @param subscriptions URIs of the resources that it watches
 * @param owner on whose behalf it asks
 */
@SuppressWarnings("ArrayRecordComponent") // Never changed and never compared; a tree would take ten times the heap.
public record SessionState(
        @Nullable ProtocolVersion version,
        boolean ready,
        ClientInfo client,
        byte[] capabilities,
        @Nullable LogLevel logLevel,
        SortedSet<String> subscriptions,
        Principal owner) {

    public static final SessionState NEW = new SessionState(
            null,
            false,
            ClientInfo.UNKNOWN,
            "{}".getBytes(UTF_8),
            null,
            Collections.emptySortedSet(),
            Principal.NOBODY);

    /** What the client can be asked. */
    public ClientFeatures features(ObjectMapper mapper) {
        try {
            return ClientFeatures.of(
                    version == null ? ProtocolVersion.NEWEST_WITH_SESSION : version, mapper.readTree(capabilities));
        } catch (IOException e) {
            throw new UncheckedIOException("capabilities that were read before", e);
        }
    }

    public SessionState asReady() {
        return new SessionState(version, true, client, capabilities, logLevel, subscriptions, owner);
    }

    public SessionState withLogLevel(LogLevel level) {
        return new SessionState(version, ready, client, capabilities, level, subscriptions, owner);
    }

    /**
     * The same with these subscriptions.
     *
     * @param uris not to be changed any more
     */
    public SessionState withSubscriptions(SortedSet<String> uris) {
        return new SessionState(
                version, ready, client, capabilities, logLevel, Collections.unmodifiableSortedSet(uris), owner);
    }

    public SessionState withOwner(Principal principal) {
        return principal.equals(owner)
                ? this
                : new SessionState(version, ready, client, capabilities, logLevel, subscriptions, principal);
    }
}
