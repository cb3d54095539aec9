package io.trunkline.balancer.auth;

import com.typesafe.config.Config;
import io.trunkline.protocol.member.Expect;
import io.trunkline.protocol.member.SettingsException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The settings of {@code trunkline.balancer.auth}. Clients are asked who they are when there is an issuer, a file of
 * tokens, or roots of client certificates.
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
        ResourceSettings resource,
        Keys keys,
        Checks checks,
        Tokens tokens,
        Certificates certificates,
        ScopeRules scopes,
        Tcp tcp,
        boolean offOnPublicAddresses) {
    /** How long a fetch of an issuer's keys may take, with the metadata that it may have to ask for first. */
    private static final Duration FETCH = Duration.ofSeconds(5);

    /** Tokens that wait for a check; those beyond are refused with status 503. */
    private static final int QUEUE = 1024;

    /** Tokens that are known to be good, about 500 bytes each. */
    private static final int CACHED = 50_000;

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
            Expect.between("auth.threads", threads, 1, 64);
            Expect.between("auth.checks.queue", queue, 1, 1_000_000);
            Expect.between("auth.checks.cached", cached, 1, 10_000_000);
            Expect.between("http.head-limit", token, 256, 1024 * 1024);
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
            Expect.positive("reload", reload);
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

    /**
     * Reads {@code auth}.
     *
     * @param c {@code trunkline.balancer}
     * @param certificates whether clients that speak HTTP are asked for a certificate
     */
    public static AuthSettings from(Config c, boolean certificates) {
        Duration pause = c.getDuration("auth.keys.pause");
        return new AuthSettings(
                ResourceSettings.from(c),
                new Keys(FETCH, c.getDuration("auth.keys.refresh"), pause, pause),
                // A token shares the head with the other lines.
                new Checks(
                        c.getInt("auth.threads"),
                        QUEUE,
                        CACHED,
                        Math.max(256, Expect.bytes(c, "http.head-limit") - 1024)),
                new Tokens(c.getString("auth.tokens"), c.getDuration("reload")),
                new Certificates(
                        certificates,
                        CertificateName.of(c.getString("auth.certificate-name")),
                        Expect.words(c, "auth.certificate-scopes")),
                rules(c),
                Tcp.of(c.getString("auth.tcp")),
                accepted(c.getString("auth.off-on-public-addresses")));
    }

    private static ScopeRules rules(Config c) {
        return new ScopeRules(
                Expect.words(c, "auth.scope"),
                c.getConfigList("auth.scopes").stream()
                        .map(rule -> new ScopeRules.Rule(
                                rule.hasPath("method") ? rule.getString("method") : "*",
                                rule.hasPath("tool") ? rule.getString("tool") : "",
                                Expect.words(rule, "scope")))
                        .toList(),
                c.getConfigList("auth.wider").stream()
                        .map(wider -> new ScopeRules.Wider(wider.getString("scope"), Expect.words(wider, "includes")))
                        .toList());
    }

    private static boolean accepted(String said) {
        Expect.that(
                said.equals("accepted") || said.equals("refused"),
                "auth.off-on-public-addresses",
                said,
                "refused or accepted");
        return said.equals("accepted");
    }

    /** Whether clients are asked who they are. */
    public boolean on() {
        return asks(resource, tokens, certificates);
    }

    private static boolean asks(ResourceSettings resource, Tokens tokens, Certificates certificates) {
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
