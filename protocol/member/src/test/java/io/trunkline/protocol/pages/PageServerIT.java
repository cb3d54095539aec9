package io.trunkline.protocol.pages;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A port of pages on real sockets: byte for byte what checkers send, and what strangers do. */
@Timeout(60)
class PageServerIT {
    private static final ActorTestKit ACTORS = ActorTestKit.create();
    private static final String FROM_HERE = "Host: localhost\r\n";

    private final CompletableFuture<HttpResponse> late = new CompletableFuture<>();
    private PageServer server = server();
    private InetSocketAddress address = new InetSocketAddress(0);

    @BeforeEach
    void bind() {
        address = server.bind("127.0.0.1", 0).toCompletableFuture().join();
    }

    @AfterEach
    void close() {
        server.close().toCompletableFuture().join();
    }

    @AfterAll
    static void end() {
        ACTORS.shutdownTestKit();
    }

    private PageServer server() {
        return new PageServer(ACTORS.system(), "pages", new HostCheck(List.of("known.example.com")), this::page);
    }

    private CompletionStage<HttpResponse> page(HttpRequest request) {
        String path = request.getUri().path();
        if (path.equals("/late")) {
            return late;
        }
        if (path.equals("/streamed")) {
            return CompletableFuture.completedFuture(HttpResponse.create()
                    .withEntity(HttpEntities.create(
                            ContentTypes.TEXT_PLAIN_UTF8,
                            Source.from(List.of("in ", "pieces\n")).map(ByteString::fromString))));
        }
        if (path.equals("/thrown")) {
            throw new IllegalStateException("no");
        }
        String said = request.method().equals(HttpMethods.PUT)
                ? ((org.apache.pekko.http.javadsl.model.HttpEntity.Strict) request.entity())
                                .getData()
                                .utf8String() + "\n"
                : "serving\n";
        return CompletableFuture.completedFuture(HttpResponse.create().withEntity(ContentTypes.TEXT_PLAIN_UTF8, said));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /health HTTP/1.0\r\n\r\n",
                "GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n",
                "GET /health HTTP/1.1\r\nHost: 127.0.0.1:8888\r\nConnection: close\r\n\r\n",
                "GET /health HTTP/1.1\r\nHost: 10.1.2.3\r\nConnection: close\r\n\r\n",
                "GET /health HTTP/1.1\r\nHost: known.example.com\r\nConnection: close\r\n\r\n",
                "GET http://localhost/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "GET /health HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost:8404\r\nConnection: close\r\n\r\n"
            })
    void checkersAreAnswered(String request) throws IOException {
        assertThat(ask(request))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("content-type: text/plain; charset=UTF-8\r\n", "content-length: 8\r\n", "date: ", "close")
                .endsWith("\r\n\r\nserving\n");
    }

    @Test
    void headIsAnsweredWithoutABody() throws IOException {
        assertThat(ask("HEAD /health HTTP/1.0\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("content-length: 8\r\n")
                .endsWith("\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "400, GET / HTTP/1.1\\r\\n\\r\\n",
        "400, GET / HTTP/1.1\\r\\nHost: localhost\\r\\nHost: localhost\\r\\n\\r\\n",
        "421, GET / HTTP/1.1\\r\\nHost: rebound.example.com\\r\\n\\r\\n",
        "421, GET / HTTP/1.0\\r\\nHost: rebound.example.com\\r\\n\\r\\n",
        "421, GET / HTTP/1.1\\r\\nHost: localhost:8404.example.com\\r\\n\\r\\n",
        "403, GET / HTTP/1.1\\r\\nHost: localhost\\r\\nOrigin: http://evil.example.com\\r\\n\\r\\n",
        "403, GET / HTTP/1.1\\r\\nHost: localhost\\r\\nOrigin: null\\r\\n\\r\\n",
        "400, BREW / HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n",
        "400, nonsense\\r\\n\\r\\n",
        "503, GET /thrown HTTP/1.0\\r\\n\\r\\n"
    })
    void whatIsNotMeantForItIsRefused(int status, String request) throws IOException {
        assertThat(ask(request.replace("\\r\\n", "\r\n"))).startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    void whatIsTooLongIsRefused() throws IOException {
        assertThat(ask("GET /" + "x".repeat(4000) + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 414 ");
        assertThat(ask("GET / HTTP/1.1\r\nHost: localhost\r\nA: " + "x".repeat(9000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
    }

    @Test
    void aConnectionIsUsedAgainAndPagesMayComeInPieces() throws IOException {
        try (Socket socket = connect()) {
            say(socket, "GET /health HTTP/1.1\r\n" + FROM_HERE + "\r\n");
            assertThat(answer(socket)).startsWith("HTTP/1.1 200 ").contains("keep-alive");
            say(socket, "GET /streamed HTTP/1.1\r\n" + FROM_HERE + "\r\n");
            assertThat(answer(socket)).endsWith("in pieces\n");
            say(socket, "PUT /form HTTP/1.1\r\n" + FROM_HERE + "Content-Length: 3\r\nConnection: close\r\n\r\na=b");
            assertThat(answer(socket)).endsWith("a=b\n");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void connectionsThatSaySlowlyWhatTheyWantKeepNobodyWaiting() throws IOException {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 400; i++) {
                Socket socket = connect();
                slow.add(socket);
                if (i % 2 == 0) {
                    say(socket, "GET /health HTTP/1.1\r\nHost: loc");
                }
                if (i % 20 == 0) {
                    long before = System.nanoTime();
                    assertThat(ask("GET /health HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200 ");
                    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
                }
            }
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void whoTakesTooLongToAskIsClosed() throws IOException {
        try (Socket socket = connect()) {
            say(socket, "GET /health HTTP/1.1\r\nHost: loc");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aPageThatIsTooLateIsNotWaitedFor() throws IOException {
        assertThat(ask("GET /late HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 503 ");
    }

    @Test
    void anAnswerThatIsUnderWayIsGivenBeforeTheEnd() throws Exception {
        try (Socket socket = connect()) {
            say(socket, "GET /late HTTP/1.1\r\n" + FROM_HERE + "\r\n");
            ask("GET /health HTTP/1.0\r\n\r\n");
            CompletionStage<Void> closed = server.close();
            late.complete(HttpResponse.create().withEntity("done"));
            assertThat(answer(socket)).contains("connection: close").endsWith("done");
            closed.toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
        server = server();
        bind();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(20_000);
        socket.connect(address, 20_000);
        return socket;
    }

    private String ask(String request) throws IOException {
        try (Socket socket = connect()) {
            say(socket, request);
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }

    private static void say(Socket socket, String text) throws IOException {
        try {
            socket.getOutputStream().write(text.getBytes(US_ASCII));
        } catch (SocketException e) {
            // It has given way.
        }
    }

    /** One answer with a known length. */
    private static String answer(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder said = new StringBuilder();
        while (said.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            assertThat(c).as("after %s", said).isNotNegative();
            said.append((char) c);
        }
        int length = Integer.parseInt(said.toString().replaceAll("(?s).*content-length: (\\d+).*", "$1"));
        return said + new String(in.readNBytes(length), US_ASCII);
    }
}
