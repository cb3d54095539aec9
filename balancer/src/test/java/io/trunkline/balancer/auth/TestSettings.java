package io.trunkline.balancer.auth;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Settings of authorization for tests. */
public final class TestSettings {
    private TestSettings() {}

    /** Those that take tokens of an issuer; it is asked for its keys as often as tokens want it. */
    public static AuthSettings issuer(String issuer, ScopeRules scopes) {
        return issuer(issuer, "", Duration.ofMillis(1), scopes);
    }

    static AuthSettings issuer(String issuer, String jwksUri, Duration pause, ScopeRules scopes) {
        return settings(
                new AuthSettings.Issuer(
                        issuer,
                        TestIssuer.RESOURCE,
                        jwksUri,
                        List.of("RS256", "PS256", "ES256"),
                        Duration.ofSeconds(5)),
                new AuthSettings.Keys(Duration.ofSeconds(2), Duration.ofMinutes(10), pause),
                "",
                scopes);
    }

    /** Those that take the tokens of a file. */
    public static AuthSettings tokens(String file, ScopeRules scopes) {
        return settings(
                new AuthSettings.Issuer("", "", "", List.of("ES256"), Duration.ZERO),
                new AuthSettings.Keys(Duration.ofSeconds(2), Duration.ofMinutes(10), Duration.ofSeconds(30)),
                file,
                scopes);
    }

    private static AuthSettings settings(
            AuthSettings.Issuer issuer, AuthSettings.Keys keys, String file, ScopeRules scopes) {
        return new AuthSettings(
                issuer,
                keys,
                new AuthSettings.Checks(1, 64, 100),
                new AuthSettings.Tokens(file, Duration.ofMillis(20)),
                new AuthSettings.Certificates(false, AuthSettings.CertificateName.SUBJECT, Set.of()),
                scopes,
                AuthSettings.Tcp.OFF,
                false);
    }
}
