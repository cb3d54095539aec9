package io.trunkline.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.trunkline.balancer.auth.TestIssuer;
import io.trunkline.protocol.member.HostPort;
import io.trunkline.protocol.member.MemberSettings;
import io.trunkline.protocol.member.SettingsException;
import io.trunkline.protocol.member.SystemConfig;
import io.trunkline.protocol.metrics.Metrics;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Balancers that ask their clients who they are, and an authorization server. */
@Timeout(60)
class AuthIT {
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":\"p\",\"method\":\"ping\"}";
    private static final String INITIALIZE =
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\"}}";
    private static final String CALL =
            "{\"jsonrpc\":\"2.0\",\"id\":\"c\",\"method\":\"tools/call\",\"params\":{\"name\":\"delete_all\"}}";

    private final TestBalancers balancers = new TestBalancers();
    private final TestIssuer issuer = new TestIssuer();
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Socket> sockets = new ArrayList<>();

    private final Path directory;

    AuthIT(@TempDir Path directory) throws IOException {
        this.directory = directory;
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        balancers.close();
        issuer.close();
    }

    // --- tokens

    @Test
    void aClientThatIsRefusedFindsItsWayToATokenAndIsServed() throws Exception {
        String origin = origin(start(Map.of("auth.scope", "mcp")));
        HttpResponse<String> refused = post(origin, INITIALIZE, null);
        assertThat(refused.statusCode()).isEqualTo(401);
        String challenge = refused.headers().firstValue("WWW-Authenticate").orElseThrow();
        assertThat(challenge).startsWith("Bearer ").doesNotContain("error");
        URI named = URI.create(parameter(challenge, "resource_metadata"));
        assertThat(named.getPath()).isEqualTo("/.well-known/oauth-protected-resource/mcp");

        // The name of the resource leads elsewhere in this test.
        String metadata = get(origin + named.getPath());
        assertThat(get(origin + "/.well-known/oauth-protected-resource")).isEqualTo(metadata);
        assertThat(member(metadata, "resource")).isEqualTo(TestIssuer.RESOURCE);
        String server = member(metadata, "authorization_servers\":\\[\"([^\"]+)");
        assertThat(server).isEqualTo(issuer.issuer());
        String endpoint = member(get(server + "/.well-known/oauth-authorization-server"), "token_endpoint");
        HttpRequest request = HttpRequest.newBuilder(URI.create(endpoint))
                .header("Authorization", TestIssuer.basic("agent"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials&scope="
                        + parameter(challenge, "scope") + "&resource="
                        + URLEncoder.encode(member(metadata, "resource"), StandardCharsets.UTF_8)))
                .build();
        String token =
                member(http.send(request, HttpResponse.BodyHandlers.ofString()).body(), "access_token");

        HttpResponse<String> served = post(origin, INITIALIZE, token);
        assertThat(served.statusCode()).isEqualTo(503);
        assertThat(served.body()).as("it got as far as that").contains("no_node");
    }

    @ParameterizedTest
    @CsvSource({
        "https://mcp.example.com/mcp, /mcp",
        "https://mcp.example.com/tools/mcp, /tools/mcp",
        "https://mcp.example.com, ''"
    })
    void everybodyMayReadWhatTheResourceSaysAboutItselfWhereItIsLookedFor(String resource, String path)
            throws Exception {
        String origin =
                origin(start(Map.of("auth.resource", resource, "auth.resource-name", "Tools", "http.cors", true)));
        URI named = URI.create(parameter(
                post(origin, INITIALIZE, null)
                        .headers()
                        .firstValue("WWW-Authenticate")
                        .orElseThrow(),
                "resource_metadata"));
        assertThat(named).hasPath("/.well-known/oauth-protected-resource" + path);
        String root = origin + "/.well-known/oauth-protected-resource";
        HttpResponse<String> got = ask("GET", root + path);
        assertThat(got.statusCode()).isEqualTo(200);
        assertThat(got.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(got.headers().firstValue("Cache-Control")).hasValue("public, max-age=300");
        assertThat(got.headers().firstValue("Vary")).hasValue("origin");
        assertThat(member(got.body(), "resource")).isEqualTo(resource);
        assertThat(member(got.body(), "resource_name")).isEqualTo("Tools");
        HttpResponse<String> head = ask("HEAD", root + path);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("Content-Length"))
                .isEqualTo(got.headers().firstValue("Content-Length"));
        assertThat(ask("GET", root + "/other").statusCode()).isEqualTo(404);
        assertThat(ask("GET", root + "x").statusCode()).isEqualTo(404);
        HttpResponse<String> put = ask("PUT", root + path);
        assertThat(put.statusCode()).isEqualTo(405);
        assertThat(put.headers().firstValue("Allow")).hasValue("GET, HEAD");
    }

