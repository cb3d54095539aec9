package io.trunkline.node.mcp;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.catalog.Catalog;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.mcp.state.SessionState;
import io.trunkline.node.mcp.wire.ClientFeatures;
import io.trunkline.node.mcp.wire.ClientInfo;
import io.trunkline.node.mcp.wire.Params;
import io.trunkline.node.mcp.wire.RequestKey;
import io.trunkline.node.mcp.wire.ResultFields;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.spi.LogLevel;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;

/** The methods that belong to the session itself: its start, ping, the log level, and cancelling. */
final class SessionMethods {

    private final McpServer server;

    /** The result of initialize, ready to send; it depends on nothing but the version. */
    private final Map<ProtocolVersion, byte[]> welcomes = new EnumMap<>(ProtocolVersion.class);

    SessionMethods(McpServer server) {
        this.server = server;
        for (ProtocolVersion version : ProtocolVersion.values()) {
            welcomes.put(version, welcome(version, server));
        }
    }

    /** {@code ping}: answered in any state, as lifecycle and ping of every MCP version ask for. */
    void ping(Conversation conversation, Request request, Envelope nothing) {
        request.answer(Messages.emptyResult(request.envelope()));
    }

    /**
     * {@code initialize}, once. After a move to this node it is accepted again until the client has confirmed it: the
     * other node may have died between its checkpoint and its answer.
     */
    void initialize(Conversation conversation, Request request, JsonNode params) throws RpcFault {
        SessionState before = conversation.state();
        if (before.version() != null && !(conversation.resumed() && !before.ready())) {
            throw new RpcFault(ErrorCode.INVALID_REQUEST, "The session is initialized already");
        }
        ProtocolVersion asked = ProtocolVersion.of(Params.text(params, "protocolVersion"));
        ProtocolVersion version = asked == null || asked.stateless() ? ProtocolVersion.NEWEST_WITH_SESSION : asked;
        JsonNode client = Params.object(params, "clientInfo", server.json().mapper());
        JsonNode capabilities = Params.object(params, "capabilities", server.json().mapper());
        conversation.change(new SessionState(
                version,
                false,
                ClientInfo.of(client),
                server.checkpoints().capabilities(capabilities),
                before.logLevel(),
                before.subscriptions(),
                before.owner()));
        byte[] welcome = welcomes.get(version);
        if (welcome != null) {
            request.answerResult(welcome);
        }
    }

    /** {@code notifications/initialized}. */
    void initialized(Conversation conversation, Envelope notification) {
        SessionState state = conversation.state();
        if (state.version() != null && !state.ready()) {
            conversation.change(state.asReady());
        }
    }

    /** {@code logging/setLevel}. */
    void setLogLevel(Conversation conversation, Request request, JsonNode params) throws RpcFault {
        String text = Params.text(params, "level");
        LogLevel level = LogLevel.of(text);
        if (level == null) {
            throw RpcFault.invalidParams(
                    "\"level\" is none of debug, info, notice, warning, error, critical, alert " + "and emergency");
        }
        if (level != conversation.state().logLevel()) {
            conversation.change(conversation.state().withLogLevel(level));
        }
        request.answer(Messages.emptyResult(request.envelope()));
    }

    /** {@code notifications/cancelled}. The id is read as it is written, like that of the request it names. */
    void cancelled(Conversation conversation, Envelope notification) {
        if (!notification.hasParams()) {
            return;
        }
        byte[] message = notification.message();
        int start = notification.paramsStart();
        try (JsonParser parser = server.json().factory().createParser(message, start, notification.paramsEnd() - start)) {
            parser.nextToken();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                if (name.equals("requestId") && value.isScalarValue()) {
                    byte[] id = EnvelopeReader.copyValue(parser, message, start);
                    String key = RequestKey.of(id, 0, id.length, server.json().factory());
                    conversation.listens().cancel(key);
                    conversation.requests().cancel(key);
                    return;
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("parameters that were read before", e);
        }
    }

    private static byte[] welcome(ProtocolVersion version, McpServer server) {
        McpSettings.Server self = server.settings().server();
        ObjectMapper mapper = server.json().mapper();
        ObjectNode result = mapper.createObjectNode();
        result.put("protocolVersion", version.text());
        capabilities(result.putObject("capabilities"), version, server.catalog());
        ResultFields.serverInfo(result.putObject("serverInfo"), self, version);
        if (!self.instructions().isEmpty()) {
            result.put("instructions", self.instructions());
        }
        try {
            return mapper.writeValueAsBytes(result);
        } catch (IOException e) {
            throw new UncheckedIOException("what the settings say about the server", e);
        }
    }

    /** What the server can do, in the form of a version. */
    static void capabilities(ObjectNode capabilities, ProtocolVersion version, Catalog catalog) {
        capabilities.putObject("logging");
        if (catalog.hasTools()) {
            listChanged(capabilities.putObject("tools"), catalog.toolsChange());
        }
        if (catalog.hasResources()) {
            ObjectNode resources = capabilities.putObject("resources");
            if (catalog.hasUpdates()) {
                resources.put("subscribe", true);
            }
            listChanged(resources, catalog.resourcesChange());
        }
        if (catalog.hasPrompts()) {
            listChanged(capabilities.putObject("prompts"), catalog.promptsChange());
        }
        // 2024-11-05 has the method, but no capability for it.
        if (catalog.hasCompletions() && version.knowsAnnotations()) {
            capabilities.putObject("completions");
        }
        if (catalog.hasTasks() && version.stateless()) {
            capabilities.putObject("extensions").putObject(ClientFeatures.TASKS);
        }
    }

    private static void listChanged(ObjectNode capability, boolean changes) {
        if (changes) {
            capability.put("listChanged", true);
        }
    }
}
