package io.trunkline.balancer.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/**
 * An authorization server on this machine: metadata (RFC 8414), keys (RFC 7517), and tokens for clients that prove
 * their secret (RFC 6749, section 4.4), as JWTs (RFC 9068) for the resource that they name (RFC 8707).
 */
public final class TestIssuer implements AutoCloseable {
    public static final String RESOURCE = "https://mcp.example.com/mcp";
    private static final String SECRET = "secret-of-";

    private final HttpServer server;
    private final String path;
    private final List<JWK> published = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile JWK signing;
    private volatile boolean down;
    private volatile String claimedIssuer = "";
    private volatile String broken = "";

    public TestIssuer() throws IOException {
        this("");
    }

    /** One with a path in its identifier. */
    public TestIssuer(String path) throws IOException {
        this.path = path;
        this.signing = ec();
        published.add(signing);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::serve);
        server.start();
    }

    // --- what it says

    private void serve(HttpExchange exchange) throws IOException {
        String uri = exchange.getRequestURI().toString();
        asked.add(uri);
        String well = "/.well-known/oauth-authorization-server" + path;
        if (down) {
            answer(exchange, 503, "");
        } else if (uri.equals(well)) {
            answer(exchange, 200, metadata());
        } else if (uri.equals(path + "/jwks")) {
            String keys = new JWKSet(List.copyOf(published)).toPublicJWKSet().toString();
            answer(exchange, 200, keys.replace("\"keys\":[", "\"keys\":[" + broken));
        } else if (uri.equals(path + "/token") && exchange.getRequestMethod().equals("POST")) {
            token(exchange);
        } else {
            answer(exchange, 404, "");
        }
    }

    private String metadata() {
        String named = claimedIssuer.isEmpty() ? issuer() : claimedIssuer;
        return "{\"issuer\":\"" + named + "\",\"token_endpoint\":\"" + issuer() + "/token\",\"jwks_uri\":\"" + issuer()
                + "/jwks\",\"grant_types_supported\":[\"client_credentials\"],\"response_types_supported\":[],"
                + "\"token_endpoint_auth_methods_supported\":[\"client_secret_basic\"]}";
    }

    private void token(HttpExchange exchange) throws IOException {
        Map<String, String> form = new HashMap<>();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        for (String pair : body.split("&", -1)) {
            int is = pair.indexOf('=');
            form.put(pair.substring(0, is), URLDecoder.decode(pair.substring(is + 1), StandardCharsets.UTF_8));
        }
        String basic = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        String client = basic.startsWith("Basic ")
                ? new String(Base64.getDecoder().decode(basic.substring(6)), StandardCharsets.UTF_8)
                : "";
        String name = client.substring(0, Math.max(0, client.indexOf(':')));
        if (name.isEmpty() || !client.equals(name + ":" + SECRET + name)) {
            answer(exchange, 401, "{\"error\":\"invalid_client\"}");
        } else if (!"client_credentials".equals(form.get("grant_type"))) {
            answer(exchange, 400, "{\"error\":\"unsupported_grant_type\"}");
        } else {
            String token = token(
                    name,
                    claims -> claims.claim("scope", form.getOrDefault("scope", ""))
                            .audience(form.getOrDefault("resource", "nobody")));
            answer(exchange, 200, "{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\",\"expires_in\":300}");
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    // --- what tests want of it

    public String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /** The value of {@code Authorization} with which a client asks for a token. */
    public static String basic(String client) {
        return "Basic "
                + Base64.getEncoder().encodeToString((client + ":" + SECRET + client).getBytes(StandardCharsets.UTF_8));
    }

    /** How often this path was asked for. */
    public long asked(String uri) {
        return asked.stream().filter((path + uri)::equals).count();
    }

    /** How often anything was asked for. */
    public int asked() {
        return asked.size();
    }

    /** Answers nothing but errors from now on, or serves again. */
    public void down(boolean now) {
        down = now;
    }

    /** Says in its metadata that it is another one. */
    public void pretendToBe(String issuer) {
        claimedIssuer = issuer;
    }

    /** Signs with a new key from now on; the old one stays published. */
    public void rotate() {
        rotateTo(ec());
    }

    /** Signs with a new key of another kind. */
    public void rotateToRsa() {
        rotateTo(rsa());
    }

    /** Signs with this key from now on. */
    void rotateTo(JWK key) {
        signing = key;
        published.add(key);
    }

    /** Publishes something else before its keys. */
    void publishBroken(String key) {
        broken = key + ",";
    }

    /** Publishes the key alone that it signs with. */
    public void withdrawOld() {
        published.removeIf(key -> !key.equals(signing));
    }

    public JWK key() {
        return signing;
    }

    /** A good token for five minutes. */
    public String token(String subject) {
        return token(subject, claims -> claims);
    }

    public String token(String subject, UnaryOperator<JWTClaimsSet.Builder> change) {
        return sign(header(signing), change.apply(claims(subject)).build(), signing);
    }

    public JWTClaimsSet.Builder claims(String subject) {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(issuer())
                .subject(subject)
                .audience(RESOURCE)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .jwtID(UUID.randomUUID().toString())
                .claim("client_id", subject);
    }

    public static JWSHeader header(JWK key) {
        return header(
                key,
                key instanceof RSAKey
                        ? JWSAlgorithm.PS256
                        : key instanceof OctetKeyPair ? JWSAlgorithm.EdDSA : JWSAlgorithm.ES256);
    }

    static JWSHeader header(JWK key, JWSAlgorithm algorithm) {
        return new JWSHeader.Builder(algorithm)
                .type(new JOSEObjectType("at+jwt"))
                .keyID(key.getKeyID())
                .build();
    }

    public static String sign(JWSHeader header, JWTClaimsSet claims, JWK key) {
        try {
            SignedJWT jwt = new SignedJWT(header, claims);
            if (key instanceof OctetKeyPair pair) {
                Base64URL signature = Base64URL.encode(signature(pair, jwt.getSigningInput()));
                return new String(jwt.getSigningInput(), StandardCharsets.US_ASCII) + "." + signature;
            }
            jwt.sign(key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner((ECKey) key));
            return jwt.serialize();
        } catch (JOSEException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static ECKey ec() {
        try {
            return new ECKeyGenerator(Curve.P_256)
                    .keyUse(KeyUse.SIGNATURE)
                    .keyID(UUID.randomUUID().toString())
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The library signs with Ed25519 only with the help of another one. */
    private static byte[] signature(OctetKeyPair key, byte[] signed) throws GeneralSecurityException {
        EdECPrivateKeySpec secret = new EdECPrivateKeySpec(NamedParameterSpec.ED25519, key.getDecodedD());
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(KeyFactory.getInstance("Ed25519").generatePrivate(secret));
        signature.update(signed);
        return signature.sign();
    }

    static OctetKeyPair ed25519() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] open = pair.getPublic().getEncoded();
            byte[] secret = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
            // The bytes of the key come last in what the JDK encodes (RFC 8410, section 4).
            return new OctetKeyPair.Builder(
                            Curve.Ed25519, Base64URL.encode(Arrays.copyOfRange(open, open.length - 32, open.length)))
                    .d(Base64URL.encode(secret))
                    .keyUse(KeyUse.SIGNATURE)
                    .keyID(UUID.randomUUID().toString())
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static RSAKey rsa() {
        try {
            return new RSAKeyGenerator(2048)
                    .keyUse(KeyUse.SIGNATURE)
                    .keyID(UUID.randomUUID().toString())
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All that was asked for, in order. */
    public List<String> log() {
        return new ArrayList<>(asked);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
