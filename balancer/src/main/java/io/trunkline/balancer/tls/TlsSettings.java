package io.trunkline.balancer.tls;

import com.typesafe.config.Config;
import io.trunkline.protocol.member.Expect;
import io.trunkline.protocol.member.SettingsException;
import java.time.Duration;
import java.util.Locale;

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
 * @param clients which clients have to show a certificate
 */
public record TlsSettings(
        String certificate,
        String key,
        int httpPort,
        int tcpPort,
        boolean preferNative,
        Duration handshake,
        Duration reload,
        Clients clients) {
    /** Whoever begins a handshake and goes on slowly should not hold a place. */
    private static final Duration HANDSHAKE = Duration.ofSeconds(5);

    /** Whether clients are asked for a certificate. */
    public enum Ask {
        /** They are not. */
        OFF,
        /** They are, and go on without one; a certificate that is no good ends the handshake. */
        OPTIONAL,
        /** They are; without a good one there is no handshake. */
        REQUIRED;

        /** The one of this name. */
        public static Ask of(String name) {
            return switch (name.toLowerCase(Locale.ROOT)) {
                case "off" -> OFF;
                case "optional" -> OPTIONAL;
                case "required" -> REQUIRED;
                default ->
                    throw new SettingsException("tls.clients: " + name + " (expected: off, optional or required)");
            };
        }
    }

    /**
     * Which clients have to show a certificate.
     *
     * @param http those that speak HTTP
     * @param lines those that speak JSON-RPC lines
     * @param roots PEM file with the certificates that theirs must lead to
     */
    public record Clients(Ask http, Ask lines, String roots) {
        public Clients {
            Expect.that(
                    (http == Ask.OFF && lines == Ask.OFF) || !roots.isBlank(),
                    "tls.client-roots",
                    "\"\"",
                    "a file, because tls.clients or auth.tcp asks clients for certificates");
        }

        /** Whether some are. */
        boolean asked() {
            return http != Ask.OFF || lines != Ask.OFF;
        }
    }

    public TlsSettings {
        Expect.that(
                certificate.isBlank() == key.isBlank(),
                certificate.isBlank() ? "tls.certificate" : "tls.key",
                "\"\"",
                "a file, because the other one of tls.certificate and tls.key is set");
        Expect.port("tls.http-port", httpPort);
        Expect.port("tls.tcp-port", tcpPort);
        Expect.positive("tls.handshake", handshake);
        Expect.positive("reload", reload);
        Expect.that(
                !clients.asked() || !certificate.isBlank(),
                "tls.certificate",
                "\"\"",
                "a file, because clients are asked for certificates");
    }

    /**
     * Reads {@code tls}.
     *
     * @param c {@code trunkline.balancer}
     * @param preferNative whether to use OpenSSL where it loads
     * @param firstMessage how long clients may take to say something, the handshake included
     * @param lines whether clients that speak JSON-RPC lines have to show a certificate
     */
    public static TlsSettings from(Config c, boolean preferNative, Duration firstMessage, Ask lines) {
        return new TlsSettings(
                c.getString("tls.certificate"),
                c.getString("tls.key"),
                c.getInt("tls.http-port"),
                c.getInt("tls.tcp-port"),
                preferNative,
                firstMessage.compareTo(HANDSHAKE) < 0 ? firstMessage : HANDSHAKE,
                c.getDuration("reload"),
                new Clients(Ask.of(c.getString("tls.clients")), lines, c.getString("tls.client-roots")));
    }

    /** Whether TLS is served. */
    public boolean on() {
        return !certificate.isBlank();
    }
}
