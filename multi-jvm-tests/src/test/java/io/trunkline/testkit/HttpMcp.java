package io.trunkline.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A session of Streamable HTTP whose requests go through whichever balancer the test says. For one thread. */
public final class HttpMcp {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final AtomicInteger ids = new AtomicInteger();
    private final String session;

    private HttpMcp(InetSocketAddress through) {
        HttpResponse<InputStream> response = send(request(through)
                .POST(text("{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
                        + "\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}}"))
                .build());
        assertThat(response.statusCode()).isEqualTo(200);
        session = response.headers().firstValue("Mcp-Session-Id").orElseThrow();
        answerIn(response);
        assertThat(post(through, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}")
                        .statusCode())
                .isEqualTo(202);
    }

    /** Opens a session through this balancer. */
    public static HttpMcp open(InetSocketAddress through) {
        return new HttpMcp(through);
    }

    /** The session's id. */
    public String session() {
        return session;
    }

    /** Calls a tool and returns its structured content; the call must succeed. */
    public JsonNode call(InetSocketAddress through, String tool, String arguments) {
        HttpResponse<InputStream> response = post(through, toolCall(tool, arguments));
        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode answer = answerIn(response);
        assertThat(answer.path("result").path("isError").asBoolean())
                .as("%s", answer)
                .isFalse();
        return answer.at("/result/structuredContent");
    }

    /** The status of a ping. */
    public int ping(InetSocketAddress through) {
        HttpResponse<InputStream> response =
                post(through, "{\"jsonrpc\":\"2.0\",\"id\":" + ids.incrementAndGet() + ",\"method\":\"ping\"}");
        answerIn(response);
        return response.statusCode();
    }

    /** Opens a stream; the caller closes it. */
    public HttpResponse<InputStream> listen(InetSocketAddress through) {
        return send(named(through).GET().build());
    }

    /** Ends the session; returns the status. */
    public int delete(InetSocketAddress through) {
        return send(named(through).DELETE().build()).statusCode();
    }

    /** Sends one message. */
    public HttpResponse<InputStream> post(InetSocketAddress through, String message) {
        return send(named(through).POST(text(message)).build());
    }

    private String toolCall(String tool, String arguments) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + ids.incrementAndGet()
                + ",\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}}";
    }

    private HttpRequest.Builder named(InetSocketAddress through) {
        return request(through).header("Mcp-Session-Id", session).header("Mcp-Protocol-Version", "2025-11-25");
    }

    private static HttpRequest.Builder request(InetSocketAddress through) {
        return HttpRequest.newBuilder(
                        URI.create("http://" + through.getHostString() + ":" + through.getPort() + "/mcp"))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream");
    }

    private static HttpRequest.BodyPublisher text(String message) {
        return HttpRequest.BodyPublishers.ofString(message);
    }

    private HttpResponse<InputStream> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The last message of a response, whether it is one or a stream of them. */
    private static JsonNode answerIn(HttpResponse<InputStream> response) {
        boolean stream =
                response.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            JsonNode last = MAPPER.missingNode();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String json = !stream ? line : line.startsWith("data: {") ? line.substring("data: ".length()) : "";
                last = json.isEmpty() ? last : MAPPER.readTree(json);
            }
            return last;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
