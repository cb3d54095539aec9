package io.trunkline.balancer.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.trunkline.balancer.auth.keys.Asker;
import io.trunkline.balancer.auth.keys.FetchPace;
import io.trunkline.balancer.auth.keys.IssuerKeys;
import io.trunkline.balancer.auth.keys.IssuerMetadata;
import io.trunkline.protocol.metrics.Metrics;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens of an authorization server that listens on this machine. */
@Timeout(60)
class AuthorizerIT {
    private static final ScopeRules RULES =
            new ScopeRules(Set.of("mcp"), List.of(), List.of(new ScopeRules.Wider("admin", Set.of("mcp", "write"))));

    private static final AuthSettings SETTINGS = TestSettings.issuer("https://as.example", RULES);

    private final TestIssuer issuer = new TestIssuer();
    private final Metrics metrics = new Metrics();
    private final List<Authorizer> authorizers = new ArrayList<>();

    AuthorizerIT() throws IOException {}

    @AfterEach
    void stop() {
        authorizers.forEach(Authorizer::close);
        issuer.close();
    }

    // --- good tokens

    @Test
    void aTokenOfTheIssuerIsItsSubjectsAndIsCheckedOnce() {
        Authorizer authorizer = authorizer();
        String token = issuer.token("alice", claims -> claims.claim("scope", "admin x"));
        Grant grant = granted(ask(authorizer, token));
        assertThat(grant.owner()).isEqualTo(new Principal(Principal.Kind.SUBJECT, issuer.issuer(), "alice").owner());
        assertThat(grant.scopes()).containsOnly("admin", "mcp", "write", "x");
        assertThat(grant.over(System.nanoTime() + Duration.ofSeconds(299).toNanos()))
                .isFalse();
        assertThat(grant.over(System.nanoTime() + Duration.ofSeconds(306).toNanos()))
                .isTrue();
        assertThat(ask(authorizer, token)).isSameAs(grant);
        assertThat(issuer.asked("/jwks")).isEqualTo(1);
    }

    @Test
    void aVisitorThatShowsTheSameTokenIsNotAskedAgain() {
        Visitor visitor = authorizer().visitor(() -> null);
        HttpHeaders headers = bearer(issuer.token("alice"));
        Verdict first = ask(visitor, "/mcp", headers);
        assertThat(first).isInstanceOf(Grant.class);
        assertThat(visitor.ask("/mcp", headers, Runnable::run, later -> {})).isSameAs(first);
        assertThat(ask(visitor, "/mcp", bearer(issuer.token("bob")))).isNotSameAs(first);
    }

