package io.trunkline.node.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.spi.Tool;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.refusal.Refusal.Executed;
import io.trunkline.protocol.session.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a node, those that run and those that have ended and may still be asked for. They belong to the node, not to
 * the connection that their call came by. Bounded in number, for each principal, too, and in the bytes of what they have come
 * to; each is forgotten when its time is over. Thread-safe.
 */
final class Tasks implements AutoCloseable {

    /** The name of the extension among the capabilities of clients and servers (SEP-2663). */
    static final String EXTENSION = "io.modelcontextprotocol/tasks";

    private final McpServer server;
    private final McpSettings.Tasks settings;
    private final TaskHandles handles;
    private final InstantSource clock;
    private final Map<String, Task> held = new ConcurrentHashMap<>();
    private final Map<String, Integer> owned = new ConcurrentHashMap<>();
    private final HeldBytes results;
    private final ThreadPoolExecutor threads;
    private int count;

    Tasks(McpServer server, byte[] key, InstantSource clock) {
        this.server = server;
        this.settings = server.settings().tasks();
        this.handles = new TaskHandles(server.mapper(), key, settings.maxTtl(), clock);
        this.clock = clock;
        this.results = new HeldBytes(settings.resultBytes());
        int cores = Runtime.getRuntime().availableProcessors();
        // Of its queue each task takes one place at most.
        this.threads = new ThreadPoolExecutor(
                cores,
                cores,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> McpServer.daemon(task, "trunkline-mcp-tasks"));
        threads.allowCoreThreadTimeOut(true);
    }

    /** The time in milliseconds, as clients are told it. */
    Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    /** What the tasks have come to. */
    HeldBytes results() {
        return results;
    }

    /** Bytes of an answer or notification about one task. */
    int mostBytes() {
        // Its error may have data of as many characters as a result may have bytes.
        return (int) Math.min(
                Integer.MAX_VALUE / 2,
                Task.MAX_FIELDS + 4L * server.settings().limits().answerBytes());
    }

    synchronized int count() {
        return count;
    }

    /**
     * Lets a call run as a task. The client may be told of it when this returns.
     *
     * @param known what the call has gathered before
     * @throws RpcFault when there is no room
     */
    Task begin(Conversation conversation, Request request, PreparedCall call, KnownAnswers known) throws RpcFault {
        Tool tool = call.tool().tool();
        Duration ttl = least(limit(tool).plus(settings.keep()), settings.maxTtl());
        TaskHandle handle = handles.mint(
                conversation.peer().session().slot(),
                request.principal().id(),
                tool.name(),
                ttl,
                tool.annotations().safeToRepeat() ? repeat(call, known) : null);
        return run(handle, conversation, request, call, known);
    }

    private JsonNode repeat(PreparedCall call, KnownAnswers known) {
        ObjectNode all = server.mapper().createObjectNode();
        all.set("arguments", call.params().arguments());
        all.set("answers", known.answers());
        if (known.values() != null) {
            all.set("values", known.values());
        }
        return all;
    }

    private Task run(
            TaskHandle handle, Conversation conversation, Request request, PreparedCall call, KnownAnswers known)
            throws RpcFault {
        Task task = new Task(server, handle, request.principal(), known);
        Task before = hold(task);
        if (before != null) {
            return before;
        }
        Duration limit = least(limit(call.tool().tool()), Duration.between(now(), handle.until()));
        Conversation place =
                Conversation.apart(server, new TaskPeer(conversation.peer().session(), new SerialExecutor(threads)));
        task.run(place, (where, asked) -> new ToolRun(where, asked, call, task, limit).start());
        return task;
    }

