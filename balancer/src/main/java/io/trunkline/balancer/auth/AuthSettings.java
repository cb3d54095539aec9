package io.trunkline.balancer.auth;

import io.trunkline.balancer.auth.keys.Fetch;
import io.trunkline.protocol.member.Expect;
import io.trunkline.protocol.member.SettingsException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The settings of {@code trunkline.balancer.auth}. Clients are asked who they are when there is an issuer, a file of tokens, or
 * roots of client certificates.
 *
 * @param resource this server, and the authorization servers whose tokens it takes
 * @param keys how their keys are kept
 * @param checks bounds of the checks of tokens
 * @param tokens tokens that are named in a file
 * @param certificates what client certificates say
 * @param scopes what may be done with which scopes
 * @param tcp what becomes of the ports for JSON-RPC lines, which carry no token
 * @param offOnPublicAddresses whether clients of other machines may be served without being asked
 */
public record AuthSettings(
        Resource resource,
        Keys keys,
        Checks checks,
        Tokens tokens,
        Certificates certificates,
        ScopeRules scopes,
        Tcp tcp,
        boolean offOnPublicAddresses) {
    /** Algorithms that a token may be signed with: those with a public key of RFC 7518, RFC 8037 and RFC 9864. */
    private static final Set<String> ALGORITHMS =
            Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519");

    /** RFC 6749, section 3.3. */
    private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");

    /** Asks for refresh tokens, which no resource needs (MCP 2026-07-28, basic, authorization, refresh tokens). */
    private static final String OFFLINE = "offline_access";

    /** What becomes of the ports for JSON-RPC lines. */
    public enum Tcp {
        /** Nothing was said. */
        UNSAID,
        /** As without authorization: whoever connects is served. */
        OPEN,
        /** Only by TLS, and with a certificate. */
        MTLS,
        /** There are none. */
        OFF;

        /** The one of this name. */
        public static Tcp of(String name) {
            return switch (name.toLowerCase(Locale.ROOT)) {
                case "" -> UNSAID;
                case "open" -> OPEN;
                case "mtls" -> MTLS;
                case "off" -> OFF;
                default -> throw new SettingsException("auth.tcp: " + name + " (expected: off, mtls or open)");
            };
        }
    }

    /** Which name in a certificate is its owner's. */
    public enum CertificateName {
        /** The distinguished name of the subject. */
        SUBJECT,
        /** The first alternative name that is a URI, or a DNS name, or a mail address. */
        SAN;

        /** The one of this name. */
        public static CertificateName of(String name) {
            return switch (name.toLowerCase(Locale.ROOT)) {
                case "subject" -> SUBJECT;
                case "san" -> SAN;
                default ->
                    throw new SettingsException("auth.certificate-name: " + name + " (expected: subject or san)");
            };
        }
    }

    /**
     * This server as a resource that tokens are for (RFC 8707, RFC 9728).
     *
     * @param uri its name, for which tokens must be; empty when there are no issuers
     * @param name its name for people; may be empty
     * @param issuers whose tokens are taken; empty: nobody's
     * @param leeway how much clocks may differ, at most 60 s
     */
    public record Resource(String uri, String name, List<Issuer> issuers, Duration leeway) {
        /** Each has a thread that fetches its keys. */
        private static final int MOST_ISSUERS = 16;

        public Resource {
            issuers = List.copyOf(issuers);
            Expect.between("auth.leeway in ms", leeway.toMillis(), 0, 60_000);
            Expect.between("auth.issuers", issuers.size(), 0, MOST_ISSUERS);
            Set<String> names = new HashSet<>();
            for (Issuer one : issuers) {
                Expect.that(names.add(one.issuer()), "auth.issuers", one.issuer(), "each of them once");
            }
            if (!issuers.isEmpty()) {
                Expect.that(
                        !uri.isEmpty(),
                        "auth.resource",
                        "\"\"",
                        "the URI of this server as clients know it, for example https://mcp.example.com/mcp");
                requireUri("auth.resource", uri);
            }
        }

        boolean on() {
            return !issuers.isEmpty();
        }
    }

    /**
     * An authorization server.
     *
     * @param issuer its identifier, as it stands in tokens
     * @param jwksUri where its keys are; empty: it says so itself
     * @param algorithms with which its tokens may be signed
     */
    public record Issuer(String issuer, String jwksUri, List<String> algorithms) {
        public Issuer {
            algorithms = checkedAlgorithms(algorithms);
            requireUri("auth.issuer", issuer);
            if (!jwksUri.isEmpty()) {
                requireUri("auth.jwks-uri", jwksUri);
            }
        }
    }

    /**
     * Algorithms of signatures that tokens may have.
     *
     * @throws SettingsException when one of them is no signature by a key pair, or there are none
     */
    public static List<String> checkedAlgorithms(List<String> algorithms) {
        for (String algorithm : algorithms) {
            Expect.that(ALGORITHMS.contains(algorithm), "auth.algorithms", algorithm, "some of " + ALGORITHMS);
        }
        Expect.that(!algorithms.isEmpty(), "auth.algorithms", "\"\"", "at least one");
        return List.copyOf(algorithms);
    }

    private static void requireUri(String key, String text) {
        boolean good;
        try {
            URI uri = new URI(text);
            good = Fetch.isSafe(uri) && uri.getRawFragment() == null && text.indexOf('"') < 0;
        } catch (URISyntaxException e) {
            good = false;
        }
        Expect.that(good, key, text, "a URI with https, or with http and a loopback address, without a fragment");
    }

    /**
     * How the keys of an issuer are kept.
     *
     * @param timeout for one fetch, with what must be asked before it
     * @param refresh between fetches, when nothing else asks for one
     * @param pause between fetches, whatever tokens ask for
     * @param patience how long a request whose key is not known waits for a fetch to begin
     */
    public record Keys(Duration timeout, Duration refresh, Duration pause, Duration patience) {
        public Keys {
            Expect.positive("auth.keys.timeout", timeout);
            Expect.positive("auth.keys.refresh", refresh);
            Expect.positive("auth.keys.pause", pause);
            Expect.between("auth.keys.patience in ms", patience.toMillis(), 0, 300_000);
        }
    }

    /**
     * Bounds of the checks of tokens.
     *
     * @param threads that check signatures
     * @param queue tokens that wait for them
     * @param cached tokens that are known to be good
     * @param token characters of a token
     */
    public record Checks(int threads, int queue, int cached, int token) {
        public Checks {
            Expect.between("auth.checks.threads", threads, 1, 64);
            Expect.between("auth.checks.queue", queue, 1, 1_000_000);
            Expect.between("auth.checks.cached", cached, 1, 10_000_000);
            Expect.between("auth.checks.token", token, 256, 1024 * 1024);
        }
    }

    /**
     * Tokens that are named in a file.
     *
     * @param file its path; empty for none
     * @param reload time between two looks at it
     */
    public record Tokens(String file, Duration reload) {
        public Tokens {
            Expect.positive("auth.reload", reload);
        }

        boolean on() {
            return !file.isBlank();
        }
    }

    /**
     * What client certificates say.
     *
     * @param shown whether clients that speak HTTP are asked for one
     * @param name which name is the owner's
     * @param scopes of everybody who has one
     */
    public record Certificates(boolean shown, CertificateName name, Set<String> scopes) {
        public Certificates {
            scopes = Set.copyOf(scopes);
        }
    }

    public AuthSettings {
        if (asks(resource, tokens, certificates)) {
            Expect.that(
                    tcp != Tcp.UNSAID,
                    "auth.tcp",
                    "\"\"",
                    "off, mtls or open, because JSON-RPC lines carry no token; TRUNKLINE_AUTH_TCP sets it");
        } else {
            Expect.that(
                    tcp == Tcp.UNSAID || tcp == Tcp.OPEN,
                    "auth.tcp",
                    tcp.name().toLowerCase(Locale.ROOT),
                    "open or nothing as long as there is no auth.issuer, auth.tokens or tls.clients");
        }
        for (String scope : scopes.all()) {
            Expect.that(
                    SCOPE.matcher(scope).matches() && !scope.equals(OFFLINE),
                    "auth.scope",
                    scope,
                    "visible ASCII without quotes and backslashes, and not " + OFFLINE);
        }
    }

    /** Whether clients are asked who they are. */
    public boolean on() {
        return asks(resource, tokens, certificates);
    }

    private static boolean asks(Resource resource, Tokens tokens, Certificates certificates) {
        return resource.on() || tokens.on() || certificates.shown();
    }

    /**
     * Refuses to serve clients of other machines without asking who they are, unless that was wanted.
     *
     * @param host where clients are listened for
     * @throws SettingsException when it is no loopback address
     */
    public void requireSafeBind(String host) {
        if (on() || offOnPublicAddresses) {
            return;
        }
        boolean loopback;
        try {
            loopback = InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            loopback = false;
        }
        Expect.that(
                loopback,
                "member.host",
                host,
                "a loopback address as long as nobody is asked who he is; set auth.issuer, auth.tokens or tls.clients,"
                        + " or TRUNKLINE_AUTH_OFF_ON_PUBLIC_ADDRESSES=accepted");
    }
}
