package io.trunkline.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.ByteBufAllocator;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.ResourceLeakDetector;
import io.trunkline.protocol.member.HostPort;
import io.trunkline.protocol.member.SettingsException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Balancers that are reached by TLS, with OpenSSL ({@code true}) and with the JDK's own ({@code false}). */
@Timeout(60)
class TlsIT {
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":\"p\",\"method\":\"ping\"}";
    private static final String INITIALIZE =
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\"}}";
    private static final ListAppender<ILoggingEvent> LEAKS = new ListAppender<>();

    private final TestBalancers balancers = new TestBalancers();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final List<Socket> sockets = new ArrayList<>();
    private final Path file;
    private X509Bundle bundle;

    TlsIT(@TempDir Path directory) throws Exception {
        file = directory.resolve("both.pem");
        bundle = certificate();
        write(both(bundle));
    }

    @BeforeAll
    static void hearOfLeaks() {
        LEAKS.start();
        logger(ResourceLeakDetector.class.getName()).addAppender(LEAKS);
    }

    @BeforeEach
    void hearOfCertificates() {
        log.start();
        events().setLevel(Level.INFO);
        events().setAdditive(false);
        events().addAppender(log);
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        balancers.close();
        events().detachAppender(log);
        events().setAdditive(true);
        events().setLevel(null);
    }

    @AfterAll
    static void nothingHasLeaked() {
        for (int i = 0; i < 5; i++) {
            // What is lost is found when it has been collected and the next buffer is taken.
            System.gc();
            ByteBufAllocator.DEFAULT.directBuffer(64).release();
        }
        logger(ResourceLeakDetector.class.getName()).detachAppender(LEAKS);
        assertThat(LEAKS.list).extracting(ILoggingEvent::getFormattedMessage).isEmpty();
    }

    // --- what is spoken

