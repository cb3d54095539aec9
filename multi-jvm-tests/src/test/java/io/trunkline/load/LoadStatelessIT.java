package io.trunkline.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs over HTTP without sessions. */
@Timeout(120)
class LoadStatelessIT {
    private static final String EVENTS =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|server/discover|",
                "--request echo --payload 400|tools/call|echo",
                "--request whoami|tools/call|whoami"
            })
    void eachRequestDescribesItself(@Nullable String options, String method, @Nullable String name) throws IOException {
        Set<String> asked = ConcurrentHashMap.newKeySet();
        FakeHttpServer.Behaviour looks = (request, message) -> {
            asked.add(describe(request, message));
            return FakeHttpServer.json(200, "", FakeHttpServer.result(message));
        };
        try (FakeHttpServer server = new FakeHttpServer(looks)) {
            List<String> more = new ArrayList<>(List.of("--connections", "3"));
            if (options != null) {
                more.addAll(List.of(options.split(" ")));
            }
            Run run = run(server.port(), more);

            assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
            assertThat(run.json().at("/plan/transport").asText()).isEqualTo("http_stateless");
            assertThat(run.json().at("/totals/opened").asInt()).isEqualTo(3);
            assertThat(run.json().at("/totals/answered").asInt()).isGreaterThan(10);
            assertThat(asked)
                    .containsExactly("POST /mcp, 2026-07-28 " + method + " " + name + ", session null, body 2026-07-28 "
                            + method + " " + (name == null ? "" : name));
        }
    }

    @Test
    void thePayloadIsTheLengthOfTheBodyAndItsLineEnd() throws IOException {
        Set<Integer> lengths = ConcurrentHashMap.newKeySet();
        FakeHttpServer.Behaviour measures = (request, message) -> {
            lengths.add(request.content().readableBytes());
            return FakeHttpServer.json(200, "", FakeHttpServer.result(message));
        };
        try (FakeHttpServer server = new FakeHttpServer(measures)) {
            run(server.port(), List.of("--connections", "2", "--request", "echo", "--payload", "400"));

            assertThat(lengths).containsExactly(399);
        }
    }

    @Test
    void asksForTheNodeWithoutAHandshake() throws IOException {
        FakeHttpServer.Behaviour tells = (request, message) -> {
            String node = "whoami".equals(request.headers().get("Mcp-Name"))
                    ? "{\"resultType\":\"complete\",\"content\":[],\"structuredContent\":{\"node\":\"node-7\"}}"
                    : "{}";
            return FakeHttpServer.json(200, "", FakeHttpServer.result(message).replace("{}", node));
        };
        try (FakeHttpServer server = new FakeHttpServer(tells)) {
            Run run = run(server.port(), List.of("--distribution", "--connections", "4", "--seconds", "0"));

            assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
            assertThat(run.json().at("/distribution/nodes/node-7").asInt()).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @CsvSource({"--hold", "--distribution"})
    void aStreamIsOpenWhenItIsAcknowledged(String option) throws IOException {
        Set<String> asked = ConcurrentHashMap.newKeySet();
        FakeHttpServer.Behaviour streams = (request, message) -> {
            if (!"subscriptions/listen".equals(request.headers().get("Mcp-Method"))) {
                String node = "{\"structuredContent\":{\"node\":\"node-7\"}}";
                return FakeHttpServer.json(
                        200, "", FakeHttpServer.result(message).replace("{}", node));
            }
            asked.add(describe(request, message) + " " + message.at("/params/notifications"));
            return acknowledgement(message.path("id"), true);
        };
        try (FakeHttpServer server = new FakeHttpServer(streams)) {
            List<String> more = new ArrayList<>(List.of("--listen", "--connections", "5", "--seconds", "0", option));
            if (option.equals("--hold")) {
                more.add("0.5");
            }
            Run run = run(server.port(), more);

            assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
            assertThat(run.json().at("/plan/transport").asText()).isEqualTo("http_stateless_listen");
            assertThat(run.json().at("/totals/open_at_end").asInt()).isEqualTo(5);
            assertThat(asked)
                    .containsExactly("POST /mcp, 2026-07-28 subscriptions/listen null, session null,"
                            + " body 2026-07-28 subscriptions/listen  {\"toolsListChanged\":true}");
        }
    }

    @Test
    void aStreamThatIsNotAcknowledgedIsNotOpen() throws IOException {
        AtomicInteger requests = new AtomicInteger();
        FakeHttpServer.Behaviour streams = (request, message) -> switch (requests.incrementAndGet()) {
            case 1 -> FakeHttpServer.json(404, "", "{}");
            case 2 -> FakeHttpServer.json(200, "", FakeHttpServer.result(message));
            case 3 -> acknowledgement(message.path("id"), false);
            case 4 -> acknowledgement(TextNode.valueOf("other"), true);
            case 5 ->
                event("{\"jsonrpc\":\"2.0\",\"id\":" + message.path("id")
                        + ",\"error\":{\"code\":-32000,\"message\":\"draining\"}}");
            case 6 -> event("not json");
            case 7 -> EVENTS + "0\r\n\r\n";
            default -> EVENTS;
        };
        try (FakeHttpServer server = new FakeHttpServer(streams)) {
            Run run =
                    run(server.port(), List.of("--listen", "--connections", "8", "--timeout", "0.5", "--seconds", "0"));

            assertThat(run.exitCode()).isEqualTo(LoadMain.NO_RESULT);
            JsonNode errors = run.json().path("errors");
            assertThat(errors.path("http 404").asInt()).isEqualTo(1);
            assertThat(errors.path("answer.different").asInt()).isEqualTo(3);
            assertThat(errors.path("rpc -32000 draining").asInt()).isEqualTo(1);
            assertThat(errors.path("answer.malformed").asInt()).isEqualTo(2);
            assertThat(errors.path("open.timeout").asInt()).isEqualTo(1);
            assertThat(run.json().path("errors_total").asInt()).isEqualTo(8);
        }
    }

    private static String describe(FullHttpRequest request, JsonNode message) {
        HttpHeaders head = request.headers();
        JsonNode params = message.path("params");
        JsonNode meta = params.path("_meta");
        return request.method() + " " + request.uri() + ", " + head.get("MCP-Protocol-Version") + " "
                + head.get("Mcp-Method") + " " + head.get("Mcp-Name") + ", session " + head.get("Mcp-Session-Id")
                + ", body "
                + meta.path("io.modelcontextprotocol/protocolVersion").asText() + " "
                + message.path("method").asText() + " " + params.path("name").asText();
    }

    private static String event(String data) {
        String event = "event: message\ndata: " + data + "\n\n";
        return EVENTS + Integer.toHexString(event.length()) + "\r\n" + event + "\r\n";
    }

    private static String acknowledgement(JsonNode id, boolean tools) {
        return event("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\",\"params\":"
                + "{\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":" + id + "},\"notifications\":"
                + (tools ? "{\"toolsListChanged\":true}" : "{}") + "}}");
    }

    private static Run run(int port, List<String> more) {
        List<String> arguments = new ArrayList<>(
                List.of("--transport", "http", "--stateless", "--port", String.valueOf(port), "--json", "-"));
        arguments.addAll(List.of("--warmup", "0.1"));
        if (!more.contains("--seconds")) {
            arguments.addAll(List.of("--seconds", "0.8"));
        }
        arguments.addAll(more);
        return Run.of(arguments.toArray(String[]::new));
    }
}
