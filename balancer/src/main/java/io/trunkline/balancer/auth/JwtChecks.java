package io.trunkline.balancer.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.trunkline.balancer.auth.keys.Asker;
import io.trunkline.balancer.auth.keys.Ed25519Verifier;
import io.trunkline.balancer.auth.keys.IssuerKeys;
import io.trunkline.balancer.events.BalancerEvents;
import io.trunkline.protocol.uri.NormalUri;
import java.security.PublicKey;
import java.security.interfaces.EdECPublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks access tokens that are signed JWTs (RFC 9068, section 4; RFC 8725). What costs nothing comes first, so that a
 * token that could not be good in any case makes nobody fetch keys. A token says itself whose it is, and only keys of
 * that issuer prove it. Thread-safe; the work is done by the executor.
 */
final class JwtChecks {
    /**
     * RFC 9068, section 2.1; and what most authorization servers still say (RFC 7519, section 5.1). Some say nothing:
     * their tokens are told from others by issuer, audience and key alone.
     */
    private static final Set<JOSEObjectType> TYPES =
            Set.of(new JOSEObjectType("at+jwt"), new JOSEObjectType("application/at+jwt"), JOSEObjectType.JWT);

    /** An authorization server whose tokens are taken. */
    private record Trusted(Set<JWSAlgorithm> algorithms, IssuerKeys keys) {}

    /** What a token says, which nobody has proved yet, and whose keys can prove it. */
    private record Read(
            SignedJWT jwt, JWTClaimsSet claims, @Nullable Trusted issuer) {}

    private final ResourceSettings resource;
    private final String normal;
    private final Map<String, Trusted> issuers;
    private final ScopeRules rules;
    private final Challenge challenge;
    private final Executor workers;
    private final Denial unknownKey;
    private final Denial tooEarly;
    private final DefaultJWSVerifierFactory verifiers = new DefaultJWSVerifierFactory();

    /**
     * Checks tokens for this resource.
     *
     * @param keys of each of its issuers
     */
    JwtChecks(
            ResourceSettings resource,
            Function<ResourceSettings.Issuer, IssuerKeys> keys,
            ScopeRules rules,
            Challenge challenge,
            Executor workers) {
        this.resource = resource;
        this.normal = NormalUri.of(resource.uri());
        this.issuers = resource.issuers().stream()
                .collect(Collectors.toUnmodifiableMap(
                        ResourceSettings.Issuer::issuer, one -> new Trusted(algorithms(one), keys.apply(one))));
        this.rules = rules;
        this.challenge = challenge;
        this.unknownKey = challenge.invalid("the token is signed with a key that is not known");
        this.tooEarly = challenge.invalid("the token holds later only");
        this.workers = workers;
    }