    private Duration limit(Tool tool) {
        Duration own = tool.timeout();
        return own == null ? settings.timeout() : own;
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** The task of this id, or null when there is none for the one who asks: it never was, or it is over. */
    @Nullable
    Task find(Conversation conversation, Request request, Meta meta, String id) throws RpcFault {
        Task task = held(id, request.principal().id());
        if (task != null || held.containsKey(id)) {
            return task;
        }
        TaskHandle handle = handles.open(id, request.principal().id());
        if (handle == null) {
            return null;
        }
        requireHere(id, conversation);
        return takeOver(handle, conversation, request, meta);
    }

    /** A task that is not here is lost only if it would be here. Over HTTP, balancers bring requests to where it would be. */
    private static void requireHere(String id, Conversation conversation) throws RpcFault {
        if (SessionId.prefixSlot(id) != conversation.peer().session().slot()) {
            throw RpcFault.invalidParams("The task is at another node: ask for it over HTTP, and listen to it alone,"
                    + " or by the connection that has started it");
        }
    }

    private @Nullable Task held(String id, String principal) {
        Task task = held.get(id);
        return task != null && task.principal().id().equals(principal) && now().isBefore(task.until()) ? task : null;
    }

    /** A task whose node is gone runs again, if that is safe; otherwise nobody knows what has become of it. */
    private Task takeOver(TaskHandle handle, Conversation conversation, Request request, Meta meta) throws RpcFault {
        JsonNode call = handle.call();
        RegisteredTool tool = server.catalog().tools().listing().find(handle.tool());
        if (call == null
                || tool == null
                || !tool.tool().annotations().safeToRepeat()
                || !(call.get("arguments") instanceof ObjectNode arguments)
                || tool.input().problem(arguments) != null) {
            Task lost = new Task(server, handle, request.principal(), KnownAnswers.NONE);
            lost.lost(Refusal.of(Reason.NODE_LOST).toJsonRpc("0", "", Executed.UNKNOWN));
            return lost;
        }
        server.events().taskTakenOver(handle.tool());
        CallParams params = new CallParams(handle.tool(), arguments, meta, 0);
        return run(
                handle,
                conversation,
                request,
                new PreparedCall(tool, params, null),
                new KnownAnswers(call.path("answers"), call.get("values")));
    }

    /** Cancels a task; false when there is none for the one who asks. One whose node is gone does not run again. */
    boolean cancel(Conversation conversation, Request request, String id) throws RpcFault {
        Task task = held(id, request.principal().id());
        if (task != null) {
            task.cancel();
            return true;
        }
        TaskHandle handle = held.containsKey(id)
                ? null
                : handles.open(id, request.principal().id());
        if (handle == null) {
            return false;
        }
        requireHere(id, conversation);
        Task cancelled = new Task(server, handle, request.principal(), KnownAnswers.NONE);
        cancelled.none();
        hold(cancelled);
        return true;
    }

    /** Holds a task from now on, or returns the one that is there. */
    private @Nullable Task hold(Task task) throws RpcFault {
        synchronized (this) {
            Task before = held.get(task.id());
            if (before != null) {
                return before;
            }
            int own = owned.getOrDefault(task.principal().id(), 0);
            if (count >= settings.held() || results.held() >= settings.resultBytes()) {
                server.events().taskRefused(task.tool());
                throw full("The node holds all the tasks that it may hold");
            }
            if (!task.principal().isNobody() && own >= settings.heldPerPrincipal()) {
                throw full("There are " + own + " tasks of yours on this node");
            }
            count++;
            owned.put(task.principal().id(), own + 1);
            held.put(task.id(), task);
        }
        long life = Duration.between(now(), task.until()).toMillis();
        server.timer().schedule(() -> forget(task), Math.max(0, life), TimeUnit.MILLISECONDS);
        return null;
    }

    private static RpcFault full(String text) {
        return new RpcFault(ErrorCode.OVERLOADED, text + ": try again later");
    }

    private void forget(Task task) {
        synchronized (this) {
            if (!held.remove(task.id(), task)) {
                return;
            }
            count--;
            owned.computeIfPresent(task.principal().id(), (key, own) -> own == 1 ? null : own - 1);
        }
        task.forget();
    }

    /** Stops what runs. */
    @Override
    public void close() {
        List<Task> all = new ArrayList<>(held.values());
        all.forEach(this::forget);
        threads.shutdown();
    }
}
