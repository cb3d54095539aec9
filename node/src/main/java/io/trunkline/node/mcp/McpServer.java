package io.trunkline.node.mcp;

import static io.trunkline.node.mcp.MethodTable.Trait.EARLY;
import static io.trunkline.node.mcp.MethodTable.Trait.REPEATABLE;
import static io.trunkline.node.mcp.MethodTable.Trait.STATELESS;
import static io.trunkline.node.mcp.MethodTable.Trait.URGENT;
import static io.trunkline.node.mcp.MethodTable.Trait.WITH_SESSION;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trunkline.node.guard.Guard;
import io.trunkline.node.mcp.call.BlockingThreads;
import io.trunkline.node.mcp.catalog.Catalog;
import io.trunkline.node.mcp.catalog.Providers;
import io.trunkline.node.mcp.kit.DaemonThread;
import io.trunkline.node.mcp.kit.Failures;
import io.trunkline.node.mcp.kit.HeldBytes;
import io.trunkline.node.mcp.kit.Json;
import io.trunkline.node.mcp.kit.Later;
import io.trunkline.node.mcp.kit.McpEvents;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.mcp.state.Checkpoint;
import io.trunkline.node.mcp.state.RequestStates;
import io.trunkline.node.mcp.wire.Params;
import io.trunkline.node.mcp.wire.ResultFields;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.memory.NodeMemory;
import io.trunkline.node.modules.LeftOuts;
import io.trunkline.node.spi.Principal;
import io.trunkline.node.spi.ToolProvider;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.Methods;
import io.trunkline.protocol.member.Metrics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What all sessions of a node share: tools, resources and prompts, the methods, and the equipment to run them. One per node; thread-safe.
 */
public final class McpServer implements AutoCloseable {

    /** Large messages that wait for being read, on the whole node. */
    private static final int MAX_LARGE = 256;

    private final McpSettings settings;
    private final McpEvents events;
    private final Json json;
    private final Checkpoint checkpoints;
    private final ResultFields resultFields;
    private final RequestStates requestStates;
    private final ToolAnswers toolAnswers;
    private final Catalog catalog;
    private final Audience audience;
    private final Changes changes;
    private final ToolMethods toolMethods;
    private final Tasks tasks;
    private final TaskMethods taskMethods;
    private final SharedTasks sharedTasks;
    private final MethodTable methods;
    private final RequestCounts requestCounts;
    private final BlockingThreads blockingThreads;
    private final ScheduledThreadPoolExecutor timer;
    private final Later later;
    private final ThreadPoolExecutor readers;
    private final HeldBytes held;
    private final NodeMemory memory;
    private final Guard guard;
    private final Failures failures;
    private final LostCalls lostCalls = new LostCalls(this);

