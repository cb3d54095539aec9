package io.trunkline.node.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.call.CallEnvironment;
import io.trunkline.node.mcp.call.KnownAnswers;
import io.trunkline.node.mcp.call.PreparedCall;
import io.trunkline.node.mcp.call.Request;
import io.trunkline.node.mcp.call.ToolWork;
import io.trunkline.node.mcp.catalog.Catalog;
import io.trunkline.node.mcp.catalog.RegisteredTool;
import io.trunkline.node.mcp.kit.DaemonThreads;
import io.trunkline.node.mcp.kit.HeldBytes;
import io.trunkline.node.mcp.kit.Later;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.mcp.wire.CallParams;
import io.trunkline.node.mcp.wire.Meta;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.spi.Principal;
import io.trunkline.node.spi.SessionInfo;
import io.trunkline.node.spi.Tool;
import io.trunkline.protocol.control.CallLost;
import io.trunkline.protocol.memory.MemoryBudget;
import io.trunkline.protocol.metrics.Metrics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a node, those that run and those that have ended and may still be asked for. They belong to the node,
 * not to the connection that their call came by. Bounded in number, for each principal, too, and in the bytes of what
 * they have come to; each is forgotten when its time is over. Thread-safe.
 */
public final class Tasks implements AutoCloseable {

    /** The time in which other nodes hear that a task runs again here, before it may end this node, too. */
    private static final Duration TOLD = Duration.ofMillis(200);

    private final CallEnvironment environment;
    private final Catalog catalog;
    private final Task.Shared shared;
    private final McpSettings.Tasks settings;
    private final HeldTasks held;
    private final TaskHandles handles;
    private final InstantSource clock;
    private final HeldBytes results;
    private final ExecutorService threads;
    private final TaskCounts counts;
    private volatile @Nullable TaskNetwork network;

    /**
     * The tasks of a node.
     *
     * @param key 32 bytes, the same on all nodes: seals the ids of tasks
     * @param later starts tasks that have to wait
     * @param budget of everything that the node holds for clients
     */
    public Tasks(
            CallEnvironment environment,
            Catalog catalog,
            byte[] key,
            InstantSource clock,
            Later later,
            MemoryBudget budget,
            Metrics metrics) {
        this.environment = environment;
        this.catalog = catalog;
        this.counts = new TaskCounts(metrics);
        this.settings = environment.settings().tasks();
        this.handles = new TaskHandles(environment.json().mapper(), key, settings.maxTtl(), clock);
        this.clock = clock;
        this.results = new HeldBytes(settings.resultBytes(), budget);
        this.shared = new Task.Shared(environment, results, this::now, later);
        this.held = new HeldTasks(environment, results, counts, this::now);
        int cores = Runtime.getRuntime().availableProcessors();
        // Of its queue each task takes one place at most.
        this.threads = DaemonThreads.pool("trunkline-mcp-tasks", cores, new LinkedBlockingQueue<>());
    }

    /** The time in milliseconds, as clients are told it. */
    Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    /** What the tasks have come to. */
    public HeldBytes results() {
        return results;
    }

    /** Bytes of an answer or notification about one task. */
    int mostBytes() {
        // Its error may have data of as many characters as a result may have bytes.
        return (int) Math.min(Integer.MAX_VALUE / 2, Task.MAX_FIELDS + 4L * environment.answerBytes());
    }

    public int count() {
        return held.count();
    }

    /** Those that run or are kept. */
    HeldTasks held() {
        return held;
    }

    /**
     * Lets a call run as a task. The client may be told of it when this returns.
     *
     * @param where the session that it was called in
     * @param known what the call has gathered before
     * @throws RpcFault when there is no room
     */
    Task begin(SessionInfo where, Request request, PreparedCall call, KnownAnswers known) throws RpcFault {
        Tool tool = call.tool().item();
        Duration ttl = least(limit(tool).plus(settings.keep()), settings.maxTtl());
        TaskHandle handle = handles.mint(
                where.slot(),
                request.principal().id(),
                tool.name(),
                ttl,
                tool.annotations().safeToRepeat() ? repeat(call, known) : null);
        Task task = run(handle, request.principal(), where, call, known, Duration.ZERO);
        counts.begun().increment();
        return task;
    }

