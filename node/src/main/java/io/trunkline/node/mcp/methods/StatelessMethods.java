package io.trunkline.node.mcp.methods;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.call.Request;
import io.trunkline.node.mcp.catalog.Catalog;
import io.trunkline.node.mcp.changes.Listen;
import io.trunkline.node.mcp.changes.WatchedTask;
import io.trunkline.node.mcp.kit.Json;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.mcp.wire.ClientFeatures;
import io.trunkline.node.mcp.wire.Meta;
import io.trunkline.node.mcp.wire.Params;
import io.trunkline.node.mcp.wire.ResultFields;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.tasks.TaskMethods;
import io.trunkline.protocol.jsonrpc.Methods;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The methods that only requests without a session know: {@code server/discover} and {@code subscriptions/listen}. */
final class StatelessMethods {

    private final McpSettings settings;
    private final Json json;
    private final ResultFields fields;
    private final Catalog catalog;
    private final TaskMethods tasks;
    private final byte[] discovered;

    StatelessMethods(McpSettings settings, Json json, ResultFields fields, Catalog catalog, TaskMethods tasks) {
        this.settings = settings;
        this.json = json;
        this.fields = fields;
        this.catalog = catalog;
        this.tasks = tasks;
        this.discovered = discovered(settings, json.mapper(), catalog);
    }

    private static byte[] discovered(McpSettings settings, ObjectMapper mapper, Catalog catalog) {
        ObjectNode result = mapper.createObjectNode();
        ArrayNode versions = result.putArray("supportedVersions");
        ProtocolVersion.SUPPORTED.forEach(versions::add);
        SessionMethods.capabilities(result.putObject("capabilities"), ProtocolVersion.V2026_07_28, catalog);
        String instructions = settings.server().instructions();
        if (!instructions.isEmpty()) {
            result.put("instructions", instructions);
        }
        try {
            return mapper.writeValueAsBytes(result);
        } catch (IOException e) {
            throw new UncheckedIOException("what the settings say about the server", e);
        }
    }

    /** {@code server/discover}. */
    void discover(SessionContext session, Request request, JsonNode params) {
        request.answerForAll(discovered, fields);
    }

    /** {@code subscriptions/listen}: stays open, and is told of what it names and this server can tell. */
    void listen(SessionContext session, Request request, JsonNode params) throws RpcFault {
        JsonNode filter = Params.required(params, "notifications");
        Set<String> wanted = new TreeSet<>();
        want(wanted, filter, "toolsListChanged", Methods.TOOLS_LIST_CHANGED, catalog.toolsChange());
        want(wanted, filter, "promptsListChanged", Methods.PROMPTS_LIST_CHANGED, catalog.promptsChange());
        want(wanted, filter, "resourcesListChanged", Methods.RESOURCES_LIST_CHANGED, catalog.resourcesChange());
        Listen listen = new Listen(
                session.listens(),
                request,
                Set.copyOf(wanted),
                uris(filter),
                tasks(session, request, filter),
                tasks.mostBytes());
        session.listens().add(listen);
        if (request.heard()) {
            session.listens().catchUp(listen);
        } else {
            listen.acknowledge();
        }
    }

    private static void want(Set<String> lists, JsonNode filter, String name, String method, boolean changes)
            throws RpcFault {
        JsonNode wanted = filter.path(name);
        if (!wanted.isMissingNode() && !wanted.isBoolean()) {
            throw RpcFault.invalidParams("\"" + name + "\" is not a boolean");
        }
        if (wanted.asBoolean() && changes) {
            lists.add(method);
        }
    }

    private Set<String> uris(JsonNode filter) throws RpcFault {
        Set<String> uris = texts(filter, "resourceSubscriptions");
        uris.removeIf(uri -> !catalog.hasUpdates() || !catalog.has(uri));
        return Set.copyOf(uris);
    }

    /** The tasks that are named; those that are not known to the one who asks are left out. */
    private Map<String, WatchedTask> tasks(SessionContext session, Request request, JsonNode filter) throws RpcFault {
        Map<String, WatchedTask> watched = new TreeMap<>();
        if (!filter.has("taskIds")) {
            return watched;
        }
        Meta meta = Meta.of(request.envelope(), json.mapper());
        ClientFeatures.of(request.version(), meta.capabilities()).requireTasks();
        for (String id : texts(filter, "taskIds")) {
            WatchedTask task = tasks.watched(session.calls().speaker().session(), request, meta, id);
            if (task != null) {
                watched.put(id, task);
            }
        }
        return watched;
    }

    private Set<String> texts(JsonNode filter, String name) throws RpcFault {
        JsonNode named = filter.path(name);
        int most = settings.stateless().subscribedResources();
        if (!named.isMissingNode() && !named.isArray()) {
            throw RpcFault.invalidParams("\"" + name + "\" is not an array");
        }
        if (named.size() > most) {
            throw RpcFault.invalidParams(
                    "\"" + name + "\" has " + named.size() + " members (expected: at most " + most + ")");
        }
        Set<String> texts = new TreeSet<>();
        for (JsonNode text : named) {
            if (!text.isTextual()) {
                throw RpcFault.invalidParams("\"" + name + "\" has a member that is not a string");
            }
            texts.add(text.textValue());
        }
        return texts;
    }
}
