package io.trunkline.node.guard;

import io.trunkline.protocol.control.TaskRepeated;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The tasks of lost nodes that run again somewhere: a task that has lost that node as well does not run a third time.
 * Bounded; the oldest are forgotten first. Thread-safe.
 */
public final class Repeats {
    private static final int MOST = 10_000;

    /** The end of an id is sealed, so it tells the task from all others. */
    private static final int KEY = 32;

    private final Map<String, Boolean> repeated = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST;
        }
    };

    private volatile Consumer<TaskRepeated> others = task -> {};

    /** What runs again here is told to these from now on. */
    void tellOthers(Consumer<TaskRepeated> nodes) {
        others = nodes;
    }

    /**
     * The task is to run again here, and the other nodes are told.
     *
     * @return false when it has run again before, here or elsewhere
     */
    public boolean begin(String id) {
        if (!add(key(id))) {
            return false;
        }
        others.accept(new TaskRepeated(key(id), true));
        return true;
    }

    /** This node leaves in order and lets go of the task, which is no loss. */
    public void letGo(String id) {
        if (remove(key(id))) {
            others.accept(new TaskRepeated(key(id), false));
        }
    }

    /** What another node says of a task. */
    void note(TaskRepeated task) {
        if (task.runs()) {
            add(task.task());
        } else {
            remove(task.task());
        }
    }

    private static String key(String id) {
        return id.substring(Math.max(0, id.length() - KEY));
    }

    private synchronized boolean remove(String key) {
        return repeated.remove(key) != null;
    }

    private synchronized boolean add(String key) {
        return repeated.put(key, Boolean.TRUE) == null;
    }
}