    private JsonNode repeat(PreparedCall call, KnownAnswers known) {
        ObjectNode all = environment.json().mapper().createObjectNode();
        all.set("arguments", call.params().arguments());
        all.set("answers", known.answers());
        if (known.values() != null) {
            all.set("values", known.values());
        }
        return all;
    }

    private Task run(
            TaskHandle handle,
            Principal principal,
            SessionInfo where,
            PreparedCall call,
            KnownAnswers known,
            Duration delay)
            throws RpcFault {
        Task task = new Task(shared, handle, principal, known);
        Task before = held.hold(task);
        if (before != null) {
            return before;
        }
        Duration limit = least(limit(call.tool().item()), Duration.between(now(), handle.until()));
        TaskPlace place = new TaskPlace(environment, new TaskOutlet(where, new SerialExecutor(threads)));
        task.run(place, (its, asked) -> ToolWork.startTask(its, asked, call, task, limit), delay);
        return task;
    }

    private Duration limit(Tool tool) {
        Duration own = tool.timeout();
        return own == null ? settings.timeout() : own;
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** What the id says of a task of this principal that is not held here; null when it never was, or is over. */
    @Nullable
    TaskHandle missing(String id, Principal principal) {
        return held.has(id) ? null : handles.open(id, principal.id());
    }

    /** The way to the tasks of other nodes; null for a server that stands alone. */
    @Nullable
    TaskNetwork network() {
        return network;
    }

    void connect(TaskNetwork others) {
        network = others;
    }

    /**
     * A task that no node holds runs again, if that is safe; otherwise its outcome is unknown.
     *
     * @param where the session that it runs for
     * @param meta of the request that has asked
     */
    Task takeOver(TaskHandle handle, Principal principal, SessionInfo where, Meta meta) throws RpcFault {
        Task here = held.get(handle.id());
        if (here != null) {
            return here;
        }
        JsonNode call = handle.call();
        RegisteredTool tool = catalog.tools().listing().find(handle.tool());
        counts.takenOver().increment();
        boolean again = call != null && environment.guard().repeats().begin(handle.id());
        if (call == null
                || !again
                || tool == null
                || !tool.item().annotations().safeToRepeat()
                || !(call.get("arguments") instanceof ObjectNode arguments)
                || tool.input().problem(arguments) != null) {
            return lost(handle, principal, call == null || again ? 1 : 2);
        }
        environment.events().taskTakenOver(handle.tool());
        CallParams params = new CallParams(handle.tool(), arguments, meta, 0);
        return run(
                handle,
                principal,
                where,
                new PreparedCall(tool, params, null),
                new KnownAnswers(call.path("answers"), call.get("values")),
                network == null ? Duration.ZERO : TOLD);
    }

    /** The outcome of a task is unknown; one that has lost two nodes is not tried at a third. */
    private Task lost(TaskHandle handle, Principal principal, int nodes) {
        if (nodes > 1) {
            environment.guard().circuits().lost(new CallLost(handle.tool(), principal.id(), "", nodes));
        }
        Task lost = new Task(shared, handle, principal, KnownAnswers.NONE);
        lost.lost(nodes);
        return lost;
    }

    /** Holds a task that no node held as a cancelled one: it does not run again. */
    Task cancelled(TaskHandle handle, Principal principal) throws RpcFault {
        Task cancelled = new Task(shared, handle, principal, KnownAnswers.NONE);
        cancelled.none();
        Task before = held.hold(cancelled);
        return before == null ? cancelled : before;
    }

    // ---- tasks that nodes hand over

    /** Holds a task that has ended at another node; false when it is over, or there is no room. */
    boolean adopt(EndedTask ended) {
        TaskHandle handle = missing(ended.id(), ended.principal());
        if (handle == null) {
            return held.has(ended.id());
        }
        Task task = new Task(shared, handle, ended.principal(), KnownAnswers.NONE);
        try {
            if (!task.restore(ended)) {
                return false;
            }
            if (held.hold(task) != null) {
                task.forget();
            }
            return true;
        } catch (RpcFault full) {
            task.forget();
            return false;
        }
    }

    /** It runs again at another node, for this one leaves. */
    void letGo(String id) {
        environment.guard().repeats().letGo(id);
        held.release(id);
    }

    /** Stops what runs. */
    @Override
    public void close() {
        held.clear();
        threads.shutdown();
    }
}
