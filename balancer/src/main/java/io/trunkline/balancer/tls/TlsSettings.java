package io.trunkline.balancer.tls;

import io.trunkline.protocol.member.Expect;
import java.time.Duration;

/**
 * The settings of {@code trunkline.balancer.tls}.
 *
 * @param certificate PEM file with the certificate and those that lead to its root; empty: no TLS
 * @param key PEM file with the certificate's private key, PKCS #8, not encrypted
 * @param httpPort TCP port for HTTP over TLS; 0 lets the system choose
 * @param tcpPort TCP port for JSON-RPC lines over TLS; 0 lets the system choose
 * @param preferNative whether to use OpenSSL where it loads
 * @param handshake from the connection to the end of the handshake
 * @param reload time between two looks at the files
 */
public record TlsSettings(
        String certificate,
        String key,
        int httpPort,
        int tcpPort,
        boolean preferNative,
        Duration handshake,
        Duration reload) {
    public TlsSettings {
        Expect.that(
                certificate.isBlank() == key.isBlank(),
                certificate.isBlank() ? "tls.certificate" : "tls.key",
                "\"\"",
                "a file, because the other one of tls.certificate and tls.key is set");
        Expect.port("tls.http-port", httpPort);
        Expect.port("tls.tcp-port", tcpPort);
        Expect.positive("tls.handshake", handshake);
        Expect.positive("tls.reload", reload);
    }

    /** Whether TLS is served. */
    public boolean on() {
        return !certificate.isBlank();
    }
}