    @ParameterizedTest
    @CsvSource({"TLSv1.2, true", "TLSv1.2, false", "TLSv1.3, true", "TLSv1.3, false"})
    void linesAreServed(String version, boolean openSsl) throws Exception {
        Balancer balancer = start(openSsl);
        Client client = connect(balancer.address(BalancerPort.TLS), version);
        assertThat(client.socket().getSession().getProtocol()).isEqualTo(version);
        assertThat(client.socket().getSession().getCipherSuite()).contains("GCM");
        client.say(PING + "\n");
        assertThat(client.line()).contains("\"id\":\"p\"", "\"reason\":\"no_node\"");
        assertThat(client.line()).as("an end that TLS has told of").isNull();
        assertThat(handshakes("ok")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, true", "TLSv1.2, false", "TLSv1.3, true", "TLSv1.3, false"})
    void httpIsServed(String version, boolean openSsl) throws Exception {
        Balancer balancer = start(openSsl);
        SSLSocket socket = plainlyConnected(balancer.address(BalancerPort.HTTPS), version);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
        socket.setSSLParameters(parameters);
        Client client = new Client(socket);
        for (String origin : List.of("https://localhost", "https://localhost:8443")) {
            client.say(request("GET /mcp", "Accept: text/event-stream", "Origin: " + origin));
            assertThat(client.response()).startsWith("HTTP/1.1 400 ").contains("Mcp-Session-Id is missing");
        }
        assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
        client.say(request("GET /mcp", "Accept: text/event-stream", "Origin: https://evil.example"));
        assertThat(client.all()).as("and then the end").startsWith("HTTP/1.1 403 ");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void olderVersionsAreRefused(boolean openSsl) throws Exception {
        Balancer balancer = start(openSsl);
        for (HostPort port :
                List.of(address(balancer.address(BalancerPort.TLS)), address(balancer.address(BalancerPort.HTTPS)))) {
            Socket socket = open(port);
            socket.getOutputStream().write(helloOfTls11());
            byte[] answer = socket.getInputStream().readAllBytes();
            // An alert: fatal, protocol version (RFC 8446, section 6.2).
            assertThat(answer).hasSize(7).startsWith(0x15).endsWith(2, 70);
        }
        await().atMost(TestBalancers.PATIENCE).until(() -> handshakes("failed") == 2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void webSocketsAreServed(boolean openSsl) throws Exception {
        Balancer balancer = start(openSsl);
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        WebSocket socket = http().newWebSocketBuilder()
                .subprotocols("mcp")
                .buildAsync(
                        URI.create("wss://" + balancer.address(BalancerPort.HTTPS) + "/mcp/ws"), new Listener(heard))
                .get(20, TimeUnit.SECONDS);
        assertThat(socket.getSubprotocol()).isEqualTo("mcp");
        socket.sendText(PING, true);
        assertThat(heard.poll(20, TimeUnit.SECONDS)).contains("\"id\":\"p\"", "no_node");
        assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("1013");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eventStreamsAreServed(boolean openSsl) throws Exception {
        Balancer balancer = start(openSsl);
        String origin = "https://" + balancer.address(BalancerPort.HTTPS);
        HttpRequest listen = HttpRequest.newBuilder(URI.create(origin + "/mcp/sse"))
                .header("Accept", "text/event-stream")
                .build();
        Iterator<String> lines =
                http().send(listen, HttpResponse.BodyHandlers.ofLines()).body().iterator();
        assertThat(lines.next()).isEqualTo("event: endpoint");
        String endpoint = lines.next().substring("data: ".length());
        HttpResponse<String> accepted = post(origin + endpoint, PING);
        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(lines.next()).isEmpty();
        assertThat(lines.next()).isEqualTo("event: message");
        assertThat(lines.next()).contains("\"id\":\"p\"", "no_node");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void largeMessagesComeThroughWhole(boolean openSsl) throws Exception {
        Balancer balancer = start(openSsl);
        String id = "x".repeat(3 * 1024 * 1024);
        String large = INITIALIZE.replace("\"id\":0", "\"id\":\"a\",\"padding\":\"" + id + "\"");
        HttpResponse<String> answer = post("https://" + balancer.address(BalancerPort.HTTPS) + "/mcp", large);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("\"id\":\"a\"", "no_node");
    }

    // --- how it ends

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoeverIsRefusedWhileSendingHearsWhy(boolean openSsl) throws Exception {
        Balancer balancer = start(openSsl);
        Client client = connect(balancer.address(BalancerPort.HTTPS), "TLSv1.3");
        client.say("POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 5000000"
                + "\r\n\r\n" + "x".repeat(200_000));
        assertThat(client.all()).startsWith("HTTP/1.1 413 ").endsWith("}");
        Client noise = connect(balancer.address(BalancerPort.TLS), "TLSv1.3");
        noise.say("GET / HTTP/1.1\r\n" + "x".repeat(200_000));
        assertThat(noise.all()).contains("not_json_rpc").endsWith("}\n");
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, true", "TLSv1.2, false", "TLSv1.3, true", "TLSv1.3, false"})
    void aClientThatClosesItsSideOfTheSocketIsAnswered(String version, boolean openSsl) throws Exception {
        Balancer balancer = start(openSsl);
        Socket below = open(address(balancer.address(BalancerPort.TLS)));
        Client client = new Client(secured(below, version));
        client.say(PING + "\n");
        below.shutdownOutput();
        assertThat(client.line()).contains("\"id\":\"p\"", "no_node");
        assertThat(client.line()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, true", "TLSv1.2, false", "TLSv1.3, true", "TLSv1.3, false"})
    void aLineThatIsCutOffWithoutAWordOfTlsIsNotExecuted(String version, boolean openSsl) throws Exception {
        Balancer balancer = start(openSsl);
        Socket below = open(address(balancer.address(BalancerPort.TLS)));
        Client client = new Client(secured(below, version));
        client.say(PING + "\n" + PING.replace("\"p\"", "\"cut\""));
        below.shutdownOutput();
        assertThat(client.line()).contains("\"id\":\"p\"", "no_node");
        assertThat(client.line()).isNull();
    }

    @Test
    void aClientThatSaysItIsDoneIsAnsweredWithTheTlsOfTheJdk() throws Exception {
        Balancer balancer = start(false);
        Client client = connect(balancer.address(BalancerPort.TLS), "TLSv1.3");
        client.say(PING);
        client.socket().shutdownOutput();
        assertThat(client.line()).contains("\"id\":\"p\"", "no_node");
        assertThat(client.line()).isNull();
    }

    @Test
    void aClientThatSaysItIsDoneIsClosedByOpenSsl() throws Exception {
        Balancer balancer = start(true);
        Client client = connect(balancer.address(BalancerPort.TLS), "TLSv1.3");
        client.say(PING);
        client.socket().shutdownOutput();
        assertThat(client.line()).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBalancerThatStopsTellsItsClients(boolean openSsl) throws Exception {
        Balancer balancer = start(openSsl);
        Client client = connect(balancer.address(BalancerPort.TLS), "TLSv1.3");
        balancer.drain();
        assertThat(client.line()).contains("shutting_down");
        assertThat(client.line()).isNull();
    }

    // --- handshakes that fail

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void plainHttpIsClosedAndCounted(boolean openSsl) throws Exception {
        Balancer balancer = start(openSsl);
        Socket socket = open(address(balancer.address(BalancerPort.HTTPS)));
        socket.getOutputStream().write(request("GET /mcp").getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                .doesNotContain("HTTP");
        await().atMost(TestBalancers.PATIENCE).until(() -> handshakes("plain") == 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSlowHandshakeIsClosedAfterItsDeadline(boolean openSsl) throws Exception {
        Balancer balancer = start(openSsl, Map.of("edge.timeouts.first-message", "300ms"));
        Socket silent = open(address(balancer.address(BalancerPort.TLS)));
        Socket slow = open(address(balancer.address(BalancerPort.HTTPS)));
        slow.getOutputStream().write(helloOfTls11(), 0, 20);
        assertThat(silent.getInputStream().read()).isEqualTo(-1);
        assertThat(slow.getInputStream().read()).isEqualTo(-1);
        assertThat(handshakes("late")).isEqualTo(2);
    }

    @Test
    void aClientForWhichThereIsNoPlaceIsClosedWithoutAHandshake() throws Exception {
        Balancer balancer = start(true, Map.of("edge.connection-limit", 1));
        connect(balancer.address(BalancerPort.TLS), "TLSv1.3");
        assertThat(open(address(balancer.address(BalancerPort.TLS)))
                        .getInputStream()
                        .read())
                .isEqualTo(-1);
        assertThat(open(address(balancer.address(BalancerPort.HTTPS)))
                        .getInputStream()
                        .read())
                .isEqualTo(-1);
        assertThat(handshakes("refused")).isEqualTo(2);
    }

    // --- certificates

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aNewCertificateIsShownToNewConnectionsAndOldOnesGoOn(boolean openSsl) throws Exception {
        Balancer balancer = start(openSsl);
        Client before = connect(balancer.address(BalancerPort.HTTPS), "TLSv1.3");
        before.say(request("GET /mcp", "Accept: text/event-stream"));
        assertThat(before.response()).contains("Mcp-Session-Id is missing");
        for (int i = 2; i <= 4; i++) {
            bundle = certificate();
            write(both(bundle));
            int times = i;
            await().atMost(TestBalancers.PATIENCE).until(() -> logged("tls.certificate_taken") == times);
            // It trusts no other.
            connect(balancer.address(BalancerPort.HTTPS), "TLSv1.3");
            before.say(request("GET /mcp", "Accept: text/event-stream"));
            assertThat(before.response()).contains("Mcp-Session-Id is missing");
        }
        assertThat(logged("tls.certificate_rejected")).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void filesThatCannotBeUsedChangeNothing(boolean openSsl) throws Exception {
        Balancer balancer = start(openSsl);
        write("noise");
        await().atMost(TestBalancers.PATIENCE).until(() -> logged("is no PEM file") == 1);
        connect(balancer.address(BalancerPort.TLS), "TLSv1.3");
        X509Bundle other = certificate();
        write(bundle.getCertificatePEM() + other.getPrivateKeyPEM());
        await().atMost(TestBalancers.PATIENCE).until(() -> logged("is not the key of the certificate") == 1);
        connect(balancer.address(BalancerPort.TLS), "TLSv1.3");
        Files.delete(file);
        await().atMost(TestBalancers.PATIENCE).until(() -> logged("is not there") > 0);
        connect(balancer.address(BalancerPort.TLS), "TLSv1.3");
        bundle = other;
        write(both(other));
        await().atMost(TestBalancers.PATIENCE).until(() -> logged("tls.certificate_taken") == 2);
        connect(balancer.address(BalancerPort.TLS), "TLSv1.3");
        // The file holds certificate and key, and is read for each: it may be gone between the two.
        assertThat(logged("tls.certificate_rejected"))
                .as("a line for each, and none again and again")
                .isBetween(3L, 4L);
    }

    @Test
    void aBrokenCertificateIsRefusedAtTheStart() throws IOException {
        write("noise");
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> start(true))
                .withMessageStartingWith("tls.certificate: " + file + " is no PEM file");
    }

    @Test
    void withoutACertificateThereIsNoTls() {
        Balancer balancer = balancers.start(Map.of());
        assertThat(balancer.endpoints()).containsOnlyKeys("tcp", "http");
    }

    // --- what the tests do

    private Balancer start(boolean openSsl) {
        return start(openSsl, Map.of());
    }

    private Balancer start(boolean openSsl, Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(Map.of(
                "tls.certificate",
                file.toString(),
                "tls.key",
                file.toString(),
                "tls.tcp-port",
                0,
                "tls.http-port",
                0,
                "member.prefer-native",
                openSsl,
                "reload",
                "20ms"));
        all.putAll(more);
        Balancer balancer = balancers.start(all);
        assertThat(logged("tls.certificate_taken provider=" + (openSsl ? "OPENSSL" : "JDK")))
                .isEqualTo(1);
        return balancer;
    }

    private long handshakes(String outcome) {
        return balancers
                .metrics()
                .counter("trunkline.tls.handshakes", Map.of("outcome", outcome))
                .total();
    }

    /** Lines with this text; a balancer of an earlier test, which ends meanwhile, may still miss its own file. */
    private long logged(String text) {
        String name = String.valueOf(file.getFileName());
        return List.copyOf(log.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.contains(text) && (!line.contains(name) || line.contains(file.toString())))
                .count();
    }

    private static Logger events() {
        return logger("io.trunkline.balancer");
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }

    private static X509Bundle certificate() throws Exception {
        return new CertificateBuilder()
                .subject("CN=localhost")
                .setIsCertificateAuthority(true)
                .addSanDnsName("localhost")
                .addSanIpAddress("127.0.0.1")
                .ecp256()
                .buildSelfSigned();
    }

    private static String both(X509Bundle of) {
        return of.getCertificatePEM() + of.getPrivateKeyPEM();
    }

    private void write(String text) throws IOException {
        Path fresh = Files.writeString(file.resolveSibling("fresh.pem"), text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** A context of clients that trust the certificate of the moment and no other. */
    private SSLContext trusting() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, bundle.toTrustManagerFactory().getTrustManagers(), null);
        return context;
    }

    private HttpClient http() throws GeneralSecurityException {
        return HttpClient.newBuilder().sslContext(trusting()).build();
    }

    private HttpResponse<String> post(String uri, String json) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        return http().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String request(String line, String... headers) {
        return line + " HTTP/1.1\r\nHost: localhost\r\n"
                + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n") + "\r\n";
    }

    private static HostPort address(@Nullable HostPort of) {
        return Objects.requireNonNull(of, "no TLS");
    }

    private Socket open(HostPort to) throws IOException {
        Socket socket = new Socket(to.host(), to.port());
        socket.setSoTimeout((int) TestBalancers.PATIENCE.toMillis());
        sockets.add(socket);
        return socket;
    }

    private SSLSocket plainlyConnected(@Nullable HostPort to, String version) throws Exception {
        return secured(open(address(to)), version);
    }

    private SSLSocket secured(Socket below, String version) throws Exception {
        SSLSocket socket =
                (SSLSocket) trusting().getSocketFactory().createSocket(below, "localhost", below.getPort(), true);
        socket.setEnabledProtocols(new String[] {version});
        return socket;
    }

    /** A client that has shaken hands. */
    private Client connect(@Nullable HostPort to, String version) throws Exception {
        SSLSocket socket = plainlyConnected(to, version);
        socket.startHandshake();
        return new Client(socket);
    }

    /** The first message of a client that knows nothing newer than TLS 1.1. */
    private static byte[] helloOfTls11() {
        ByteArrayOutputStream hello = new ByteArrayOutputStream();
        hello.writeBytes(new byte[] {0x16, 3, 1, 0, 47, 1, 0, 0, 43, 3, 2});
        hello.writeBytes(new byte[32]);
        hello.writeBytes(new byte[] {0, 0, 4, (byte) 0xc0, 0x09, (byte) 0xc0, 0x13, 1, 0});
        return hello.toByteArray();
    }

    private record Client(SSLSocket socket) {
        void say(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        }

        /** The next line, or null at an end that the other side has told of. */
        @Nullable
        String line() throws IOException {
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    return line.size() == 0 ? null : line.toString(StandardCharsets.UTF_8);
                }
                line.write(next);
            }
            return line.toString(StandardCharsets.UTF_8);
        }

        /** Head and body of the next response. */
        String response() throws IOException {
            StringBuilder all = new StringBuilder();
            int length = 0;
            for (String line = line(); line != null; line = line()) {
                all.append(line).append('\n');
                if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length: ")) {
                    length = Integer.parseInt(line.substring(16).trim());
                }
                if (line.equals("\r")) {
                    break;
                }
            }
            return all + new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
        }

        String all() throws IOException {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
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