    private McpServer(
            McpSettings settings,
            Providers providers,
            McpEvents events,
            byte[] stateKey,
            Metrics metrics,
            NodeMemory memory,
            @Nullable Later clock) {
        this.memory = memory;
        this.settings = settings;
        this.events = events;
        failures = new Failures(events, memory);
        guard = Guard.create(settings.tools().circuit(), metrics);
        json = Json.of(settings.json());
        ObjectMapper mapper = json.mapper();
        checkpoints = new Checkpoint(mapper);
        resultFields = new ResultFields(settings, mapper);
        requestStates = new RequestStates(mapper, stateKey, settings.stateless().stateTtl(), InstantSource.system());
        toolAnswers = new ToolAnswers(this);
        catalog = new Catalog(providers, settings.pageSize(), mapper, new LeftOuts(metrics, events::leftOut));
        audience = new Audience(this, catalog.lists(), catalog.hasUpdates());
        toolMethods = new ToolMethods(this, catalog);
        tasks = new Tasks(this, stateKey, InstantSource.system(), metrics);
        taskMethods = new TaskMethods(this);
        sharedTasks = new SharedTasks(tasks, taskMethods);
        methods = methods(new SessionMethods(this), new StatelessMethods(this, catalog));
        requestCounts = new RequestCounts(metrics, methods);
        held = new HeldBytes(Long.MAX_VALUE, memory.budget());
        blockingThreads = BlockingThreads.create(settings.tools());
        int cores = Runtime.getRuntime().availableProcessors();
        readers = new ThreadPoolExecutor(
                Math.max(1, cores / 2),
                Math.max(1, cores / 2),
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_LARGE),
                task -> DaemonThread.of(task, "trunkline-mcp-reader"));
        readers.allowCoreThreadTimeOut(true);
        timer = new ScheduledThreadPoolExecutor(1, task -> DaemonThread.of(task, "trunkline-mcp-timer"));
        timer.setRemoveOnCancelPolicy(true);
        later = clock == null ? this::schedule : clock;
        changes = new Changes(this, metrics);
        metrics.gauge("trunkline.listens", Map.of(), audience::listening);
        catalog.watch(changes::listChanged, changes::updated);
    }

    /** The methods of what there is; what there is not is a method that nobody knows. */
    private MethodTable methods(SessionMethods session, StatelessMethods stateless) {
        MethodTable table = new MethodTable()
                .request(Methods.PING, request -> request, session::ping, WITH_SESSION, EARLY, URGENT, REPEATABLE)
                .request(Methods.INITIALIZE, this::params, session::initialize, WITH_SESSION, EARLY, REPEATABLE)
                .request(Methods.LOGGING_SET_LEVEL, this::params, session::setLogLevel, WITH_SESSION, REPEATABLE)
                .request(Methods.SERVER_DISCOVER, this::params, stateless::discover, STATELESS, REPEATABLE)
                .request(Methods.TOOLS_LIST, this::params, toolMethods::list, REPEATABLE)
                .request(Methods.TOOLS_CALL, toolMethods::prepare, toolMethods::call)
                .notification(Methods.INITIALIZED, session::initialized)
                .notification(Methods.CANCELLED, session::cancelled);
        if (catalog.hasResources()) {
            ResourceMethods resources = new ResourceMethods(this, catalog);
            table.request(Methods.RESOURCES_LIST, this::params, resources::list, REPEATABLE)
                    .request(Methods.RESOURCES_TEMPLATES_LIST, this::params, resources::listTemplates, REPEATABLE)
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
        if (catalog.hasPrompts()) {
            PromptMethods prompts = new PromptMethods(this, catalog);
            table.request(Methods.PROMPTS_LIST, this::params, prompts::list, REPEATABLE)
                    .request(Methods.PROMPTS_GET, prompts::prepare, prompts::get, REPEATABLE);
        }
        if (catalog.hasTasks()) {
            table.request(Methods.TASKS_GET, taskMethods::prepare, taskMethods::handle, STATELESS, REPEATABLE)
                    .request(Methods.TASKS_UPDATE, taskMethods::prepare, taskMethods::handle, STATELESS, REPEATABLE)
                    .request(Methods.TASKS_CANCEL, taskMethods::prepare, taskMethods::handle, STATELESS, REPEATABLE);
        }
        if (audience.needed() || catalog.hasTasks()) {
            table.request(Methods.SUBSCRIPTIONS_LISTEN, this::params, stateless::listen, STATELESS, REPEATABLE);
        }
        if (catalog.hasCompletions()) {
            CompletionMethods completions = new CompletionMethods(this, catalog);
            table.request(Methods.COMPLETION_COMPLETE, completions::prepare, completions::complete, REPEATABLE);
        }
        return table;
    }

    /**
     * Collects what the providers offer, and compiles the schemas.
     *
     * What cannot be used is left out, and {@link McpEvents#leftOut told}.
     *
     * @throws IllegalArgumentException when two providers offer the same name
     */
    public static McpServer create(McpSettings settings, Providers providers) {
        return create(settings, providers, McpEvents.logged());
    }

    /**
     * The same for a node of a cluster.
     *
     * @param stateKey 32 bytes, the same on all nodes and known to nobody else: seals what clients are to bring back
     * @param metrics where the engine counts
     * @param memory that clients share
     */
    public static McpServer create(
            McpSettings settings, Providers providers, byte[] stateKey, Metrics metrics, NodeMemory memory) {
        return new McpServer(settings, providers, McpEvents.logged(), stateKey, metrics, memory, null);
    }

    /** The same, with a part of the heap for clients. */
    public static McpServer create(McpSettings settings, Providers providers, byte[] stateKey, Metrics metrics) {
        return create(settings, providers, stateKey, metrics, NodeMemory.ofHeap(metrics));
    }

    /** The same, which counts for itself. */
    static McpServer create(McpSettings settings, Providers providers, byte[] stateKey) {
        return create(settings, providers, stateKey, new Metrics());
    }

    /** The same, with a receiver of the engine's events. */
    public static McpServer create(McpSettings settings, Providers providers, McpEvents events) {
        return new McpServer(
                settings,
                providers,
                events,
                RequestStates.randomKey(),
                new Metrics(),
                NodeMemory.ofHeap(new Metrics()),
                null);
    }

    /** The same, with a clock of its own for what changes, and its metrics. */
    static McpServer create(McpSettings settings, Providers providers, Metrics metrics, Later clock) {
        return new McpServer(
                settings,
                providers,
                McpEvents.logged(),
                RequestStates.randomKey(),
                metrics,
                NodeMemory.ofHeap(metrics),
                clock);
    }

    /** A server with tools and nothing else. */
    public static McpServer create(McpSettings settings, Iterable<? extends ToolProvider> tools) {
        return create(settings, tools, McpEvents.logged());
    }

    /** The same, with a receiver of the engine's events. */
    public static McpServer create(McpSettings settings, Iterable<? extends ToolProvider> tools, McpEvents events) {
        List<ToolProvider> all = new ArrayList<>();
        tools.forEach(all::add);
        return create(settings, new Providers(all, List.of(), List.of()), events);
    }

    /**
     * Starts a session's conversation, or goes on with one.
     *
     * @param checkpoint the last state that {@link Peer#checkpoint} was given; empty for a new session
     * @throws CheckpointException when the checkpoint cannot be continued from
     */
    public Conversation open(Peer peer, byte[] checkpoint) {
        return open(peer, checkpoint, Principal.NOBODY);
    }

    /**
     * The same on somebody's behalf.
     *
     * @param owner whose session it is, unless the checkpoint knows it
     */
    public Conversation open(Peer peer, byte[] checkpoint, Principal owner) {
        return new Conversation(this, peer, checkpoint, owner);
    }

    /**
     * Whether a client message may be handled a second time when nobody knows whether it was handled: when it only
     * reads, when doing it again changes nothing more, or when it will be refused anyway. Never throws.
     */
    public boolean safeToRepeat(byte[] message) {
        return safeToRepeat(json.reader().read(message));
    }

    private boolean safeToRepeat(Envelope message) {
        return switch (message.kind()) {
            case REQUEST -> {
                MethodTable.Method<?> method = methods.request(message.method());
                yield method == null
                        || method.is(REPEATABLE)
                        || (message.method().equals(Methods.TOOLS_CALL) && toolMethods.safeToRepeat(message));
            }
            case BATCH -> {
                List<Envelope> members =
                        json.reader().members(message, settings.limits().batch());
                yield members.stream().allMatch(this::safeToRepeat);
            }
            case NOTIFICATION, RESPONSE, INVALID, UNREADABLE -> true;
        };
    }

    /** What changes here is told to these from now on: they tell other nodes of it, at once, from any thread. */
    public void tellOthers(Consumer<Collection<String>> nodes) {
        changes.tellOthers(nodes);
    }

    /**
     * Something has changed on another node, and clients of this one are told of it, too. From any thread; never waits.
     *
     * @param what as {@linkplain #tellOthers the other node} was told to tell
     */
    public void changedElsewhere(Collection<String> what) {
        changes.changedElsewhere(what);
    }

    /** The memory that the node holds for clients. */
    public NodeMemory memory() {
        return memory;
    }

    /** What keeps a handler from costing others; it is connected with the other nodes, too. */
    public Guard guard() {
        return guard;
    }

    /** The tasks of this node as other nodes may use them. */
    public SharedTasks sharedTasks() {
        return sharedTasks;
    }

    /** Stops the threads of the engine. Close the conversations before. */
    @Override
    public void close() {
        tasks.close();
        changes.close();
        timer.shutdownNow();
        readers.shutdownNow();
        guard.watchdog().close();
        blockingThreads.close();
    }

    // ---- for this package

    McpSettings settings() {
        return settings;
    }

    McpEvents events() {
        return events;
    }

    Json json() {
        return json;
    }

    Checkpoint checkpoints() {
        return checkpoints;
    }

    /** What all results have. */
    ResultFields resultFields() {
        return resultFields;
    }

    /** What clients bring back with their answers. */
    RequestStates requestStates() {
        return requestStates;
    }

    /** Answers with a result that is the same for everybody who asks. */
    void answerList(Request request, byte[] result) {
        request.answerResult(request.stateless() ? resultFields.list(result) : result);
    }

    /** Calls whose nodes were lost. */
    LostCalls lostCalls() {
        return lostCalls;
    }

    ToolAnswers toolAnswers() {
        return toolAnswers;
    }

    Catalog catalog() {
        return catalog;
    }

    /** The calls that run as tasks. */
    Tasks tasks() {
        return tasks;
    }

    TaskMethods taskMethods() {
        return taskMethods;
    }

    /** Who is told of changes. */
    Audience audience() {
        return audience;
    }

    MethodTable methods() {
        return methods;
    }

    /** Counts a request without a session. */
    void countStateless(String method) {
        requestCounts.increment(method);
    }

    BlockingThreads blockingThreads() {
        return blockingThreads;
    }

    ScheduledExecutorService timer() {
        return timer;
    }

    /** For what need not be exact, and can be put into a test's hands. */
    Later later() {
        return later;
    }

    private Runnable schedule(Runnable task, Duration delay) {
        Runnable guarded = () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                failures.failed(e);
            }
        };
        try {
            Future<?> due = timer.schedule(guarded, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> due.cancel(false);
        } catch (RejectedExecutionException e) {
            return () -> {};
        }
    }

    /** Where large messages are read. */
    Executor readers() {
        return readers;
    }

    HeldBytes held() {
        return held;
    }

    /** Reads everything of a message that needs nothing of its session. On any thread; never throws. */
    Reading readWhole(byte[] message) {
        try {
            return Reading.whole(json.reader().read(message), this);
        } catch (Throwable e) {
            failures.failed(e);
            return Reading.of(json.reader().read(new byte[0]));
        }
    }

    private JsonNode params(Envelope request) throws RpcFault {
        return Params.of(request, json.mapper());
    }

    /** Where failures are told. */
    Failures failures() {
        return failures;
    }
}
