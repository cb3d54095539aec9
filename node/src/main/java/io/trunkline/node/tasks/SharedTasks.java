package io.trunkline.node.tasks;

import io.trunkline.node.mcp.changes.Listener;
import io.trunkline.node.spi.Principal;
import io.trunkline.node.spi.SessionInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tasks of one node as the other nodes of its cluster may use them. Thread-safe. */
public final class SharedTasks {

    private final Tasks tasks;
    private final TaskMethods methods;

    public SharedTasks(Tasks tasks, TaskMethods methods) {
        this.tasks = tasks;
        this.methods = methods;
    }

    /** Says where tasks are that are not here. Until then a task that is not here is taken over at once. */
    public void connect(TaskNetwork network) {
        tasks.connect(network);
    }

    /** Tasks that run or are kept. */
    public int count() {
        return tasks.count();
    }

    /** Tasks that run. */
    public int running() {
        return tasks.held().running();
    }

    /** Whether a task of this id runs or is kept here. */
    public boolean holds(String id) {
        return tasks.held().has(id);
    }

    /** The answer to a request about a task of this node; null when it is not here. */
    public byte @Nullable [] answer(TaskRequest request) {
        return methods.answer(request);
    }

    /**
     * The answer to a request about a task that no node holds: it runs again here, if that is safe, or is reported as
     * lost. One that is held here after all is not taken over.
     *
     * @param where the session that it runs for
     */
    public byte[] takeOver(TaskRequest request, SessionInfo where) {
        return methods.takeOver(request, where);
    }

    /**
     * Tells of a task's changes from now on.
     *
     * @param changed called from any thread, must not block
     * @return ends it; null when the task is not here
     */
    public @Nullable Runnable watch(String id, Principal principal, Runnable changed) {
        Task task = tasks.held().get(id, principal);
        if (task == null) {
            return null;
        }
        Listener listener = (what, message) -> changed.run();
        task.join(listener);
        return () -> task.leave(listener);
    }

    // ---- when a node leaves

    /** Those that have ended. A snapshot. */
    public List<EndedTask> ended() {
        return tasks.held().all().stream()
                .filter(Task::hasEnded)
                .map(Task::ended)
                .toList();
    }

    /** Stops those that run. What can run again elsewhere is forgotten, everything else ends as lost. */
    public void giveUpRunning() {
        for (Task task : tasks.held().all()) {
            if (!task.hasEnded() && task.repeatable()) {
                tasks.letGo(task.id());
            } else if (!task.hasEnded()) {
                task.lost();
            }
        }
    }

    /** Holds a task that has ended at another node; false when it is over, or there is no room. */
    public boolean adopt(EndedTask task) {
        return tasks.adopt(task);
    }

    /** Forgets a task that another node has adopted. */
    public void release(String id) {
        tasks.held().release(id);
    }
}
