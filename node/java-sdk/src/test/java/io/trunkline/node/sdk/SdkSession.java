package io.trunkline.node.sdk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.Conversation;
import io.trunkline.node.mcp.McpServer;
import io.trunkline.node.mcp.Peer;
import io.trunkline.node.mcp.catalog.Providers;
import io.trunkline.node.mcp.kit.McpEvents;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.modules.LeftOut;
import io.trunkline.node.spi.Principal;
import io.trunkline.node.spi.SessionInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A session with modules of the SDK, and its client; the session's thread is the test's while the test waits. */
final class SdkSession implements AutoCloseable, Peer, McpEvents {

    /** Everything that a client can be asked. */
    static final String ALL =
            "{\"elicitation\":{\"form\":{},\"url\":{}},\"sampling\":{},\"roots\":{\"listChanged\":true}}";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What the operator learns. */
    final List<String> events = new CopyOnWriteArrayList<>();

    private final List<JsonNode> told = new ArrayList<>();
    private final Map<Integer, JsonNode> answers = new TreeMap<>();
    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final McpServer server;
    private final Conversation conversation;
    private int sent;

    /** How the client speaks. */
    enum Era {
        /** MCP 2025-11-25. */
        SESSION,
        /** MCP 2026-07-28. */
        STATELESS
    }

    SdkSession(SdkModule... modules) {
        this(ALL, modules);
    }

    SdkSession(String capabilities, SdkModule... modules) {
        this(McpSettings.DEFAULT, capabilities, modules);
    }

    SdkSession(McpSettings settings, String capabilities, SdkModule... modules) {
        SdkProvider sdk = new SdkProvider(List.of(modules));
        server = McpServer.create(settings, new Providers(List.of(sdk), List.of(sdk), List.of(sdk)), this);
        conversation = server.open(this, new byte[0], new Principal("p-1", "https://example.com", "ada"));
        request("initialize", """
                {"protocolVersion":"2025-11-25","capabilities":%s,\
                "clientInfo":{"name":"test","title":"Test","version":"7"}}""".formatted(capabilities));
        send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    }

    /** Sends a request with a number as its id, and returns that number. */
    int request(String method, String params) {
        return send(
                "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":%s}".formatted(sent + 1, method, params));
    }

    /** The same in an era of choice, by a client that can be asked everything and wants all log messages. */
    int request(Era era, String method, String params) {
        if (era == Era.SESSION) {
            return request(method, params);
        }
        ObjectNode all = (ObjectNode) json(params.getBytes(UTF_8));
        all.withObject("/_meta")
                .put("io.modelcontextprotocol/protocolVersion", "2026-07-28")
                .put("io.modelcontextprotocol/logLevel", "debug")
                .set("io.modelcontextprotocol/clientCapabilities", json(ALL.getBytes(UTF_8)));
        return request(method, all.toString());
    }

    /**
     * The answer to a request whose client is asked things meanwhile.
     *
     * @param answers what it says, by the methods of the questions
     */
    JsonNode answer(Era era, String method, String params, Map<String, String> answers) {
        int number = request(era, method, params);
        return era == Era.SESSION ? converse(number, answers) : goRounds(method, params, answer(number), answers);
    }

    /** Notifications are left for {@link #next}. */
    private JsonNode converse(int number, Map<String, String> answers) {
        while (!isAnswered(number)) {
            await(() -> isAnswered(number) || told.stream().anyMatch(message -> message.has("id")));
            List<JsonNode> questions =
                    told.stream().filter(message -> message.has("id")).toList();
            told.removeAll(questions);
            for (JsonNode question : questions) {
                reply(
                        question,
                        requireNonNull(answers.get(question.path("method").asText())));
            }
        }
        return answer(number);
    }

    private JsonNode goRounds(String method, String params, JsonNode first, Map<String, String> answers) {
        JsonNode answer = first;
        while (answer.at("/result/resultType").asText().equals("input_required")) {
            ObjectNode again = (ObjectNode) json(params.getBytes(UTF_8));
            again.set("requestState", answer.at("/result/requestState"));
            ObjectNode responses = again.putObject("inputResponses");
            for (var question : answer.at("/result/inputRequests").properties()) {
                String said = answers.get(question.getValue().path("method").asText());
                responses.set(question.getKey(), json(requireNonNull(said).getBytes(UTF_8)));
            }
            answer = answer(request(Era.STATELESS, method, again.toString()));
        }
        return answer;
    }

    int call(String tool, String arguments) {
        return request("tools/call", "{\"name\":\"%s\",\"arguments\":%s}".formatted(tool, arguments));
    }

    /** Answers what the client was asked last. */
    void reply(JsonNode question, String result) {
        send("{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}".formatted(question.get("id"), result));
    }

    int send(String message) {
        sent++;
        conversation.receive(message.getBytes(UTF_8), sent);
        return sent;
    }

    /** The answer to a request, which comes within 10 s. */
    JsonNode answer(int number) {
        await(() -> answers.containsKey(number));
        return requireNonNull(answers.get(number));
    }

    /** The result of a request that is answered without further messages. */
    JsonNode result(String method, String params) {
        JsonNode answer = answer(request(method, params));
        if (!answer.has("result")) {
            throw new AssertionError("no result: " + answer);
        }
        return answer.get("result");
    }

    /** The next thing that the client is told or asked. */
    JsonNode next() {
        await(() -> !told.isEmpty());
        return told.remove(0);
    }

    boolean isAnswered(int number) {
        return answers.containsKey(number);
    }

    /** Runs the session until something is true. */
    void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            try {
                Runnable task = tasks.poll(10, TimeUnit.SECONDS);
                if (task == null) {
                    throw new AssertionError("nothing happened within 10 s; events: " + events);
                }
                task.run();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void close() {
        conversation.close();
        server.close();
    }

    // ---- Peer

    @Override
    public SessionInfo session() {
        return new SessionInfo("s-1", "node-1", 17, 3, "http", "127.0.0.1:40000");
    }

    @Override
    public void send(byte[] message, int answered) {
        answers.put(answered, json(message));
    }

    @Override
    public void tell(byte[] message, int relatedTo) {
        told.add(json(message));
    }

    @Override
    public void part(int number, int retryMillis) {}

    @Override
    public void done(int number) {}

    @Override
    public void checkpoint(byte[] state) {}

    @Override
    public Executor executor() {
        return tasks::add;
    }

    private static JsonNode json(byte[] message) {
        try {
            return JSON.readTree(message);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- McpEvents

    @Override
    public void taskRefused(String tool) {
        events.add("task refused " + tool);
    }

    @Override
    public void taskTakenOver(String tool) {
        events.add("taken over " + tool);
    }

    @Override
    public void toolFailed(String tool, String reference, Throwable cause) {
        events.add("failed " + tool + " " + cause);
    }

    @Override
    public void toolMisbehaved(String tool, String reference, String problem) {
        events.add("misbehaved " + tool + " " + problem);
    }

    @Override
    public void toolTimedOut(String tool, Duration limit) {
        events.add("timed out " + tool);
    }

    @Override
    public void toolRefused(String tool) {
        events.add("refused " + tool);
    }

    @Override
    public void leftOut(LeftOut what) {
        events.add("left out " + what.kind() + " " + what.name() + " " + what.problem());
    }

    @Override
    public void failed(String reference, Throwable cause) {
        events.add("engine failed " + cause);
    }
}
