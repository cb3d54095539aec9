package io.trunkline.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A client of 2026-07-28 that knows tasks, over HTTP through whichever balancer the test says. Each request has a
 * connection of its own, so that tasks begin on all nodes.
 */
public final class HttpTasks {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String VERSION = "2026-07-28";

    /** Begins a task and returns its id. */
    public String begin(InetSocketAddress through, String tool, ObjectNode arguments) {
        ObjectNode params = MAPPER.createObjectNode().put("name", tool);
        params.set("arguments", arguments);
        return result(through, "tools/call", tool, params).path("taskId").asText();
    }

    /** The answer to {@code tasks/get}, a result or an error. */
    public JsonNode get(InetSocketAddress through, String task) {
        return answer(through, "tasks/get", task, MAPPER.createObjectNode().put("taskId", task));
    }

    /** Cancels a task. */
    public void cancel(InetSocketAddress through, String task) {
        result(through, "tasks/cancel", task, MAPPER.createObjectNode().put("taskId", task));
    }

    /** Listens until each of the tasks has ended, and returns what was told of each last. */
    public Map<String, JsonNode> listenToTheEnd(InetSocketAddress through, Collection<String> tasks) {
        ObjectNode params = MAPPER.createObjectNode();
        var ids = params.putObject("notifications").putArray("taskIds");
        tasks.forEach(ids::add);
        Map<String, JsonNode> ended = new TreeMap<>();
        try (Stream<String> lines =
                send(through, "subscriptions/listen", null, params).body()) {
            for (JsonNode message : (Iterable<JsonNode>) lines.filter(line -> line.startsWith("data: {"))
                    .map(line -> json(line.substring("data: ".length())))::iterator) {
                JsonNode task = message.path("params");
                if (task.has("result") || task.has("error")) {
                    ended.put(task.path("taskId").asText(), task);
                }
                if (ended.keySet().containsAll(tasks)) {
                    return ended;
                }
            }
        }
        throw new AssertionError("the stream has ended after " + ended.size() + " tasks");
    }

    private static JsonNode result(InetSocketAddress through, String method, String name, ObjectNode params) {
        JsonNode answer = answer(through, method, name, params);
        if (!answer.has("result")) {
            throw new AssertionError(method + ": " + answer);
        }
        return answer.path("result");
    }

    private static JsonNode answer(InetSocketAddress through, String method, String name, ObjectNode params) {
        try (Stream<String> lines = send(through, method, name, params).body()) {
            return lines.map(line -> line.startsWith("data: ") ? line.substring("data: ".length()) : line)
                    .filter(line -> line.startsWith("{"))
                    .map(HttpTasks::json)
                    .filter(message -> message.has("id"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no answer to " + method));
        }
    }

    private static HttpResponse<Stream<String>> send(
            InetSocketAddress through, String method, @Nullable String name, ObjectNode params) {
        ObjectNode meta = params.putObject("_meta");
        meta.put("io.modelcontextprotocol/protocolVersion", VERSION);
        meta.putObject("io.modelcontextprotocol/clientInfo").put("name", "test").put("version", "1");
        meta.putObject("io.modelcontextprotocol/clientCapabilities")
                .putObject("extensions")
                .putObject("io.modelcontextprotocol/tasks");
        ObjectNode message =
                MAPPER.createObjectNode().put("jsonrpc", "2.0").put("id", 1).put("method", method);
        message.set("params", params);
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://" + through.getHostString() + ":" + through.getPort() + "/mcp"))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .header("MCP-Protocol-Version", VERSION)
                .header("Mcp-Method", method)
                .POST(HttpRequest.BodyPublishers.ofString(message.toString()));
        if (name != null) {
            request.header("Mcp-Name", name);
        }
        HttpClient once = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build();
        try {
            return once.send(request.build(), HttpResponse.BodyHandlers.ofLines());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
