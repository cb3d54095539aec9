package io.trunkline.node.mcp.changes;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one session is to be told of changes and has not been told yet: each of them once, however often it happens
 * meanwhile. Bounded by the number of lists and of the session's subscriptions. Thread-safe.
 */
final class Announcements {

    private final Map<String, byte[]> pending = new LinkedHashMap<>();

    /**
     * Adds one.
     *
     * @param what tells whether one is already there
     * @return whether it is the first, so that {@link #take} has to be called
     */
    synchronized boolean add(String what, byte[] message) {
        boolean first = pending.isEmpty();
        pending.put(what, message);
        return first;
    }

    /** Takes all of them. */
    synchronized Map<String, byte[]> take() {
        Map<String, byte[]> all = new LinkedHashMap<>(pending);
        pending.clear();
        return all;
    }
}
