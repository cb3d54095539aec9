package io.trunkline.balancer.auth;

import com.typesafe.config.Config;
import io.trunkline.balancer.auth.keys.Fetch;
import io.trunkline.protocol.member.Expect;
import io.trunkline.protocol.member.SettingsException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * This server as a resource that tokens are for (RFC 8707, RFC 9728), and the authorization servers that issue them.
 *
 * @param uri its name, for which tokens must be; empty when there are no issuers
 * @param name its name for people; may be empty
 * @param issuers whose tokens are taken; empty: nobody's
 * @param leeway how much clocks may differ, at most 60 s
 */
public record ResourceSettings(String uri, String name, List<Issuer> issuers, Duration leeway) {
    /** Algorithms that a token may be signed with: those with a public key of RFC 7518, RFC 8037 and RFC 9864. */
    private static final Set<String> ALGORITHMS =
            Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519");

    /** Each has a thread that fetches its keys. */
    private static final int MOST_ISSUERS = 16;

    public ResourceSettings {
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

    /**
     * Reads what of {@code auth} is about tokens that issuers sign.
     *
     * @param c {@code trunkline.balancer}
     */
    public static ResourceSettings from(Config c) {
        List<String> algorithms = checkedAlgorithms(Expect.names(c, "auth.algorithms"));
        List<Issuer> issuers = new ArrayList<>();
        if (!c.getString("auth.issuer").isEmpty()) {
            issuers.add(new Issuer(c.getString("auth.issuer"), c.getString("auth.jwks-uri"), algorithms));
        }
        for (Config one : c.getConfigList("auth.issuers")) {
            issuers.add(new Issuer(
                    one.getString("issuer"),
                    one.hasPath("jwks-uri") ? one.getString("jwks-uri") : "",
                    one.hasPath("algorithms") ? Expect.names(one, "algorithms") : algorithms));
        }
        return new ResourceSettings(
                c.getString("auth.resource"), c.getString("auth.resource-name"), issuers, c.getDuration("auth.leeway"));
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
}
