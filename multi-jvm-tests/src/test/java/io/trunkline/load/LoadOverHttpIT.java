package io.trunkline.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpMethod;
import io.trunkline.load.bare.BareHttp;
import io.trunkline.load.client.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs over HTTP against servers that behave and servers that do not. */
@Timeout(120)
class LoadOverHttpIT {
    @ParameterizedTest
    @CsvSource({"--in-flight,10", "--rate,100"})
    void everyRequestIsAnsweredOnceByAServerThatBehaves(String pace, String value) throws IOException {
        EventLoopGroup loops = Transport.loops("bare-http", 1);
        try {
            Channel bare = BareHttp.listen(loops, "127.0.0.1", 0, "x".repeat(40))
                    .syncUninterruptibly()
                    .channel();
            Run run = run(
                    ((InetSocketAddress) bare.localAddress()).getPort(),
                    List.of("--connections", "100", "--request", "echo", "--payload", "200", pace, value));

            assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
            assertThat(run.json().at("/plan/transport").asText()).isEqualTo("http");
            assertThat(run.json().at("/totals/connected").asInt()).isEqualTo(100);
            assertThat(run.json().at("/totals/opened").asInt()).isEqualTo(100);
            assertThat(run.json().at("/load/answered").asInt()).isGreaterThan(20);
            assertThat(run.json().at("/totals/sent")).isEqualTo(run.json().at("/totals/answered"));
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    @Test
    void everyRequestBelongsToTheSessionThatTheServerGave() throws IOException {
        AtomicInteger others = new AtomicInteger();
        FakeHttpServer.Behaviour looks = (request, message) -> {
            if (!FakeHttpServer.SESSION.equals(request.headers().get("Mcp-Session-Id"))) {
                others.incrementAndGet();
            }
            return FakeHttpServer.json(200, "", FakeHttpServer.result(message));
        };
        try (FakeHttpServer server = FakeHttpServer.afterTheHandshake(looks)) {
            Run run = run(server.port(), List.of("--connections", "3"));

            assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
            assertThat(run.json().at("/totals/answered").asInt()).isGreaterThan(10);
            assertThat(others).hasValue(0);
        }
    }

    @Test
    void countsEachWayOfAnsweringWrongly() throws IOException {
        AtomicInteger requests = new AtomicInteger();
        FakeHttpServer.Behaviour errs = (request, message) -> {
            String good = FakeHttpServer.result(message);
            return switch (requests.incrementAndGet()) {
                case 10 -> FakeHttpServer.json(503, "", good);
                case 20 -> FakeHttpServer.json(200, "", "");
                case 30 -> FakeHttpServer.json(200, "", "not json");
                case 40 -> FakeHttpServer.json(200, "", good.replace("000000-", "000001-"));
                case 50 ->
                    FakeHttpServer.json(
                            200,
                            "",
                            "{\"jsonrpc\":\"2.0\",\"id\":" + message.path("id")
                                    + ",\"error\":{\"code\":-32001,\"message\":\"node lost\"}}");
                case 60 -> FakeHttpServer.json(200, "", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}");
                default -> FakeHttpServer.json(200, "", good);
            };
        };
        try (FakeHttpServer server = FakeHttpServer.afterTheHandshake(errs)) {
            Run run = run(server.port(), List.of("--connections", "1"));

            assertThat(run.exitCode()).isEqualTo(LoadMain.WITH_ERRORS);
            JsonNode errors = run.json().path("errors");
            assertThat(errors.path("http 503").asInt()).isEqualTo(1);
            assertThat(errors.path("answer.no-body").asInt()).isEqualTo(1);
            assertThat(errors.path("answer.malformed").asInt()).isEqualTo(2);
            assertThat(errors.path("answer.foreign-id").asInt()).isEqualTo(1);
            assertThat(errors.path("rpc -32001 node lost").asInt()).isEqualTo(1);
            assertThat(run.json().path("errors_total").asInt()).isEqualTo(6);
            assertThat(run.json().at("/totals/answered").asInt())
                    .isEqualTo(run.json().at("/totals/sent").asInt() - 6);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 200 OK~Content-Type: text/event-stream~Transfer-Encoding: chunked~~|answer.event-stream",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~|answer.no-length",
                "HTTP/1.1 200 OK~~|answer.no-length",
                "HTTP/1.0 200 OK~Content-Length: 2~~{}|answer.malformed",
                "HTTP/1.1 200 OK~Content-Length: 2~Content-Length: 2~~{}|answer.malformed",
                "HTTP/1.1 200 OK~Content-Length: 99999999999~~|answer.malformed",
                "HTTP/1.1 200 OK~Content-Length: 999999999~~|answer.too-long",
                "not http~~|answer.malformed"
            })
    void anAnswerThatCannotBeReadEndsTheConnectionAndCostsItsRequest(String answer, String kind) throws IOException {
        FakeHttpServer.Behaviour broken = (request, message) -> answer.replace("~", "\r\n");
        try (FakeHttpServer server = FakeHttpServer.afterTheHandshake(broken)) {
            Run run = run(server.port(), List.of("--connections", "2"));

            assertThat(run.exitCode()).isEqualTo(LoadMain.WITH_ERRORS);
            assertThat(run.json().path("errors").path(kind).asInt()).isEqualTo(2);
            assertThat(run.json().at("/errors/request.lost-with-connection").asInt())
                    .isEqualTo(2);
            assertThat(run.json().at("/totals/open_at_end").asInt()).isZero();
        }
    }

    @Test
    void aRequestWithoutAnswerCostsItsConnection() throws IOException {
        try (FakeHttpServer server = FakeHttpServer.afterTheHandshake((request, message) -> "")) {
            Run run = run(server.port(), List.of("--connections", "2", "--timeout", "0.3"));

            assertThat(run.json().at("/errors/request.timeout").asInt()).isEqualTo(2);
            assertThat(run.json().at("/totals/open_at_end").asInt()).isZero();
        }
    }

    @Test
    void opensNothingWithoutASessionId() throws IOException {
        FakeHttpServer.Behaviour gives =
                (request, message) -> FakeHttpServer.json(200, "", FakeHttpServer.result(message));
        try (FakeHttpServer server = new FakeHttpServer(gives)) {
            Run run = run(server.port(), List.of("--connections", "2"));

            assertThat(run.exitCode()).isEqualTo(LoadMain.NO_RESULT);
            assertThat(run.json().at("/errors/open.no-session-id").asInt()).isEqualTo(2);
        }
    }

    @Test
    void listensWithAnEventStreamForEachSession() throws IOException {
        Set<String> asked = ConcurrentHashMap.newKeySet();
        FakeHttpServer.Behaviour streams = (request, message) -> {
            if (!HttpMethod.GET.equals(request.method())) {
                return FakeHttpServer.json(500, "", "");
            }
            asked.add(request.uri() + " " + request.headers().get("Accept") + " "
                    + request.headers().get("Mcp-Session-Id"));
            String head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
            return head + "5\r\n:\r\n\r\n\r\n";
        };
        try (FakeHttpServer server = FakeHttpServer.afterTheHandshake(streams)) {
            Run run = run(server.port(), List.of("--connections", "5", "--listen", "--seconds", "0", "--hold", "0.5"));

            assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
            assertThat(run.json().at("/totals/open_at_end").asInt()).isEqualTo(5);
            assertThat(asked).containsExactly("/mcp text/event-stream " + FakeHttpServer.SESSION);
        }
    }

    @Test
    void leavesSessionsWithoutConnections() throws IOException {
        try (FakeHttpServer server = FakeHttpServer.afterTheHandshake((request, message) -> "")) {
            Run run = run(server.port(), List.of("--connections", "5", "--leave", "--seconds", "0", "--hold", "0.2"));

            assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
            assertThat(run.json().at("/totals/opened").asInt()).isEqualTo(5);
            assertThat(run.json().at("/totals/open_at_end").asInt()).isZero();
        }
    }

    private static Run run(int port, List<String> more) {
        List<String> arguments = new ArrayList<>(List.of("--transport", "http", "--port", String.valueOf(port)));
        arguments.addAll(List.of("--json", "-", "--warmup", "0.1"));
        if (!more.contains("--seconds")) {
            arguments.addAll(List.of("--seconds", "0.8"));
        }
        arguments.addAll(more);
        return Run.of(arguments.toArray(String[]::new));
    }
}