    private static Set<JWSAlgorithm> algorithms(ResourceSettings.Issuer issuer) {
        return issuer.algorithms().stream().map(JWSAlgorithm::parse).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether what is wrong with a token may be right soon: another look at it costs less than a wrong answer. */
    boolean mayChange(Denial denial) {
        return denial.equals(unknownKey) || denial.equals(tooEarly);
    }

    /**
     * Checks a token that {@linkplain TokenText#isSigned looks} like one.
     *
     * @param asker whoever has shown it
     * @param told hears once what is thought of it, on any thread
     */
    void check(String token, Asker asker, Consumer<Verdict> told) {
        try {
            workers.execute(() -> guard(() -> begin(token, asker, told), told));
        } catch (RejectedExecutionException e) {
            told.accept(Challenge.unavailable("too many tokens are being checked"));
        }
    }

    /** Whatever goes wrong, whoever asks is told something. */
    private static void guard(Runnable work, Consumer<Verdict> told) {
        try {
            work.run();
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            BalancerEvents.tokenNotChecked(e);
            told.accept(Challenge.unavailable("the token cannot be checked"));
        }
    }

    private void begin(String token, Asker asker, Consumer<Verdict> told) {
        Read read = read(token);
        if (read == null) {
            told.accept(challenge.invalid(
                    "the token cannot be read: header and claims are no JSON objects with each name once," + " at most "
                            + TokenText.MOST_DEPTH + " deep"));
            return;
        }
        Trusted issuer = read.issuer();
        if (issuer == null) {
            told.accept(challenge.invalid("the token is of another issuer"));
            return;
        }
        String problem = problem(read.jwt().getHeader(), issuer);
        if (problem != null) {
            told.accept(challenge.invalid(problem));
            return;
        }
        Verdict verdict = judge(read, issuer);
        if (verdict == null) {
            await(read, issuer, asker, told);
        } else {
            told.accept(verdict);
        }
    }

    /** What is thought of a token now; null when a key that is not known yet may prove it. */
    private @Nullable Verdict judge(Read read, Trusted issuer) {
        Denial wrong = problem(read.claims());
        return wrong == null ? verify(read, issuer) : wrong;
    }

    private void await(Read read, Trusted issuer, Asker asker, Consumer<Verdict> told) {
        IssuerKeys keys = issuer.keys();
        switch (keys.await(
                asker,
                read.jwt().getHeader(),
                what -> guard(() -> judgeAgain(read, issuer, asker, what, told), told))) {
            case BEGUN -> {}
            case KNOWN -> judgeAgain(read, issuer, asker, IssuerKeys.Fetched.SINCE, told);
            case MISSING -> told.accept(unknownKey);
            case CROWDED -> told.accept(Challenge.unavailable("too many requests wait for keys", keys.retrySeconds()));
            case LATER ->
                told.accept(Challenge.unavailable(
                        "the key is not known, and keys are not fetched again yet", keys.retrySeconds()));
        }
    }

    private void judgeAgain(Read read, Trusted issuer, Asker asker, IssuerKeys.Fetched what, Consumer<Verdict> told) {
        Verdict verdict = judge(read, issuer);
        if (verdict != null) {
            told.accept(verdict);
            return;
        }
        switch (what) {
            case SINCE ->
                told.accept(issuer.keys().of(read.jwt().getHeader()).isEmpty() ? unknownKey : wrongSignature());
            case BEFORE -> await(read, issuer, asker, told);
            case NOTHING ->
                told.accept(Challenge.unavailable(
                        "the keys of the authorization server cannot be fetched",
                        issuer.keys().retrySeconds()));
        }
    }

    private Denial wrongSignature() {
        return challenge.invalid("the signature of the token is wrong");
    }

    private @Nullable Read read(String token) {
        try {
            SignedJWT jwt = TokenText.isReadable(token) ? SignedJWT.parse(token) : null;
            if (jwt == null) {
                return null;
            }
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            String issuer = claims.getIssuer();
            return new Read(jwt, claims, issuer == null ? null : issuers.get(issuer));
        } catch (ParseException | RuntimeException e) {
            return null;
        }
    }

    private static @Nullable String problem(JWSHeader header, Trusted issuer) {
        if (!issuer.algorithms().contains(header.getAlgorithm())) {
            return "the token is not signed with an algorithm that is taken here";
        }
        JOSEObjectType type = header.getType();
        if (type != null && !TYPES.contains(type)) {
            return "the token is no access token: its type is neither at+jwt nor JWT";
        }
        return header.getCriticalParams() == null || header.getCriticalParams().isEmpty()
                ? null
                : "the token has a critical header that is not known here";
    }

    private @Nullable Denial problem(JWTClaimsSet claims) {
        Instant now = Instant.now();
        if (claims.getAudience().stream().noneMatch(this::isThisResource)) {
            return challenge.invalid("the token is for another resource");
        }
        if (claims.getSubject() == null || claims.getSubject().isBlank()) {
            return challenge.invalid("the token has no subject");
        }
        Date end = claims.getExpirationTime();
        if (end == null || !end.toInstant().isAfter(now.minus(resource.leeway()))) {
            return challenge.invalid("the token has ended");
        }
        Date beginning = claims.getNotBeforeTime();
        return beginning != null && beginning.toInstant().isAfter(now.plus(resource.leeway())) ? tooEarly : null;
    }

    private boolean isThisResource(@Nullable String audience) {
        return audience != null && NormalUri.of(audience).equals(normal);
    }

    private @Nullable Verdict verify(Read read, Trusted issuer) {
        List<IssuerKeys.Key> candidates = issuer.keys().of(read.jwt().getHeader());
        for (IssuerKeys.Key key : candidates) {
            if (isSignedWith(key.open(), read.jwt())) {
                return grant(read.claims(), key);
            }
        }
        return candidates.isEmpty() || read.jwt().getHeader().getKeyID() == null ? null : wrongSignature();
    }

    private boolean isSignedWith(PublicKey key, SignedJWT jwt) {
        try {
            return jwt.verify(
                    key instanceof EdECPublicKey
                            ? new Ed25519Verifier(key)
                            : verifiers.createJWSVerifier(jwt.getHeader(), key));
        } catch (JOSEException | RuntimeException | LinkageError e) {
            // A key of another curve, or a signature that is none.
            return false;
        }
    }

    private Grant grant(JWTClaimsSet claims, IssuerKeys.Key key) {
        Principal principal = new Principal(Principal.Kind.SUBJECT, claims.getIssuer(), claims.getSubject());
        Instant end = claims.getExpirationTime().toInstant().plus(resource.leeway());
        return Grant.lasting(
                principal, rules.expand(scopes(claims)), Duration.between(Instant.now(), end), key.withdrawn());
    }

    /** {@code scope} (RFC 9068, section 2.2.3), or {@code scp}, as some servers call it. */
    private static Set<String> scopes(JWTClaimsSet claims) {
        Object scopes = claims.getClaim("scope") == null ? claims.getClaim("scp") : claims.getClaim("scope");
        if (scopes instanceof String text) {
            return words(text);
        }
        Set<String> all = new HashSet<>();
        if (scopes instanceof List<?> list) {
            list.forEach(one -> all.addAll(words(String.valueOf(one))));
        }
        return all;
    }

    private static Set<String> words(String text) {
        return Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty()).collect(Collectors.toSet());
    }
}
