package io.trunkline.node.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.mcp.catalog.Providers;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolProvider;
import io.trunkline.node.tools.BuiltInTools;
import io.trunkline.protocol.metrics.Metrics;
import java.util.ArrayList;
import java.util.List;

/** A server with one conversation, and the client's side of it. */
final class TestSession implements AutoCloseable {

    final RecordedEvents events = new RecordedEvents();
    final Metrics metrics = new Metrics();
    final McpServer server;
    final FakePeer peer = new FakePeer();
    final Conversation conversation;
    private int number;

    TestSession(Tool... tools) {
        this(McpSettings.DEFAULT, tools);
    }

    TestSession(McpSettings settings, Tool... tools) {
        List<ToolProvider> providers = new ArrayList<>();
        providers.add(new BuiltInTools());
        providers.add(() -> List.of(tools));
        server = McpServer.create(settings, providers, events);
        conversation = server.open(peer, new byte[0]);
    }

    TestSession(McpSettings settings, Providers providers) {
        server = McpServer.create(settings, providers, events);
        conversation = server.open(peer, new byte[0]);
    }

    /** One that is told of changes by this clock. */
    TestSession(Providers providers, ManualClock clock) {
        server = McpServer.create(McpSettings.DEFAULT, providers, metrics, clock);
        conversation = server.open(peer, new byte[0]);
    }

    /** A session on a node of a cluster with this key. */
    TestSession(McpSettings settings, byte[] key, Tool... tools) {
        Providers providers = new Providers(List.of(new BuiltInTools(), () -> List.of(tools)), List.of(), List.of());
        server = McpServer.create(settings, providers, key);
        conversation = server.open(peer, new byte[0]);
    }

    /** A session in which initialize is done with this version. */
    static TestSession of(String version, Tool... tools) {
        return new TestSession(tools).initialize(version);
    }

    TestSession initialize(String version) {
        send("""
                {"jsonrpc":"2.0","id":"init","method":"initialize","params":{"protocolVersion":"%s",\
                "capabilities":{"roots":{}},"clientInfo":{"name":"test","version":"1"}}}""".formatted(version));
        send("""
                {"jsonrpc":"2.0","method":"notifications/initialized"}""");
        return this;
    }

    /** Sends a message and returns its number. */
    int send(String message) {
        return send(message.getBytes(UTF_8));
    }

    int send(byte[] message) {
        number++;
        conversation.receive(message, number);
        return number;
    }

    /** Sends a message and returns the answer, which must be there at once. */
    JsonNode ask(String message) {
        return peer.answer(send(message));
    }

    /** Sends a request. */
    int request(int id, String method, String params) {
        return send("{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":%s}".formatted(id, method, params));
    }

    /** Calls a tool. */
    int call(int id, String tool, String arguments) {
        return request(id, "tools/call", "{\"name\":\"%s\",\"arguments\":%s}".formatted(tool, arguments));
    }

    /** Calls a tool that answers at once. */
    JsonNode callNow(String tool, String arguments) {
        return peer.answer(call(1000 + number, tool, arguments));
    }

    /** Runs the session's tasks until this message has ended. */
    void await(int message) {
        while (!peer.hasEnded(message)) {
            peer.runTask();
        }
    }

    @Override
    public void close() {
        conversation.close();
        server.close();
    }
}
