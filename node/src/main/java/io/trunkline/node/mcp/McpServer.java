package io.trunkline.node.mcp;

import io.trunkline.node.guard.Guard;
import io.trunkline.node.mcp.call.BlockingThreads;
import io.trunkline.node.mcp.call.CallEnvironment;
import io.trunkline.node.mcp.call.ToolAnswers;
import io.trunkline.node.mcp.catalog.Catalog;
import io.trunkline.node.mcp.catalog.Providers;
import io.trunkline.node.mcp.changes.Audience;
import io.trunkline.node.mcp.changes.Changes;
import io.trunkline.node.mcp.changes.Listens;
import io.trunkline.node.mcp.kit.DaemonThreads;
import io.trunkline.node.mcp.kit.Failures;
import io.trunkline.node.mcp.kit.HeldBytes;
import io.trunkline.node.mcp.kit.Json;
import io.trunkline.node.mcp.kit.Later;
import io.trunkline.node.mcp.kit.McpEvents;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.mcp.methods.RequestCounts;
import io.trunkline.node.mcp.methods.ServerMethods;
import io.trunkline.node.mcp.state.Checkpoint;
import io.trunkline.node.mcp.state.RequestStates;
import io.trunkline.node.mcp.wire.ResultFields;
import io.trunkline.node.memory.NodeMemory;
import io.trunkline.node.modules.LeftOuts;
import io.trunkline.node.spi.Principal;
import io.trunkline.node.spi.ToolProvider;
import io.trunkline.node.tasks.SharedTasks;
import io.trunkline.node.tasks.TaskMethods;
import io.trunkline.node.tasks.Tasks;
import io.trunkline.protocol.metrics.Metrics;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What all sessions of a node share: tools, resources and prompts, the methods, and the equipment to run them. One per
 * node; thread-safe.
 */
public final class McpServer implements AutoCloseable {

    /** Large messages that wait for being read, on the whole node. */
    private static final int MAX_LARGE = 256;

    private final Engine engine;
    private final Catalog catalog;
    private final Audience audience;
    private final Changes changes;
    private final Tasks tasks;
    private final SharedTasks sharedTasks;
    private final ExecutorService readers;

    private McpServer(
            McpSettings settings,
            Providers providers,
            McpEvents events,
            byte[] stateKey,
            Metrics metrics,
            NodeMemory memory,
            @Nullable Later clock) {
        Json json = Json.of(settings.json());
        Failures failures = new Failures(events, memory);
        ResultFields fields = new ResultFields(settings, json.mapper());
        ScheduledExecutorService timer = DaemonThreads.timer("trunkline-mcp-timer");
        Later later = clock == null ? Later.on(timer, failures) : clock;
        CallEnvironment environment = new CallEnvironment(
                settings,
                events,
                failures,
                json,
                Guard.create(settings.tools().circuit(), metrics),
                new HeldBytes(Long.MAX_VALUE, memory.budget()),
                BlockingThreads.create(settings.tools()),
                timer,
                new RequestStates(json.mapper(), stateKey, settings.stateless().stateTtl(), InstantSource.system()),
                fields,
                new ToolAnswers(json, fields, failures, settings.limits().answerBytes()));
        Checkpoint checkpoints = new Checkpoint(json.mapper());
        catalog = new Catalog(providers, settings.pageSize(), json.mapper(), new LeftOuts(metrics, events::leftOut));
        audience = new Audience(json.mapper(), catalog.lists(), catalog.hasUpdates());
        tasks = new Tasks(environment, catalog, stateKey, InstantSource.system(), later, memory.budget(), metrics);
        TaskMethods taskMethods = new TaskMethods(environment, tasks);
        sharedTasks = new SharedTasks(tasks, taskMethods);
        ServerMethods methods = new ServerMethods(environment, catalog, checkpoints, audience, taskMethods);
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        readers = DaemonThreads.pool("trunkline-mcp-reader", threads, new ArrayBlockingQueue<>(MAX_LARGE));
        engine = new Engine(
                environment,
                checkpoints,
                methods.table(),
                new RequestCounts(metrics, methods.table()),
                methods.lostCalls(),
                new Listens.Shared(
                        audience,
                        json,
                        failures,
                        later,
                        settings.changes().catchUpDelay(),
                        settings.limits().inFlight()),
                readers,
                memory);
        changes = new Changes(settings.changes(), audience, catalog::refresh, later, failures, metrics);
        metrics.gauge("trunkline.listens", Map.of(), audience::listening);
        catalog.watch(changes::listChanged, changes::updated);
    }

    /**
     * Collects what the providers offer, and compiles the schemas.
     *
     * What cannot be used is left out, and {@link McpEvents#leftOut told}.
     *
     * @throws IllegalArgumentException when two providers offer the same name
     */
    public static McpServer create(McpSettings settings, Providers providers) {
        return create(settings, providers, McpEvents.LOGGED);
    }

    /**
     * The same for a node of a cluster.
     *
     * @param stateKey 32 bytes, the same on all nodes, and secret: seals what clients are to bring back
     * @param metrics where the engine counts
     * @param memory that clients share
     */
    public static McpServer create(
            McpSettings settings, Providers providers, byte[] stateKey, Metrics metrics, NodeMemory memory) {
        return new McpServer(settings, providers, McpEvents.LOGGED, stateKey, metrics, memory, null);
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
                McpEvents.LOGGED,
                RequestStates.randomKey(),
                metrics,
                NodeMemory.ofHeap(metrics),
                clock);
    }

    /** A server with tools and nothing else. */
    public static McpServer create(McpSettings settings, Iterable<? extends ToolProvider> tools) {
        return create(settings, tools, McpEvents.LOGGED);
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
     * The same on behalf of a principal.
     *
     * @param owner whose session it is, unless the checkpoint knows it
     */
    public Conversation open(Peer peer, byte[] checkpoint, Principal owner) {
        return new Conversation(engine, peer, checkpoint, owner);
    }

    /**
     * Whether a client message may be handled a second time when it is unknown whether it was handled: when it only
     * reads, when doing it again changes nothing more, or when it will be refused anyway. Never throws.
     */
    boolean safeToRepeat(byte[] message) {
        return engine.lostCalls().safeToRepeat(message);
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
        return engine.memory();
    }

    /** What keeps a handler from costing others; it is connected with the other nodes, too. */
    public Guard guard() {
        return engine.environment().guard();
    }

    /** The tasks of this node as other nodes may use them. */
    public SharedTasks sharedTasks() {
        return sharedTasks;
    }

    /** Stops the threads of the engine. Close the conversations before. */
    @Override
    public void close() {
        CallEnvironment environment = engine.environment();
        tasks.close();
        changes.close();
        environment.timer().shutdownNow();
        readers.shutdownNow();
        environment.guard().watchdog().close();
        environment.threads().close();
    }

    // ---- for tests

    Catalog catalog() {
        return catalog;
    }

    Audience audience() {
        return audience;
    }

    Tasks tasks() {
        return tasks;
    }

    HeldBytes held() {
        return engine.environment().held();
    }
}