    @Test
    void peopleOfEachIssuerAreServed() throws Exception {
        try (TestIssuer second = new TestIssuer("/second")) {
            Balancer balancer = start(Map.of("auth.issuers", List.of(Map.of("issuer", second.issuer()))));
            for (TestIssuer one : List.of(issuer, second)) {
                assertThat(post(origin(balancer), INITIALIZE, one.token("a")).statusCode())
                        .isEqualTo(503);
            }
        }
    }

    @Test
    void tokensThatAreNoGoodAreRefused() throws Exception {
        String origin = origin(start(Map.of()));
        assertThat(post(origin, INITIALIZE, issuer.token("a")).statusCode()).isEqualTo(503);
        for (String token : List.of(
                "x",
                issuer.token("a", claims -> claims.audience("https://other.example/mcp")),
                issuer.token("a", claims -> claims.issuer("https://other.example")),
                issuer.token(
                        "a",
                        claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(61)))))) {
            HttpResponse<String> refused = post(origin, INITIALIZE, token);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.headers().firstValue("WWW-Authenticate").orElse(""))
                    .contains("error=\"invalid_token\"");
            assertThat(refused.body()).doesNotContain(token);
        }
        HttpResponse<String> inQuery = post(origin + "?access_token=" + issuer.token("a"), INITIALIZE, null);
        assertThat(inQuery.statusCode()).isEqualTo(400);
    }

    @Test
    void aTokenMayTakeNearlyTheWholeHead() throws Exception {
        String origin = origin(start(Map.of()));
        String large = issuer.token("a", claims -> claims.claim("groups", "g".repeat(10_000)));
        assertThat(large).hasSizeBetween(13_000, 15_360);
        assertThat(post(origin, INITIALIZE, large).body()).contains("no_node");
        HttpResponse<String> longer = post(origin, INITIALIZE, large + "x".repeat(15_500 - large.length()));
        assertThat(longer.statusCode()).isEqualTo(431);
        assertThat(longer.body()).contains("more than 15360 characters");
        HttpResponse<String> longest = post(origin, INITIALIZE, "x".repeat(17_000));
        assertThat(longest.statusCode()).isEqualTo(431);
        assertThat(longest.body()).contains("http.head-limit");
    }

    @Test
    void aRequestWhoseKeyWasJustPublishedIsServedAsSoonAsItIsFetched() throws Exception {
        // Longer than the time in which a head has to arrive.
        String origin = origin(start(Map.of("auth.keys.pause", "2s", "edge.timeouts.first-message", "300ms")));
        assertThat(post(origin, INITIALIZE, issuer.token("a")).statusCode()).isEqualTo(503);
        issuer.rotate();
        HttpResponse<String> served = post(origin, INITIALIZE, issuer.token("b"));
        assertThat(served.body()).as("it got as far as that").contains("no_node");
        issuer.rotate();
        // More than is taken in while nobody knows whose it is.
        String large = INITIALIZE.replace("}}", ",\"x\":\"" + "x".repeat(1_000_000) + "\"}}");
        assertThat(post(origin, large, issuer.token("c")).body()).contains("no_node");
        assertThat(issuer.asked("/jwks")).isEqualTo(3);
    }

    @Test
    void clientsThatCloseWaitForNoKey() throws Exception {
        Balancer balancer = start(Map.of("auth.keys.pause", "1m"));
        assertThat(post(origin(balancer), INITIALIZE, issuer.token("a")).statusCode())
                .isEqualTo(503);
        issuer.rotate();
        String token = issuer.token("b");
        for (int i = 0; i < 512; i++) {
            send(balancer, token);
        }
        // Tokens are checked on several threads, so the one that finds no room need not be the last that was sent.
        Awaitility.await("no room for more").atMost(TestBalancers.PATIENCE).until(() -> answers(balancer, token));
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
        Awaitility.await().atMost(TestBalancers.PATIENCE).until(() -> !answers(balancer, token));
    }

    private Socket send(Balancer balancer, String token) throws IOException {
        HostPort to = balancer.address(BalancerPort.HTTP);
        Socket socket = new Socket(to.host(), to.port());
        sockets.add(socket);
        socket.getOutputStream()
                .write(("POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                + "Accept: application/json, text/event-stream\r\nAuthorization: Bearer " + token
                                + "\r\nContent-Length: " + PING.length() + "\r\n\r\n" + PING)
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Whether a request is answered with 503 instead of kept waiting. */
    private boolean answers(Balancer balancer, String token) throws IOException {
        Socket socket = send(balancer, token);
        socket.setSoTimeout(500);
        try {
            String line = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            assertThat(line).isEqualTo("HTTP/1.1 503");
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    @Test
    void aStreamEndsWithItsToken() throws Exception {
        String origin = origin(start(Map.of("auth.leeway", "0s")));
        String token = issuer.token(
                "a", claims -> claims.expirationTime(Date.from(Instant.now().plusSeconds(5))));
        HttpRequest listen = HttpRequest.newBuilder(URI.create(origin + "/mcp/sse"))
                .header("Accept", "text/event-stream")
                .header("Authorization", "Bearer " + token)
                .build();
        Iterator<String> lines =
                http.send(listen, HttpResponse.BodyHandlers.ofLines()).body().iterator();
        assertThat(lines.next()).isEqualTo("event: endpoint");
        while (lines.hasNext()) {
            // It ends cleanly: otherwise this would throw.
            lines.next();
        }
        assertThat(http.send(listen, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(401);
    }

    @Test
    void noTokenIsLogged() throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        Logger own = (Logger) LoggerFactory.getLogger("io.trunkline");
        log.start();
        own.setLevel(Level.TRACE);
        own.setAdditive(false);
        own.addAppender(log);
        root.addAppender(log);
        String good = issuer.token("a");
        String bad = issuer.token("a", claims -> claims.audience("https://other.example/mcp"));
        try {
            String origin = origin(start(Map.of()));
            post(origin, INITIALIZE, good);
            post(origin, INITIALIZE, bad);
            post(origin, "no JSON", good);
            post(origin + "?access_token=" + good, INITIALIZE, null);
            ask("GET", origin + "/mcp/" + good);
            ask("GET", origin + "/.well-known/oauth-protected-resource/" + good);
            WebSocket socket = http.newWebSocketBuilder()
                    .header("Authorization", "Bearer " + good)
                    .buildAsync(
                            URI.create(origin.replace("http", "ws") + "/mcp/ws"),
                            new Listener(new LinkedBlockingQueue<>()))
                    .get(20, TimeUnit.SECONDS);
            socket.sendText(PING, true).join();
            socket.abort();
            balancers.close();
        } finally {
            own.detachAppender(log);
            root.detachAppender(log);
            own.setAdditive(true);
            own.setLevel(null);
        }
        assertThat(List.copyOf(log.list))
                .isNotEmpty()
                .extracting(AuthIT::text)
                .noneMatch(line -> line.contains(good) || line.contains(bad) || line.contains("access_token"));
    }

    private static String text(ILoggingEvent event) {
        return event.getFormattedMessage() + ThrowableProxyUtil.asString(event.getThrowableProxy());
    }

    // --- WebSocket

    @Test
    void aWebSocketIsRefusedWithoutATokenAndClosedWhenItEnds() throws Exception {
        String origin = origin(start(Map.of("auth.leeway", "0s")));
        URI uri = URI.create(origin.replace("http", "ws") + "/mcp/ws");
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> http.newWebSocketBuilder()
                        .buildAsync(uri, new Listener(heard))
                        .join())
                .havingCause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(refused.getResponse().statusCode()).isEqualTo(401));
        String token = issuer.token(
                "a", claims -> claims.expirationTime(Date.from(Instant.now().plusSeconds(5))));
        http.newWebSocketBuilder()
                .header("Authorization", "Bearer " + token)
                .buildAsync(uri, new Listener(heard))
                .get(20, TimeUnit.SECONDS);
        assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("1008");
    }

    @Test
    void messagesOfAWebSocketNeedTheirScopes() throws Exception {
        String origin = origin(start(
                Map.of("auth.scopes", List.of(Map.of("method", "tools/call", "tool", "delete_*", "scope", "write")))));
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        WebSocket socket = http.newWebSocketBuilder()
                .header("Authorization", "Bearer " + issuer.token("a"))
                .buildAsync(URI.create(origin.replace("http", "ws") + "/mcp/ws"), new Listener(heard))
                .get(20, TimeUnit.SECONDS);
        socket.sendText(CALL, true).join();
        assertThat(heard.poll(20, TimeUnit.SECONDS)).contains("\"id\":\"c\"", "insufficient_scope", "write");
        socket.sendText(PING, true).join();
        assertThat(heard.poll(20, TimeUnit.SECONDS)).contains("\"id\":\"p\"", "no_node");
    }

    // --- certificates

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCertificateSaysWhoAClientIs(boolean openSsl) throws Exception {
        X509Bundle root = certificate("CN=root", null);
        X509Bundle own = certificate("CN=alice", root);
        Balancer balancer =
                start(tls(root, "optional", openSsl, Map.of("auth.tcp", "mtls", "auth.issuer", issuer.issuer())));
        assertThat(balancer.endpoints()).containsOnlyKeys("http", "tls", "https");
        String origin = "https://" + balancer.address(BalancerPort.HTTPS);
        HttpClient alice =
                HttpClient.newBuilder().sslContext(context(root, own)).build();
        HttpClient nobody =
                HttpClient.newBuilder().sslContext(context(root, null)).build();
        HttpClient other = HttpClient.newBuilder()
                .sslContext(context(root, certificate("CN=alice", certificate("CN=root", null))))
                .build();
        for (int i = 0; i < 3; i++) {
            assertThat(post(alice, origin, INITIALIZE, null).statusCode()).isEqualTo(503);
            assertThat(post(nobody, origin, INITIALIZE, null).statusCode()).isEqualTo(401);
        }
        assertThat(post(nobody, origin, INITIALIZE, issuer.token("bob")).statusCode())
                .isEqualTo(503);
        assertThat(post(alice, origin, INITIALIZE, "x").statusCode())
                .as("what is shown must be good")
                .isEqualTo(401);
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> post(other, origin, INITIALIZE, null));

        assertThat(lines(balancer.address(BalancerPort.TLS), context(root, own)))
                .contains("\"id\":\"p\"", "no_node");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> lines(balancer.address(BalancerPort.TLS), context(root, null)));
    }

    @Test
    void linesOfACertificateNeedTheirScopes() throws Exception {
        X509Bundle root = certificate("CN=root", null);
        Balancer balancer = startWithScopesForLines(root);
        SSLContext alice = context(root, certificate("CN=alice", root));
        SSLSocket socket = connect(balancer.address(BalancerPort.TLS), alice);
        socket.getOutputStream().write((CALL + "\n" + PING + "\n").getBytes(StandardCharsets.UTF_8));
        assertThat(line(socket)).contains("\"id\":\"c\"", "insufficient_scope", "write");
        assertThat(line(socket)).contains("\"id\":\"p\"", "no_node");
    }

    @Test
    void linesEndWithTheirCertificate() throws Exception {
        X509Bundle root = certificate("CN=root", null);
        Balancer balancer = startWithScopesForLines(root);
        X509Bundle own = new CertificateBuilder()
                .subject("CN=alice")
                .notAfter(Instant.now().plusSeconds(6))
                .ecp256()
                .buildIssuedBy(root);
        SSLSocket socket = connect(balancer.address(BalancerPort.TLS), context(root, own));
        socket.getOutputStream().write((CALL + "\n").getBytes(StandardCharsets.UTF_8));
        assertThat(line(socket)).contains("insufficient_scope");
        assertThat(line(socket)).contains("unauthorized", "has to be shown again");
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void aCertificateThatComesAgainWithAResumedSessionIsStillThere() throws Exception {
        X509Bundle root = certificate("CN=root", null);
        Balancer balancer = start(tls(root, "required", true, Map.of("auth.tcp", "off")));
        SSLContext one = context(root, certificate("CN=alice", root));
        for (int i = 0; i < 3; i++) {
            // A client of its own each time, so a connection of its own; the context remembers the session.
            HttpClient client = HttpClient.newBuilder().sslContext(one).build();
            assertThat(post(client, "https://" + balancer.address(BalancerPort.HTTPS), INITIALIZE, null)
                            .statusCode())
                    .isEqualTo(503);
        }
    }

    @Test
    void whoeverHasShownACertificateIsEndedWithIt() throws Exception {
        X509Bundle root = certificate("CN=root", null);
        Balancer balancer = start(tls(root, "required", true, Map.of("auth.tcp", "off")));
        String origin = "https://" + balancer.address(BalancerPort.HTTPS);
        SSLContext brief = context(
                root,
                builder("CN=alice", root).notAfter(Instant.now().plusSeconds(8)).buildIssuedBy(root));
        HttpClient alice = HttpClient.newBuilder().sslContext(brief).build();
        HttpRequest listen = HttpRequest.newBuilder(URI.create(origin + "/mcp/sse"))
                .header("Accept", "text/event-stream")
                .build();
        Iterator<String> lines =
                alice.send(listen, HttpResponse.BodyHandlers.ofLines()).body().iterator();
        assertThat(lines.next()).isEqualTo("event: endpoint");
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        alice.newWebSocketBuilder()
                .buildAsync(URI.create(origin.replace("https", "wss") + "/mcp/ws"), new Listener(heard))
                .get(20, TimeUnit.SECONDS);
        HostPort port = balancer.address(BalancerPort.HTTPS);
        SSLSocket idle = (SSLSocket) brief.getSocketFactory().createSocket(port.host(), port.port());
        sockets.add(idle);
        idle.setSoTimeout((int) TestBalancers.PATIENCE.toMillis());
        idle.getOutputStream()
                .write("DELETE /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        while (lines.hasNext()) {
            // It ends cleanly: otherwise this would throw.
            lines.next();
        }
        assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("1008");
        assertThat(new String(idle.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                .as("one answer, and the end of an idle connection")
                .startsWith("HTTP/1.1 400 ")
                .doesNotContain("Connection: close");
    }

    // --- the start

    @Test
    void clientsOfOtherMachinesAreNotServedWithoutBeingAsked() {
        Config open = ConfigFactory.parseMap(Map.of(
                        "trunkline.member.host", "0.0.0.0",
                        "trunkline.member.advertised-host", "127.0.0.1",
                        "trunkline.member.artery-plain", "accepted",
                        "trunkline.member.secret", "a secret of this test alone"))
                .withFallback(SystemConfig.load());
        MemberSettings member = MemberSettings.from(open, Balancer.ROLE);
        assertThatExceptionOfType(SettingsException.class)
                .as("before anything is bound")
                .isThrownBy(() -> new Balancer(member, BalancerSettings.from(open), new Metrics()))
                .withMessageContaining("member.host: 0.0.0.0")
                .withMessageNotContaining("\n");
    }

    // --- what the tests do

    private Balancer start(Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(
                Map.of("auth.issuer", issuer.issuer(), "auth.resource", TestIssuer.RESOURCE, "auth.tcp", "off"));
        all.putAll(more);
        return balancers.start(all);
    }

    private Balancer startWithScopesForLines(X509Bundle root) throws Exception {
        Map<String, String> rule = Map.of("method", "tools/call", "tool", "delete_*", "scope", "write");
        return start(tls(root, "required", true, Map.of("auth.tcp", "mtls", "auth.scopes", List.of(rule))));
    }

    private Map<String, Object> tls(X509Bundle root, String clients, boolean openSsl, Map<String, Object> more)
            throws Exception {
        X509Bundle own = certificate("CN=localhost", root);
        Path chain =
                Files.writeString(directory.resolve("chain.pem"), own.getCertificatePEM() + own.getPrivateKeyPEM());
        Path roots = Files.writeString(directory.resolve("roots.pem"), root.getCertificatePEM());
        Map<String, Object> all = new HashMap<>(Map.of(
                "tls.certificate",
                chain.toString(),
                "tls.key",
                chain.toString(),
                "tls.client-roots",
                roots.toString(),
                "tls.clients",
                clients,
                "member.prefer-native",
                openSsl,
                "tls.http-port",
                0,
                "tls.tcp-port",
                0));
        all.putAll(more);
        return all;
    }

    private static X509Bundle certificate(String subject, @Nullable X509Bundle root) throws Exception {
        CertificateBuilder builder = builder(subject, root);
        return root == null ? builder.buildSelfSigned() : builder.buildIssuedBy(root);
    }

    private static CertificateBuilder builder(String subject, @Nullable X509Bundle root) {
        return new CertificateBuilder()
                .subject(subject)
                .setIsCertificateAuthority(root == null)
                .addSanDnsName("localhost")
                .addSanIpAddress("127.0.0.1")
                .ecp256();
    }

    private static SSLContext context(X509Bundle root, @Nullable X509Bundle own) throws Exception {
        KeyManagerFactory keys = own == null ? null : own.toKeyManagerFactory();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                keys == null ? null : keys.getKeyManagers(),
                root.toTrustManagerFactory().getTrustManagers(),
                null);
        return context;
    }

    private String lines(@Nullable HostPort to, SSLContext context) throws IOException {
        SSLSocket socket = connect(to, context);
        socket.getOutputStream().write((PING + "\n").getBytes(StandardCharsets.UTF_8));
        return line(socket);
    }

    private SSLSocket connect(@Nullable HostPort to, SSLContext context) throws IOException {
        HostPort port = Objects.requireNonNull(to);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(port.host(), port.port());
        sockets.add(socket);
        socket.setSoTimeout((int) TestBalancers.PATIENCE.toMillis());
        return socket;
    }

    private static String line(SSLSocket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.append((char) next);
        }
        return line.toString();
    }

    private static String origin(Balancer balancer) {
        return "http://" + balancer.address(BalancerPort.HTTP);
    }

    private HttpResponse<String> post(String origin, String json, @Nullable String token) throws Exception {
        return post(http, origin, json, token);
    }

    private static HttpResponse<String> post(HttpClient client, String origin, String json, @Nullable String token)
            throws Exception {
        int query = origin.indexOf('?');
        String uri = query < 0 ? origin + "/mcp" : origin.substring(0, query) + "/mcp" + origin.substring(query);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString(json));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> ask(String method, String uri) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(uri))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String get(String uri) throws Exception {
        HttpResponse<String> response = ask("GET", uri);
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    private static String parameter(String challenge, String name) {
        return find(name + "=\"([^\"]*)\"", challenge);
    }

    private static String member(String json, String name) {
        return name.contains("(") ? find(name, json) : find('"' + name + "\":\"([^\"]*)\"", json);
    }

    private static String find(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }

    /** Keeps what it hears: texts, and the code of the close. */
    private record Listener(BlockingQueue<String> heard) implements WebSocket.Listener {
        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            heard.add(text.toString());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String why) {
            heard.add(Integer.toString(code));
            return null;
        }
    }
}
