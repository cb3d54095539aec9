package io.trunkline.node.mcp.methods;

import static io.trunkline.node.mcp.methods.MethodTable.Trait.EARLY;
import static io.trunkline.node.mcp.methods.MethodTable.Trait.REPEATABLE;
import static io.trunkline.node.mcp.methods.MethodTable.Trait.STATELESS;
import static io.trunkline.node.mcp.methods.MethodTable.Trait.URGENT;
import static io.trunkline.node.mcp.methods.MethodTable.Trait.WITH_SESSION;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.mcp.call.CallEnvironment;
import io.trunkline.node.mcp.catalog.Catalog;
import io.trunkline.node.mcp.catalog.Offers;
import io.trunkline.node.mcp.changes.Audience;
import io.trunkline.node.mcp.state.Checkpoint;
import io.trunkline.node.mcp.wire.Params;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.tasks.TaskMethods;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.Methods;

/** The methods of a server, by what it offers: the place to add one to. What is not offered is an unknown method. */
public final class ServerMethods {

    private final CallEnvironment environment;
    private final Catalog catalog;
    private final MethodTable table = new MethodTable();
    private final ToolMethods tools;

    /**
     * @param checkpoints the form of what sessions keep
     * @param audience who can be told of changes
     * @param tasks the methods about tasks
     */
    public ServerMethods(
            CallEnvironment environment,
            Catalog catalog,
            Checkpoint checkpoints,
            Audience audience,
            TaskMethods tasks) {
        this.environment = environment;
        this.catalog = catalog;
        tools = new ToolMethods(environment, catalog, tasks);
        addSession(checkpoints);
        addTools();
        addStateless(audience, tasks);
        if (catalog.hasResources()) {
            addResources(audience);
        }
        if (catalog.hasPrompts()) {
            addPrompts();
        }
        if (catalog.hasTasks()) {
            addTasks(tasks);
        }
        if (catalog.hasCompletions()) {
            addCompletions();
        }
    }

    public MethodTable table() {
        return table;
    }

    /** What is known of messages whose nodes were lost. */
    public LostCalls lostCalls() {
        int batch = environment.settings().limits().batch();
        return new LostCalls(table, tools, catalog, environment.guard(), environment.json(), batch);
    }

    private void addSession(Checkpoint checkpoints) {
        SessionMethods session =
                new SessionMethods(environment.settings().server(), environment.json(), checkpoints, catalog);
        table.request(Methods.PING, request -> request, session::ping, WITH_SESSION, EARLY, URGENT, REPEATABLE)
                .request(Methods.INITIALIZE, this::params, session::initialize, WITH_SESSION, EARLY, REPEATABLE)
                .request(Methods.LOGGING_SET_LEVEL, this::params, session::setLogLevel, WITH_SESSION, REPEATABLE)
                .notification(Methods.INITIALIZED, session::initialized)
                .notification(Methods.CANCELLED, session::cancelled);
    }

    private void addTools() {
        table.request(Methods.TOOLS_LIST, this::params, list(catalog.tools()), REPEATABLE)
                .request(Methods.TOOLS_CALL, tools::prepare, tools::call);
    }

    private void addStateless(Audience audience, TaskMethods tasks) {
        StatelessMethods stateless =
                new StatelessMethods(environment.settings(), environment.json(), environment.fields(), catalog, tasks);
        table.request(Methods.SERVER_DISCOVER, this::params, stateless::discover, STATELESS, REPEATABLE);
        if (audience.needed() || catalog.hasTasks()) {
            table.request(Methods.SUBSCRIPTIONS_LISTEN, this::params, stateless::listen, STATELESS, REPEATABLE);
        }
    }

    private void addResources(Audience audience) {
        ResourceMethods resources = new ResourceMethods(environment.json(), catalog, environment.fields(), audience);
        table.request(Methods.RESOURCES_LIST, this::params, list(catalog.resources()), REPEATABLE)
                .request(Methods.RESOURCES_TEMPLATES_LIST, this::params, list(catalog.templates()), REPEATABLE)
                .request(Methods.RESOURCES_READ, resources::prepareRead, resources::read, REPEATABLE);
        if (catalog.hasUpdates()) {
            table.request(Methods.RESOURCES_SUBSCRIBE, this::params, resources::subscribe, WITH_SESSION, REPEATABLE)
                    .request(
                            Methods.RESOURCES_UNSUBSCRIBE,
                            this::params,
                            resources::unsubscribe,
                            WITH_SESSION,
                            REPEATABLE);
        }
    }

    private void addPrompts() {
        PromptMethods prompts = new PromptMethods(environment.json(), catalog);
        table.request(Methods.PROMPTS_LIST, this::params, list(catalog.prompts()), REPEATABLE)
                .request(Methods.PROMPTS_GET, prompts::prepare, prompts::get, REPEATABLE);
    }

    private void addTasks(TaskMethods tasks) {
        MethodTable.Handler<TaskMethods.TaskParams> handler =
                (session, request, params) -> tasks.handle(session.calls(), request, params);
        table.request(Methods.TASKS_GET, tasks::prepare, handler, STATELESS, REPEATABLE)
                .request(Methods.TASKS_UPDATE, tasks::prepare, handler, STATELESS, REPEATABLE)
                .request(Methods.TASKS_CANCEL, tasks::prepare, handler, STATELESS, REPEATABLE);
    }

    private void addCompletions() {
        CompletionMethods completions = new CompletionMethods(environment.json(), catalog);
        table.request(Methods.COMPLETION_COMPLETE, completions::prepare, completions::complete, REPEATABLE);
    }

    /** A list in pages, sorted by name or URI. */
    private MethodTable.Handler<JsonNode> list(Offers<?, ?, ?> offers) {
        return (session, request, params) -> {
            byte[] page = offers.listing().page(request.version(), Params.optionalText(params, "cursor"));
            request.answerForAll(page, environment.fields());
        };
    }

    private JsonNode params(Envelope request) throws RpcFault {
        return Params.of(request, environment.json().mapper());
    }
}