    @Test
    void keysOfAllKindsAreTaken() {
        issuer.rotateToRsa();
        RSAKey rsa = (RSAKey) issuer.key();
        Authorizer authorizer = authorizer();
        granted(ask(authorizer, issuer.token("alice")));
        JWSHeader rs256 = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .type(JOSEObjectType.JWT)
                .keyID(rsa.getKeyID())
                .build();
        granted(ask(authorizer, TestIssuer.sign(rs256, issuer.claims("alice").build(), rsa)));
        JWSHeader unnamed = new JWSHeader.Builder(JWSAlgorithm.PS256)
                .type(new JOSEObjectType("application/at+jwt"))
                .build();
        granted(ask(authorizer, TestIssuer.sign(unnamed, issuer.claims("alice").build(), rsa)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"EdDSA", "Ed25519"})
    void ed25519IsTakenByBothItsNames(String name) {
        OctetKeyPair key = TestIssuer.ed25519();
        issuer.rotateTo(key);
        Authorizer authorizer = authorizer();
        JWSHeader header = TestIssuer.header(key, JWSAlgorithm.parse(name));
        String token = TestIssuer.sign(header, issuer.claims("alice").build(), key);
        assertThat(granted(ask(authorizer, token)).owner().name()).isEqualTo("alice");

        int dot = token.lastIndexOf('.');
        String forged = token.substring(0, token.indexOf('.') + 1)
                + part(issuer.claims("root").build().toString());
        refused(authorizer, forged + token.substring(dot), "signature");
        for (int length : new int[] {1, 63, 64, 65}) {
            refused(authorizer, token.substring(0, dot + 1) + part("\0".repeat(length)), "signature");
            refused(authorizer, token.substring(0, dot + 1) + part("\u00ff".repeat(length)), "signature");
        }
        OctetKeyPair stranger = TestIssuer.ed25519();
        refused(authorizer, TestIssuer.sign(header, issuer.claims("a").build(), stranger), "signature");
        JWSHeader other = TestIssuer.header(key, JWSAlgorithm.Ed448);
        refused(authorizer, TestIssuer.sign(other, issuer.claims("a").build(), key), "algorithm");
    }

    @Test
    void aKeyOfOneKindDoesNotProveASignatureOfAnother() {
        OctetKeyPair key = TestIssuer.ed25519();
        issuer.rotateTo(key);
        ECKey ec = TestIssuer.ec();
        issuer.rotateTo(ec);
        Authorizer authorizer = authorizer();
        granted(ask(authorizer, issuer.token("a")));
        JWSHeader header = TestIssuer.header(key, JWSAlgorithm.ES256);
        refused(authorizer, TestIssuer.sign(header, issuer.claims("a").build(), ec), "key that is not known");
        header = TestIssuer.header(ec, JWSAlgorithm.EdDSA);
        refused(authorizer, TestIssuer.sign(header, issuer.claims("a").build(), key), "key that is not known");
    }

    @ParameterizedTest
    @ValueSource(strings = {"scope", "scp"})
    void scopesAreTextOrAList(String name) {
        Authorizer authorizer = authorizer();
        assertThat(granted(ask(authorizer, issuer.token("a", claims -> claims.claim(name, "x  y"))))
                        .scopes())
                .containsOnly("x", "y");
        assertThat(granted(ask(authorizer, issuer.token("a", claims -> claims.claim(name, List.of("x", "y")))))
                        .scopes())
                .containsOnly("x", "y");
    }

    @ParameterizedTest
    @ValueSource(strings = {"at+jwt", "AT+JWT", "application/at+jwt", "JWT", "jwt", "none"})
    void theTypeOfAnAccessTokenMayBeLeftOut(String type) {
        Authorizer authorizer = authorizer();
        JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .keyID(issuer.key().getKeyID())
                .type(type.equals("none") ? null : new JOSEObjectType(type));
        granted(ask(
                authorizer, TestIssuer.sign(header.build(), issuer.claims("a").build(), issuer.key())));
    }

    @ParameterizedTest
    @CsvSource({
        "https://mcp.example.com/mcp, HTTPS://MCP.Example.com:443/%6Dcp",
        "https://mcp.example.com/mcp, https://mcp.example.com/x/../mcp",
        "http://127.0.0.1:8080, http://127.0.0.1:8080/",
        "http://127.0.0.1:8080/, http://127.0.0.1:8080",
        "https://mcp.example.com/caf%c3%a9, https://mcp.example.com/café"
    })
    void anAudienceMayBeWrittenInAnotherWay(String resource, String audience) {
        Authorizer authorizer = authorizer(new AuthSettings(
                new ResourceSettings(
                        resource,
                        "",
                        List.of(new ResourceSettings.Issuer(issuer.issuer(), "", TestSettings.ALGORITHMS)),
                        Duration.ZERO),
                SETTINGS.keys(),
                SETTINGS.checks(),
                SETTINGS.tokens(),
                SETTINGS.certificates(),
                RULES,
                AuthSettings.Tcp.OFF,
                false));
        granted(ask(authorizer, issuer.token("a", claims -> claims.audience(audience))));
        assertThat(((Denial) ask(authorizer, issuer.token("a", claims -> claims.audience(audience + "/x")))).status())
                .isEqualTo(401);
    }

    @Test
    void aTokenWithManyGroupsIsTaken() {
        List<String> groups =
                Stream.generate(() -> UUID.randomUUID().toString()).limit(157).toList();
        List<String> roles =
                Stream.iterate(0, i -> i + 1).limit(900).map(i -> "r" + i).toList();
        Authorizer authorizer = authorizer();
        String large = issuer.token("a", claims -> claims.claim("groups", groups));
        assertThat(large).hasSizeGreaterThan(8 * 1024);
        granted(ask(authorizer, large));
        granted(ask(
                authorizer,
                issuer.token("a", claims -> claims.claim("roles", roles).claim("scope", "x"))));
    }

    @Test
    void aTokenThatIsTooLongIsToldOfTheLimit() {
        Authorizer authorizer = authorizer();
        String token = issuer.token("a", claims -> claims.claim("x", "y".repeat(15 * 1024)));
        Denial denial = (Denial) ask(authorizer, token);
        assertThat(denial.status()).isEqualTo(431);
        assertThat(denial.text()).contains("15360", "http.head-limit");
        assertThat(denial.challenge()).isEmpty();
    }

    @Test
    void oneAudienceOfSeveralDoes() {
        String token = issuer.token("a", claims -> claims.audience(List.of("other", TestIssuer.RESOURCE)));
        granted(ask(authorizer(), token));
        granted(ask(authorizer(), issuer.token("a", claims -> claims.audience("HTTPS://MCP.Example.com/mcp"))));
    }

    // --- bad tokens

    @Test
    void whatATokenSaysMustBeRight() {
        Authorizer authorizer = authorizer();
        Instant now = Instant.now();
        granted(ask(authorizer, issuer.token("a")));
        int asked = issuer.asked();
        refused(authorizer, "another issuer", claims -> claims.issuer("https://evil.example"));
        refused(authorizer, "another issuer", claims -> claims.issuer(issuer.issuer() + "/"));
        refused(authorizer, "another issuer", claims -> claims.issuer(null));
        refused(authorizer, "another resource", claims -> claims.audience("https://mcp.example.com"));
        refused(authorizer, "another resource", claims -> claims.audience(TestIssuer.RESOURCE + "/"));
        refused(authorizer, "another resource", claims -> claims.audience("https://mcp.example.com/MCP"));
        refused(authorizer, "another resource", claims -> claims.audience("https://user@mcp.example.com/mcp"));
        refused(authorizer, "another resource", claims -> claims.audience("mcp.example.com/mcp"));
        refused(authorizer, "another resource", claims -> claims.audience((String) null));
        refused(authorizer, "has ended", claims -> claims.expirationTime(Date.from(now.minusSeconds(6))));
        refused(authorizer, "has ended", claims -> claims.expirationTime(null));
        refused(authorizer, "later", claims -> claims.notBeforeTime(Date.from(now.plusSeconds(30))));
        refused(authorizer, "no subject", claims -> claims.subject(null));
        refused(authorizer, "no subject", claims -> claims.subject(" "));
        refused(authorizer, "cannot be read", claims -> claims.claim("exp", "tomorrow"));
        assertThat(issuer.asked()).isEqualTo(asked);
        granted(ask(authorizer, issuer.token("a", c -> c.expirationTime(Date.from(now.minusSeconds(2))))));
        granted(ask(authorizer, issuer.token("a", c -> c.notBeforeTime(Date.from(now.plusSeconds(3))))));
    }

    @Test
    void theSignatureMustBeThatOfTheNamedKey() {
        Authorizer authorizer = authorizer();
        String token = issuer.token("a");
        int dot = token.lastIndexOf('.');
        char other = token.charAt(dot + 5) == 'A' ? 'B' : 'A';
        refused(authorizer, token.substring(0, dot + 5) + other + token.substring(dot + 6), "signature");
        String changed = part(issuer.claims("root").build().toString());
        refused(authorizer, token.substring(0, token.indexOf('.') + 1) + changed + token.substring(dot), "signature");
        ECKey stranger = TestIssuer.ec();
        refused(
                authorizer,
                TestIssuer.sign(
                        TestIssuer.header(issuer.key()), issuer.claims("a").build(), stranger),
                "signature");
        // All of them zero: what some Java versions took for any signature (CVE-2022-21449).
        refused(authorizer, token.substring(0, dot + 1) + part("\0".repeat(64)), "signature");
    }

    @Test
    void noneAndSymmetricSignaturesAreRefusedWhateverTheKey() throws JOSEException {
        issuer.rotateToRsa();
        RSAKey rsa = (RSAKey) issuer.key();
        Authorizer authorizer = authorizer();
        granted(ask(authorizer, issuer.token("a")));
        int asked = issuer.asked();
        String claims = part(issuer.claims("root").build().toString());
        for (String none : List.of("none", "None", "NONE")) {
            String header = part("{\"alg\":\"" + none + "\",\"typ\":\"at+jwt\"}");
            refused(authorizer, header + "." + claims + ".", "");
            refused(authorizer, header + "." + claims + ".AAAA", "");
        }
        byte[] open = rsa.toRSAPublicKey().getEncoded();
        String pem = "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(open)
                + "\n-----END PUBLIC KEY-----\n";
        for (byte[] secret : List.of(open, pem.getBytes(StandardCharsets.US_ASCII))) {
            SignedJWT forged = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.HS256)
                            .type(JOSEObjectType.JWT)
                            .keyID(rsa.getKeyID())
                            .build(),
                    issuer.claims("root").build());
            forged.sign(new MACSigner(secret));
            refused(authorizer, forged.serialize(), "algorithm");
        }
        assertThat(issuer.asked()).isEqualTo(asked);
    }

    @Test
    void algorithmsTypesAndCriticalHeadersThatAreNotTakenAreRefused() {
        issuer.rotateToRsa();
        RSAKey rsa = (RSAKey) issuer.key();
        Authorizer authorizer = authorizer();
        JWTClaimsSet claims = issuer.claims("a").build();
        JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.RS512).type(JOSEObjectType.JWT);
        refused(authorizer, TestIssuer.sign(header.build(), claims, rsa), "algorithm");
        header = new JWSHeader.Builder(JWSAlgorithm.RS256);
        for (String type : List.of("dpop+jwt", "id_token+jwt", "logout+jwt", "jose", "")) {
            refused(
                    authorizer,
                    TestIssuer.sign(header.type(new JOSEObjectType(type)).build(), claims, rsa),
                    "type");
        }
        header = header.type(JOSEObjectType.JWT).criticalParams(Set.of("x")).customParam("x", 1);
        refused(authorizer, TestIssuer.sign(header.build(), claims, rsa), "critical");
    }

    @Test
    void aKeyInTheTokenItselfProvesNothing() {
        Authorizer authorizer = authorizer();
        ECKey own = TestIssuer.ec();
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(JOSEObjectType.JWT)
                .keyID(own.getKeyID())
                .jwk(own.toPublicJWK())
                .build();
        refused(authorizer, TestIssuer.sign(header, issuer.claims("root").build(), own), "key that is not known");
    }

    @Test
    void hostileTokensCostLittleAndAskNobody() {
        Authorizer authorizer = authorizer();
        granted(ask(authorizer, issuer.token("a")));
        int asked = issuer.asked();
        AuthSettings settings = TestSettings.issuer(issuer.issuer(), RULES);
        IssuerKeys none = new IssuerKeys(
                issuer.issuer(),
                null,
                new FetchPace(
                        Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1)),
                (delay, task) -> assertThat(task).as("nobody is asked").isNull(),
                System::nanoTime);
        JwtChecks inline =
                new JwtChecks(settings.resource(), one -> none, RULES, new Challenge("", Set.of()), Runnable::run);
        String header = part(
                "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"" + issuer.key().getKeyID() + "\"}");
        String deep = "{\"a\":" + "[".repeat(2900) + "]".repeat(2900) + "}";
        List<String> hostile = List.of(
                "a".repeat(100_000),
                header + "." + part(" ".repeat(100_000)) + ".AAAA",
                ".".repeat(1_000_000),
                "a.".repeat(1_000_000),
                header + "." + part(deep) + ".AAAA",
                header + "." + part("{" + "\"a\":{".repeat(500) + "}".repeat(501)) + ".AAAA",
                header + "." + part("{\"exp\":" + "9".repeat(5000) + "}") + ".AAAA",
                header + "." + part("{\"a\":[" + "0,".repeat(5000) + "0]}") + ".AAAA",
                header + "." + part("{\"iss\":\"" + "\\u0041".repeat(1800) + "\"}") + ".AAAA",
                part(deep) + "." + part(deep) + ".AAAA",
                "a".repeat(8000) + "." + "b".repeat(90) + ".c");
        for (String token : hostile) {
            assertThat(ask(authorizer, token)).isInstanceOf(Denial.class);
            long least = Long.MAX_VALUE;
            for (int i = 0; i < 3; i++) {
                long before = cpuNanos();
                if (TokenText.isToken(token) && TokenText.isSigned(token)) {
                    inline.check(
                            token, new Asker(""), verdict -> assertThat(verdict).isInstanceOf(Denial.class));
                }
                least = Math.min(least, cpuNanos() - before);
            }
            // Processor time of this thread, which does it all: nothing else on the machine counts.
            assertThat(least).isLessThan(100_000_000);
        }
        assertThat(issuer.asked()).isEqualTo(asked);
    }

    // --- keys

    @Test
    void aRotatedKeyIsFetchedAndTheOldOneCountsAsLongAsItIsPublished() {
        Authorizer authorizer = authorizer();
        String old = issuer.token("a");
        Grant before = granted(ask(authorizer, old));
        issuer.rotate();
        granted(ask(authorizer, issuer.token("a")));
        assertThat(issuer.asked("/jwks")).isEqualTo(2);
        assertThat(ask(authorizer, old)).as("known without a check").isSameAs(before);
        issuer.rotate();
        issuer.withdrawOld();
        granted(ask(authorizer, issuer.token("a")));
        assertThat(before.over(System.nanoTime()))
                .as("wherever it is still held")
                .isTrue();
        refused(authorizer, old, "key that is not known");
    }

    @Test
    void aTokenWhoseKeyWasPublishedAfterTheLastFetchWaitsForTheNextOne() {
        Authorizer authorizer = authorizer(Duration.ofSeconds(1));
        granted(ask(authorizer, issuer.token("a")));
        issuer.rotate();
        granted(ask(authorizer, issuer.token("b")));
        issuer.rotateToRsa();
        granted(ask(authorizer, issuer.token("c")));
        assertThat(issuer.asked("/jwks")).isEqualTo(3);
    }

    @Test
    void aTokenThatNamesNoKeyWaitsForOneThatProvesIt() {
        Authorizer authorizer = authorizer(Duration.ofSeconds(1));
        granted(ask(authorizer, issuer.token("a")));
        issuer.rotate();
        JWSHeader unnamed = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(JOSEObjectType.JWT)
                .build();
        granted(ask(authorizer, TestIssuer.sign(unnamed, issuer.claims("b").build(), (ECKey) issuer.key())));
        ECKey stranger = TestIssuer.ec();
        refused(authorizer, TestIssuer.sign(unnamed, issuer.claims("b").build(), stranger), "signature");
    }

    @Test
    void manyTokensWithUnknownKeysCauseOneFetch() {
        Authorizer authorizer = authorizer(Duration.ofSeconds(1));
        granted(ask(authorizer, issuer.token("a")));
        List<CompletableFuture<Verdict>> strangers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            strangers.add(later(authorizer, stranger()));
        }
        granted(ask(authorizer, issuer.token("b")));
        for (CompletableFuture<Verdict> one : strangers) {
            assertThat(((Denial) one.orTimeout(20, TimeUnit.SECONDS).join()).status())
                    .isEqualTo(401);
        }
        assertThat(issuer.asked("/jwks")).isEqualTo(2);
    }

    @Test
    void aKeyThatWasLookedForIsRefusedAtOnceUntilTheNextFetchIsAllowed() {
        Authorizer authorizer = authorizer(Duration.ofSeconds(1));
        ECKey unknown = TestIssuer.ec();
        granted(ask(authorizer, issuer.token("a")));
        refused(authorizer, signed(unknown), "key that is not known");
        int asked = issuer.asked();
        long before = System.nanoTime();
        refused(authorizer, signed(unknown), "key that is not known");
        assertThat(System.nanoTime() - before).isLessThan(TimeUnit.MILLISECONDS.toNanos(900));
        assertThat(issuer.asked()).isEqualTo(asked);
        issuer.rotateTo(unknown);
        await().until(() -> ask(authorizer, signed(unknown)) instanceof Grant);
    }

    @Test
    void whatWouldWaitForTooLongIsToldWhenToComeBack() {
        Authorizer authorizer = authorizer(Duration.ofMinutes(10));
        granted(ask(authorizer, issuer.token("a")));
        Denial denial = (Denial) ask(authorizer, stranger());
        assertThat(denial.status()).isEqualTo(503);
        assertThat(denial.retrySeconds()).isBetween(590L, 600L);
    }

    @Test
    void whileTheIssuerIsDownItsKeysStillCountAndOfOthersNobodyCanTell() {
        Authorizer authorizer = authorizer();
        granted(ask(authorizer, issuer.token("a")));
        issuer.down(true);
        granted(ask(authorizer, issuer.token("b")));
        Denial denial = (Denial) ask(authorizer, stranger());
        assertThat(denial.status()).isEqualTo(503);
        issuer.rotate();
        issuer.down(false);
        granted(ask(authorizer, issuer.token("c")));
    }

    @Test
    void aTokenThatBeginsLaterIsGoodWhenItBegins() {
        Authorizer authorizer = authorizer();
        Instant begin = Instant.now().plusSeconds(7);
        String token = issuer.token("a", claims -> claims.notBeforeTime(Date.from(begin)));
        refused(authorizer, token, "later");
        await().until(() -> ask(authorizer, token) instanceof Grant);
        assertThat(Instant.now()).isBefore(begin);
    }

    @Test
    void withoutAnyKeysNobodyIsJudgedUntilTheIssuerIsThere() {
        issuer.down(true);
        Authorizer authorizer = authorizer();
        assertThat(((Denial) ask(authorizer, issuer.token("a"))).status()).isEqualTo(503);
        issuer.down(false);
        await().until(() -> ask(authorizer, issuer.token("a")) instanceof Grant);
    }

    @Test
    void anIssuerThatSaysNothingIsWaitedForOnlySoLong() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            String uri = "http://127.0.0.1:" + silent.getLocalPort() + "/jwks";
            Authorizer authorizer = authorizer(TestSettings.issuer(issuer.issuer(), uri, Duration.ofMillis(1), RULES));
            assertThat(((Denial) ask(authorizer, issuer.token("a"))).status()).isEqualTo(503);
        }
    }

    @Test
    void aSetOfKeysIsBounded() throws IOException {
        HttpServer large = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        large.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] piece = new byte[64 * 1024];
            try {
                for (int i = 0; i < 10_000; i++) {
                    exchange.getResponseBody().write(piece);
                }
            } catch (IOException e) {
                // It does not want to hear all that.
            }
            exchange.close();
        });
        large.start();
        try {
            String uri = "http://127.0.0.1:" + large.getAddress().getPort() + "/";
            Authorizer authorizer = authorizer(TestSettings.issuer(issuer.issuer(), uri, Duration.ofMillis(1), RULES));
            assertThat(((Denial) ask(authorizer, issuer.token("a"))).status()).isEqualTo(503);
        } finally {
            large.stop(0);
        }
    }

    @Test
    void metadataOfAnotherIssuerIsNotBelieved() {
        issuer.pretendToBe("https://honest.example");
        assertThat(((Denial) ask(authorizer(), issuer.token("a"))).status()).isEqualTo(503);
        assertThat(issuer.asked("/jwks")).isZero();
    }

    @Test
    void anIssuerWithAPathIsAskedAtItsOwnPlace() throws IOException {
        try (TestIssuer tenant = new TestIssuer("/tenant")) {
            granted(ask(authorizer(TestSettings.issuer(tenant.issuer(), RULES)), tenant.token("a")));
            assertThat(tenant.log()).containsExactly("/.well-known/oauth-authorization-server/tenant", "/tenant/jwks");
        }
        assertThat(IssuerMetadata.documents("https://a.example/t/"))
                .map(Object::toString)
                .containsExactly(
                        "https://a.example/.well-known/oauth-authorization-server/t",
                        "https://a.example/.well-known/openid-configuration/t",
                        "https://a.example/t/.well-known/openid-configuration");
    }

    @Test
    void aBrokenKeyAmongGoodOnesRefusesNobodyElse() {
        issuer.publishBroken("{\"kid\":\"broken\",\"kty\":\"RSA\",\"e\":\"AQAB\"}");
        Authorizer authorizer = authorizer();
        granted(ask(authorizer, issuer.token("a")));
        issuer.rotate();
        granted(ask(authorizer, issuer.token("b")));
    }

    // --- several issuers

    @Test
    void eachOfSeveralIssuersVouchesForItsOwnPeople() throws IOException {
        try (TestIssuer second = new TestIssuer("/second")) {
            Authorizer authorizer = authorizer(both(second, TestSettings.ALGORITHMS));
            Grant one = granted(ask(authorizer, issuer.token("alice")));
            Grant other = granted(ask(authorizer, second.token("alice")));
            assertThat(one.owner().issuer()).isEqualTo(issuer.issuer());
            assertThat(other.owner().issuer()).isEqualTo(second.issuer());
            assertThat(one.key()).as("the same name, another person").isNotEqualTo(other.key());
            assertThat(authorizer.metadata(Authorizer.METADATA))
                    .asString(StandardCharsets.UTF_8)
                    .contains("[\"" + issuer.issuer() + "\",\"" + second.issuer() + "\"]");
        }
    }

    @Test
    void anIssuerProvesNothingInTheNameOfAnother() throws IOException {
        try (TestIssuer second = new TestIssuer()) {
            Authorizer authorizer = authorizer(both(second, List.of("EdDSA")));
            granted(ask(authorizer, issuer.token("alice")));
            // Signed with the second one's key, which is well known here, in the first one's name.
            second.rotateTo(TestIssuer.ed25519());
            granted(ask(authorizer, second.token("bob")));
            refused(
                    authorizer,
                    second.token("alice", claims -> claims.issuer(issuer.issuer())),
                    "key that is not known");
            refused(
                    authorizer,
                    second.token("alice", claims -> claims.issuer("https://evil.example")),
                    "another issuer");
            second.rotate();
            refused(authorizer, second.token("bob"), "algorithm");
        }
    }

    @Test
    void anIssuerThatIsDownKeepsNobodyOfAnotherWaiting() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            String uri = "http://127.0.0.1:" + silent.getLocalPort();
            ResourceSettings.Issuer dead = new ResourceSettings.Issuer(uri, uri + "/jwks", TestSettings.ALGORITHMS);
            ResourceSettings.Issuer living = new ResourceSettings.Issuer(issuer.issuer(), "", TestSettings.ALGORITHMS);
            Authorizer authorizer =
                    authorizer(TestSettings.issuers(List.of(dead, living), Duration.ofMinutes(1), RULES));
            String dying = issuer.token("bob", claims -> claims.issuer(uri));
            CompletableFuture<Verdict> later = new CompletableFuture<>();
            authorizer.visitor(() -> null).ask("/mcp", bearer(dying), Runnable::run, later::complete);
            granted(ask(authorizer, issuer.token("alice")));
            assertThat(later).as("nothing is known of the other one's keys").isNotDone();
            assertThat(((Denial) later.orTimeout(20, TimeUnit.SECONDS).join()).status())
                    .isEqualTo(503);
        }
    }

    private AuthSettings both(TestIssuer second, List<String> algorithms) {
        return TestSettings.issuers(
                List.of(
                        new ResourceSettings.Issuer(issuer.issuer(), "", TestSettings.ALGORITHMS),
                        new ResourceSettings.Issuer(second.issuer(), second.issuer() + "/jwks", algorithms)),
                Duration.ofMillis(1),
                RULES);
    }

    // --- what is refused whatever the token is

    @Test
    void requestsAreRefusedAsTheStandardSays() {
        Authorizer authorizer = authorizer();
        Visitor visitor = authorizer.visitor(() -> null);
        String metadata =
                "scope=\"mcp\", resource_metadata=\"https://mcp.example.com/.well-known/oauth-protected-resource/mcp\"";
        HttpHeaders none = new DefaultHttpHeaders();
        assertThat(ask(visitor, "/mcp", none))
                .isEqualTo(new Denial(401, "a bearer token is needed", "Bearer " + metadata));
        HttpHeaders basic = new DefaultHttpHeaders().set("Authorization", "Basic YTpi");
        assertThat(ask(visitor, "/mcp", basic)).isEqualTo(ask(visitor, "/mcp", none));
        HttpHeaders good = bearer(issuer.token("a"));
        for (String target : List.of("/mcp?access_token=x", "/mcp?a=b&access_token=", "/mcp?access%5ftoken=x")) {
            Denial denial = (Denial) ask(visitor, target, good);
            assertThat(denial.status()).isEqualTo(400);
            assertThat(denial.challenge()).startsWith("Bearer error=\"invalid_request\"");
        }
        HttpHeaders twice = bearer(issuer.token("a")).add("Authorization", "Bearer b");
        assertThat(((Denial) ask(visitor, "/mcp", twice)).status()).isEqualTo(400);
        assertThat(authorizer.insufficient(Set.of("b", "a")).challenge())
                .startsWith("Bearer error=\"insufficient_scope\", scope=\"a b\", resource_metadata=");
        assertThat(metrics.counter("trunkline.auth.refused", Map.of("why", "malformed"))
                        .total())
                .isEqualTo(4);
    }

    @Test
    void theResourceDescribesItselfWhereClientsLook() {
        String well = "/.well-known/oauth-protected-resource";
        ResourceMetadata plain = metadata(TestIssuer.RESOURCE, "", Set.of("mcp"), "https://as.example");
        assertThat(plain.json())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(
                        "{\"resource\":\"https://mcp.example.com/mcp\",\"authorization_servers\":[\"https://as.example\"],"
                                + "\"bearer_methods_supported\":[\"header\"],\"scopes_supported\":[\"mcp\"]}");
        assertThat(plain.uri()).isEqualTo("https://mcp.example.com" + well + "/mcp");
        assertThat(List.of(well, well + "/mcp")).allMatch(plain::isAt);
        assertThat(List.of(well + "/", well + "/x", well + "/mcp/", "/")).noneMatch(plain::isAt);

        ResourceMetadata several =
                metadata("https://a.example/x/mcp?y=z", "A \"b\"", Set.of(), "https://b", "https://a");
        assertThat(several.json())
                .asString(StandardCharsets.UTF_8)
                .contains(
                        "\"resource\":\"https://a.example/x/mcp?y=z\",\"resource_name\":\"A \\\"b\\\"\"",
                        "[\"https://b\",\"https://a\"]")
                .doesNotContain("scopes_supported");
        assertThat(several.uri()).isEqualTo("https://a.example" + well + "/x/mcp?y=z");
        assertThat(List.of(well, well + "/mcp", well + "/x/mcp")).allMatch(several::isAt);
        for (String resource : List.of("https://a.example", "https://a.example/")) {
            assertThat(metadata(resource, "", Set.of(), "https://b").uri()).isEqualTo("https://a.example" + well);
        }
    }

    private static ResourceMetadata metadata(String resource, String name, Set<String> scopes, String... issuers) {
        List<ResourceSettings.Issuer> all = Stream.of(issuers)
                .map(issuer -> new ResourceSettings.Issuer(issuer, "", TestSettings.ALGORITHMS))
                .toList();
        return new ResourceMetadata(new ResourceSettings(resource, name, all, Duration.ZERO), scopes);
    }

    // --- tools

    private Authorizer authorizer() {
        return authorizer(Duration.ofMillis(1));
    }

    private Authorizer authorizer(Duration pause) {
        return authorizer(TestSettings.issuer(issuer.issuer(), "", pause, RULES));
    }

    private Authorizer authorizer(AuthSettings settings) {
        Authorizer authorizer = Authorizer.create(settings, metrics);
        authorizers.add(authorizer);
        return authorizer;
    }

    private void refused(Authorizer authorizer, String why, UnaryOperator<JWTClaimsSet.Builder> change) {
        refused(authorizer, issuer.token("a", change), why);
    }

    private static void refused(Authorizer authorizer, String token, String why) {
        Denial denial = (Denial) ask(authorizer, token);
        assertThat(denial.status()).isEqualTo(401);
        assertThat(denial.text()).contains(why);
        assertThat(denial.challenge())
                .startsWith("Bearer error=\"invalid_token\", error_description=\"")
                .contains("resource_metadata=\"");
    }

    private static Grant granted(@Nullable Verdict verdict) {
        return (Grant) Objects.requireNonNull(verdict);
    }

    private static Verdict ask(Authorizer authorizer, String token) {
        return ask(authorizer.visitor(() -> null), "/mcp", bearer(token));
    }

    private static Verdict ask(Visitor visitor, String target, HttpHeaders headers) {
        CompletableFuture<Verdict> later = new CompletableFuture<>();
        Verdict now = visitor.ask(target, headers, Runnable::run, later::complete);
        return now != null ? now : later.orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static HttpHeaders bearer(String token) {
        return new DefaultHttpHeaders().set("Authorization", "Bearer " + token);
    }

    private static CompletableFuture<Verdict> later(Authorizer authorizer, String token) {
        CompletableFuture<Verdict> later = new CompletableFuture<>();
        Verdict now = authorizer.visitor(() -> null).ask("/mcp", bearer(token), Runnable::run, later::complete);
        return now == null ? later : CompletableFuture.completedFuture(now);
    }

    /** A token with a key that nobody has published. */
    private String stranger() {
        return signed(TestIssuer.ec());
    }

    private String signed(ECKey key) {
        return TestIssuer.sign(TestIssuer.header(key), issuer.claims("a").build(), key);
    }

    private static String part(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
