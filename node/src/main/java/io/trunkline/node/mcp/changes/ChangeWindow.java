package io.trunkline.node.mcp.changes;

import io.trunkline.node.mcp.kit.Later;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Changes that are handed on together, each once, a while after the first of them. Bounded; thread-safe. */
public final class ChangeWindow {

    private final Later later;
    private final Duration length;
    private final int most;
    private final Consumer<Set<String>> next;
    private Set<String> changes = new LinkedHashSet<>();

    /**
     * @param length from the first change until all are handed on
     * @param most changes at a time
     * @param next takes them, and does not wait
     */
    public ChangeWindow(Later later, Duration length, int most, Consumer<Set<String>> next) {
        this.later = later;
        this.length = length;
        this.most = most;
        this.next = next;
    }

    /** Adds one, unless it is there already; false when it would be one too many. */
    public boolean add(String change) {
        boolean first;
        synchronized (this) {
            first = changes.isEmpty();
            if (changes.size() >= most) {
                return changes.contains(change);
            }
            changes.add(change);
        }
        if (first) {
            later.run(() -> next.accept(take()), length);
        }
        return true;
    }

    private synchronized Set<String> take() {
        Set<String> all = changes;
        changes = new LinkedHashSet<>();
        return all;
    }
}
