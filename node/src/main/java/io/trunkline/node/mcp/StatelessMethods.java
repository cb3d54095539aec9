package io.trunkline.node.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.catalog.Catalog;
import io.trunkline.node.mcp.changes.WatchedTask;
import io.trunkline.node.mcp.wire.ClientFeatures;
import io.trunkline.node.mcp.wire.Meta;
import io.trunkline.node.mcp.wire.Params;
import io.trunkline.node.mcp.wire.RpcFault;
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

    private final McpServer server;
    private final Catalog catalog;
    private final byte[] discovered;

    StatelessMethods(McpServer server, Catalog catalog) {
        this.server = server;
        this.catalog = catalog;
        this.discovered = discovered(server, catalog);
    }

    private static byte[] discovered(McpServer server, Catalog catalog) {
        ObjectMapper mapper = server.json().mapper();
        ObjectNode result = mapper.createObjectNode();
        ArrayNode versions = result.putArray("supportedVersions");
        ProtocolVersion.SUPPORTED.forEach(versions::add);
        SessionMethods.capabilities(result.putObject("capabilities"), ProtocolVersion.V2026_07_28, catalog);
        String instructions = server.settings().server().instructions();
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
    void discover(Conversation conversation, Request request, JsonNode params) {
        server.answerList(request, discovered);
    }

    /** {@code subscriptions/listen}: stays open, and is told of what it names and this server can tell. */
    void listen(Conversation conversation, Request request, JsonNode params) throws RpcFault {
        JsonNode filter = Params.required(params, "notifications");
        Set<String> lists = new TreeSet<>();
        want(lists, filter, "toolsListChanged", Methods.TOOLS_LIST_CHANGED, catalog.toolsChange());
        want(lists, filter, "promptsListChanged", Methods.PROMPTS_LIST_CHANGED, catalog.promptsChange());
        want(lists, filter, "resourcesListChanged", Methods.RESOURCES_LIST_CHANGED, catalog.resourcesChange());
        Listen listen = new Listen(
                conversation, request, Set.copyOf(lists), uris(filter), tasks(conversation, request, filter));
        conversation.listens().add(listen);
        if (request.heard()) {
            conversation.catchUp(listen);
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
    private Map<String, WatchedTask> tasks(Conversation conversation, Request request, JsonNode filter)
            throws RpcFault {
        Map<String, WatchedTask> tasks = new TreeMap<>();
        if (!filter.has("taskIds")) {
            return tasks;
        }
        Meta meta = Meta.of(request.envelope(), server.json().mapper());
        ClientFeatures.of(request.version(), meta.capabilities()).requireTasks();
        for (String id : texts(filter, "taskIds")) {
            WatchedTask task = server.taskMethods().watched(conversation, request, meta, id);
            if (task != null) {
                tasks.put(id, task);
            }
        }
        return tasks;
    }

    private Set<String> texts(JsonNode filter, String name) throws RpcFault {
        JsonNode named = filter.path(name);
        int most = server.settings().stateless().subscribedResources();
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
