package io.trunkline.node.tasks;

import io.trunkline.node.mcp.call.CallEnvironment;
import io.trunkline.node.mcp.kit.HeldBytes;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.spi.Principal;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that a node holds, by id. Bounded in number, for each principal, too, and refused while the results of
 * others take all the bytes that they may take; each is forgotten when its time is over. Thread-safe.
 */
final class HeldTasks {

    private final CallEnvironment environment;
    private final McpSettings.Tasks settings;
    private final HeldBytes results;
    private final TaskCounts counts;
    private final Supplier<Instant> now;
    private final Map<String, Task> held = new ConcurrentHashMap<>();
    private final Map<String, Integer> owned = new ConcurrentHashMap<>();
    private int count;

    HeldTasks(CallEnvironment environment, HeldBytes results, TaskCounts counts, Supplier<Instant> now) {
        this.environment = environment;
        this.settings = environment.settings().tasks();
        this.results = results;
        this.counts = counts;
        this.now = now;
    }

    boolean has(String id) {
        return held.containsKey(id);
    }

    @Nullable
    Task get(String id) {
        return held.get(id);
    }

    /** The task of this id; null when it is not held here, or not for this principal. */
    @Nullable
    Task get(String id, Principal principal) {
        Task task = held.get(id);
        return task != null
                        && task.principal().id().equals(principal.id())
                        && now.get().isBefore(task.until())
                ? task
                : null;
    }

    /** All of them. A snapshot. */
    List<Task> all() {
        return List.copyOf(held.values());
    }

    synchronized int count() {
        return count;
    }

    int running() {
        return (int) held.values().stream().filter(task -> !task.hasEnded()).count();
    }

    /** Holds a task from now on, or returns the one that is there. */
    @Nullable
    Task hold(Task task) throws RpcFault {
        synchronized (this) {
            Task before = held.get(task.id());
            if (before != null) {
                return before;
            }
            int own = owned.getOrDefault(task.principal().id(), 0);
            if (count >= settings.held() || results.held() >= settings.resultBytes()) {
                environment.events().taskRefused(task.tool());
                throw full("The node holds all the tasks that it may hold");
            }
            if (!task.principal().isNobody() && own >= settings.heldPerPrincipal()) {
                throw full("There are " + own + " tasks of yours on this node");
            }
            count++;
            owned.put(task.principal().id(), own + 1);
            held.put(task.id(), task);
        }
        long life = Duration.between(now.get(), task.until()).toMillis();
        environment.timer().schedule(() -> forget(task), Math.max(0, life), TimeUnit.MILLISECONDS);
        return null;
    }

    private RpcFault full(String text) {
        counts.refused().increment();
        return new RpcFault(ErrorCode.OVERLOADED, text + ": try again later");
    }

    /** Forgets a task that another node has from now on. */
    void release(String id) {
        Task task = held.get(id);
        if (task != null) {
            forget(task);
        }
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

    /** Forgets all of them, and stops those that run. */
    void clear() {
        all().forEach(this::forget);
    }
}
