package io.trunkline.node.sdk;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What all modules offer of one kind, by name. While they register, a name that is there is refused; afterwards what it
 * named is replaced, as in the SDK. Thread-safe: it is replaced as a whole, and stays as it was when the node refuses a
 * change.
 *
 * @param <T> one offer
 */
final class Offer<T> {

    private final String kind;
    private final Class<?> list;
    private final Changes changes;

    private volatile Map<String, T> all = Map.of();

    /**
     * @param kind of one offer, for errors
     * @param list that it is in: the kind of provider
     */
    Offer(String kind, Class<?> list, Changes changes) {
        this.kind = kind;
        this.list = list;
        this.changes = changes;
    }

    /**
     * Adds one, or replaces the one that has this name.
     *
     * @throws IllegalArgumentException when the name is taken, by another module or elsewhere on the node
     * @throws IllegalStateException when all modules have registered and the list may not change
     */
    void add(String name, T one) {
        synchronized (changes) {
            if (!changes.running() && all.containsKey(name)) {
                throw new IllegalArgumentException(kind + " " + name + ": twice (expected: once)");
            }
            Map<String, T> next = new HashMap<>(all);
            next.put(name, one);
            replace(next);
        }
    }

    /**
     * Removes one; nothing happens when it is not there.
     *
     * @throws IllegalStateException when all modules have registered and the list may not change
     */
    void remove(String name) {
        synchronized (changes) {
            Map<String, T> next = new HashMap<>(all);
            if (next.remove(name) != null) {
                replace(next);
            }
        }
    }

    private void replace(Map<String, T> next) {
        Map<String, T> before = all;
        all = Map.copyOf(next);
        try {
            changes.tell(list);
        } catch (RuntimeException e) {
            all = before;
            throw e;
        }
    }

    /** What there is now; what is returned brings it back, while modules register. */
    Runnable mark() {
        Map<String, T> now = all;
        return () -> all = now;
    }

    @Nullable
    T find(String name) {
        return all.get(name);
    }

    Set<String> names() {
        return all.keySet();
    }

    Collection<T> all() {
        return all.values();
    }
}
