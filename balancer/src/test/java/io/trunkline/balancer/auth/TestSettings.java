package io.trunkline.balancer.auth;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Settings of authorization for tests. */
public final class TestSettings {
    static final List<String> ALGORITHMS = List.of("RS256", "PS256", "ES256", "EdDSA", "Ed25519");

    private TestSettings() {}

    /** Those that take tokens of an issuer; it is asked for its keys as often as tokens want it. */
    public static AuthSettings issuer(String issuer, ScopeRules scopes) {
        return issuer(issuer, "", Duration.ofMillis(1), scopes);
    }

    static AuthSettings issuer(String issuer, String jwksUri, Duration pause, ScopeRules scopes) {
        return issuers(List.of(new ResourceSettings.Issuer(issuer, jwksUri, ALGORITHMS)), pause, scopes);
    }

    /** Those that take tokens of several. */
    static AuthSettings issuers(List<ResourceSettings.Issuer> issuers, Duration pause, ScopeRules scopes) {
        return settings(
                new ResourceSettings(TestIssuer.RESOURCE, "", issuers, Duration.ofSeconds(5)),
                new AuthSettings.Keys(Duration.ofSeconds(2), Duration.ofMinutes(10), pause, Duration.ofSeconds(30)),
                "",
                scopes);
    }

    /** Those that take the tokens of a file. */
    public static AuthSettings tokens(String file, ScopeRules scopes) {
        return settings(
                new ResourceSettings("", "", List.of(), Duration.ZERO),
                new AuthSettings.Keys(
                        Duration.ofSeconds(2), Duration.ofMinutes(10), Duration.ofSeconds(30), Duration.ofSeconds(30)),
                file,
                scopes);
    }

    private static AuthSettings settings(
            ResourceSettings resource, AuthSettings.Keys keys, String file, ScopeRules scopes) {
        return new AuthSettings(
                resource,
                keys,
                new AuthSettings.Checks(1, 64, 100, 15 * 1024),
                new AuthSettings.Tokens(file, Duration.ofMillis(20)),
                new AuthSettings.Certificates(false, AuthSettings.CertificateName.SUBJECT, Set.of()),
                scopes,
                AuthSettings.Tcp.OFF,
                false);
    }
}
