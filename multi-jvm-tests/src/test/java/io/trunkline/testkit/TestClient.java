package io.trunkline.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;

/**
 * A client that speaks JSON-RPC 2.0 over one TCP connection, a message per line, and waits for each answer.
 *
 * <p>Every wait has a deadline, {@value #DEADLINE_SECONDS} s, and ends in an {@link AssertionError} when it passes. For
 * one thread.
 */
public final class TestClient implements AutoCloseable {

    private static final long DEADLINE_SECONDS = 10;
    private static final Duration DEADLINE = Duration.ofSeconds(DEADLINE_SECONDS);
    private static final Duration GLANCE = Duration.ofMillis(200);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ANY_ADDRESS = "0.0.0.0";

    /** The newest revision of the handshake era (MCP, basic/lifecycle). */
    private static final String PROTOCOL_VERSION = "2025-11-25";

    private final LineSocket socket;
    private int lastId;

    private TestClient(LineSocket socket) {
        this.socket = socket;
    }

    /** Connects from whatever address the system chooses. */
    public static TestClient connect(InetSocketAddress server) {
        return connectFrom(ANY_ADDRESS, server);
    }

    /** Connects from an address of this machine, for example 127.0.0.9. */
    public static TestClient connectFrom(String source, InetSocketAddress server) {
        try {
            return new TestClient(LineSocket.connect(new InetSocketAddress(source, 0), server));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot connect from " + source + " to " + server, e);
        }
    }

    /** An empty object, to be filled with parameters or arguments. */
    public static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /**
     * The whole handshake: initialize, then the notification that it is done. Returns what the server said of itself.
     */
    public JsonNode initialize() {
        ObjectNode params = object().put("protocolVersion", PROTOCOL_VERSION);
        params.putObject("capabilities");
        params.putObject("clientInfo").put("name", "test-client").put("version", "1");
        JsonNode result = call("initialize", params);
        send(JSON.createObjectNode().put("jsonrpc", "2.0").put("method", "notifications/initialized"));
        return result;
    }

    /** Calls a tool and returns the whole result, content and structured content. */
    public JsonNode callTool(String tool, ObjectNode arguments) {
        return call("tools/call", toolParams(tool, arguments));
    }

    /** Calls a tool without waiting for its answer, and returns the id of the request. */
    public int callToolLater(String tool, ObjectNode arguments) {
        return request("tools/call", toolParams(tool, arguments));
    }

    private static ObjectNode toolParams(String tool, ObjectNode arguments) {
        ObjectNode params = object().put("name", tool);
        params.set("arguments", arguments);
        return params;
    }

    /** What the built-in tool {@code whoami} says: node, session, slot, epoch and transport. */
    public JsonNode whoAmI() {
        return callTool("whoami", object()).required("structuredContent");
    }

    /** The name of the node that serves this client. */
    public String node() {
        return whoAmI().required("node").asText();
    }

    /**
     * Sends a request and returns the result of its answer.
     *
     * @throws AssertionError when the answer is an error, is missing or does not come in time
     */
    public JsonNode call(String method, ObjectNode params) {
        JsonNode answer = exchange(method, params);
        if (!answer.has("result")) {
            throw new AssertionError(method + " was answered with an error: " + answer);
        }
        return answer.get("result");
    }

    /** Sends a request and returns its answer, result or error. Notifications that come before it are skipped. */
    public JsonNode exchange(String method, ObjectNode params) {
        return readAnswer(request(method, params));
    }

    /** The answer to the oldest request that waits for one. Notifications that come before it are skipped. */
    public JsonNode readAnswer(int id) {
        JsonNode message = read();
        while (!message.path("id").isIntegralNumber() && message.has("method")) {
            message = read();
        }
        if (message.path("id").asInt(-1) != id) {
            throw new AssertionError("expected the answer to request " + id + ", got: " + message);
        }
        return message;
    }

    /** Sends a request without waiting for its answer, and returns its id. */
    public int request(String method, ObjectNode params) {
        ObjectNode request = object().put("jsonrpc", "2.0").put("id", ++lastId).put("method", method);
        request.set("params", params);
        send(request);
        return lastId;
    }

    /** Sends any text as one line. */
    public void sendLine(String line) {
        try {
            socket.write(line);
        } catch (IOException e) {
            throw new UncheckedIOException("the server took no more", e);
        }
    }

    private void send(JsonNode message) {
        sendLine(message.toString());
    }

    /** The next message from the server. */
    public JsonNode read() {
        return readOrClosed()
                .orElseThrow(() -> new AssertionError("the server closed the connection (expected: a message)"));
    }

    /** The next message from the server, or empty when it has closed the connection. */
    public Optional<JsonNode> readOrClosed() {
        try {
            Optional<String> line = socket.read(DEADLINE);
            return line.isPresent() ? Optional.of(JSON.readTree(line.get())) : Optional.empty();
        } catch (SocketTimeoutException e) {
            throw new AssertionError("no message within " + DEADLINE_SECONDS + " s", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits until the server closes the connection.
     *
     * @throws AssertionError when it says something instead, or nothing in time
     */
    public void awaitClose() {
        readOrClosed().ifPresent(message -> {
            throw new AssertionError("expected the end of the connection, got: " + message);
        });
    }

    /**
     * Whether the server has closed or reset the connection; looks for 200 ms.
     *
     * @throws AssertionError when it says something instead
     */
    public boolean isClosed() {
        try {
            socket.read(GLANCE).ifPresent(message -> {
                throw new AssertionError("expected nothing or the end of the connection, got: " + message);
            });
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
