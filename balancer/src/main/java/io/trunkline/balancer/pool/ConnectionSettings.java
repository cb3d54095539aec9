package io.trunkline.balancer.pool;

import io.trunkline.protocol.member.Expect;
import java.time.Duration;

/**
 * How a pool's servers are connected to.
 *
 * @param connect how long a connection may take, with its TLS handshake
 * @param answer from the end of a request to the head of its answer
 * @param kept idle connections that each event loop keeps to each server
 * @param idle how long one is kept
 * @param proxyProtocol 0, or the version of the PROXY protocol that each connection begins with
 * @param tls whether they are encrypted
 */
public record ConnectionSettings(
        Duration connect, Duration answer, int kept, Duration idle, int proxyProtocol, ServerTlsSettings tls) {
    public static final ConnectionSettings DEFAULT = new ConnectionSettings(
            Duration.ofSeconds(5), Duration.ofSeconds(60), 32, Duration.ofSeconds(60), 0, ServerTlsSettings.OFF);

    public ConnectionSettings {
        Expect.that(connect.toMillis() >= 10 && connect.toMinutes() <= 5, "connections.connect", connect, "10ms to 5m");
        Expect.that(answer.toMillis() >= 10 && answer.toHours() <= 24, "connections.answer", answer, "10ms to 24h");
        Expect.between("connections.kept", kept, 0, 10_000);
        Expect.that(idle.toMillis() >= 100 && idle.toHours() <= 24, "connections.idle", idle, "100ms to 24h");
        Expect.between("connections.proxy-protocol", proxyProtocol, 0, 2);
    }
}
