package io.trunkline.node.mcp.methods;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.call.Request;
import io.trunkline.node.mcp.catalog.Catalog;
import io.trunkline.node.mcp.kit.Json;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.mcp.state.Checkpoint;
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

    private final Json json;
    private final Checkpoint checkpoints;

    /** The result of initialize, ready to send; it depends on nothing but the version. */
    private final Map<ProtocolVersion, byte[]> welcomes = new EnumMap<>(ProtocolVersion.class);

    SessionMethods(McpSettings.Server self, Json json, Checkpoint checkpoints, Catalog catalog) {
        this.json = json;
        this.checkpoints = checkpoints;
        for (ProtocolVersion version : ProtocolVersion.values()) {
            welcomes.put(version, welcome(version, self, json.mapper(), catalog));
        }
    }

    /** {@code ping}: answered in any state, as lifecycle and ping of every MCP version ask for. */
    void ping(SessionContext session, Request request, Envelope nothing) {
        request.answer(Messages.emptyResult(request.envelope()));
    }

    /**
     * {@code initialize}, once. After a move to this node it is accepted again until the client has confirmed it: the
     * other node may have died between its checkpoint and its answer.
     */
    void initialize(SessionContext session, Request request, JsonNode params) throws RpcFault {
        SessionState before = session.book().state();
        if (before.version() != null && !(session.book().resumed() && !before.ready())) {
            throw new RpcFault(ErrorCode.INVALID_REQUEST, "The session is initialized already");
        }
        ProtocolVersion asked = ProtocolVersion.of(Params.text(params, "protocolVersion"));
        ProtocolVersion version = asked == null || asked.stateless() ? ProtocolVersion.NEWEST_WITH_SESSION : asked;
        JsonNode client = Params.object(params, "clientInfo", json.mapper());
        JsonNode capabilities = Params.object(params, "capabilities", json.mapper());
        session.book()
                .change(new SessionState(
                        version,
                        false,
                        ClientInfo.of(client),
                        checkpoints.capabilities(capabilities),
                        before.logLevel(),
                        before.subscriptions(),
                        before.owner()));
        byte[] welcome = welcomes.get(version);
        if (welcome != null) {
            request.answerResult(welcome);
        }
    }

    /** {@code notifications/initialized}. */
    void initialized(SessionContext session, Envelope notification) {
        SessionState state = session.book().state();
        if (state.version() != null && !state.ready()) {
            session.book().change(state.asReady());
        }
    }

    /** {@code logging/setLevel}. */
    void setLogLevel(SessionContext session, Request request, JsonNode params) throws RpcFault {
        String text = Params.text(params, "level");
        LogLevel level = LogLevel.of(text);
        if (level == null) {
            throw RpcFault.invalidParams(
                    "\"level\" is none of debug, info, notice, warning, error, critical, alert " + "and emergency");
        }
        if (level != session.book().state().logLevel()) {
            session.book().change(session.book().state().withLogLevel(level));
        }
        request.answer(Messages.emptyResult(request.envelope()));
    }

    /** {@code notifications/cancelled}. The id is read as it is written, like that of the request it names. */
    void cancelled(SessionContext session, Envelope notification) {
        if (!notification.hasParams()) {
            return;
        }
        byte[] message = notification.message();
        int start = notification.paramsStart();
        try (JsonParser parser = json.factory().createParser(message, start, notification.paramsEnd() - start)) {
            parser.nextToken();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                if (name.equals("requestId") && value.isScalarValue()) {
                    byte[] id = EnvelopeReader.copyValue(parser, message, start);
                    String key = RequestKey.of(id, 0, id.length, json.factory());
                    session.listens().cancel(key);
                    session.calls().inFlight().cancel(key);
                    return;
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("parameters that were read before", e);
        }
    }

    private static byte[] welcome(
            ProtocolVersion version, McpSettings.Server self, ObjectMapper mapper, Catalog catalog) {
        ObjectNode result = mapper.createObjectNode();
        result.put("protocolVersion", version.text());
        capabilities(result.putObject("capabilities"), version, catalog);
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
