package io.trunkline.node.mcp.call;

import io.trunkline.node.mcp.kit.HeldBytes;
import io.trunkline.node.mcp.kit.McpSettings;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Requests of one session that arrived while as many ran as may run, in order, bounded by number and by bytes. */
final class WaitingRequests<S> {

    /** A request, and what it is to be run with. */
    record Waiting<S>(Request request, S step) {}

    private final McpSettings.Limits limits;
    private final HeldBytes held;
    private final Map<String, Waiting<S>> requests = new LinkedHashMap<>();
    private long bytes;

    /**
     * @param held what all sessions of the node keep
     */
    WaitingRequests(McpSettings.Limits limits, HeldBytes held) {
        this.limits = limits;
        this.held = held;
    }

    int size() {
        return requests.size();
    }

    /** The numbers of the messages that they came in. */
    Stream<Integer> numbers() {
        return requests.values().stream().map(waiting -> waiting.request().number());
    }

    boolean contains(String key) {
        return requests.containsKey(key);
    }

    /** Adds a request at the end, or returns false when it has to be refused. One alone always fits. */
    boolean add(String key, Request request, S step) {
        int size = size(request);
        if (!requests.isEmpty() && (requests.size() >= limits.waiting() || bytes + size > limits.waitingBytes())) {
            return false;
        }
        if (!held.take(size)) {
            return false;
        }
        requests.put(key, new Waiting<>(request, step));
        bytes += size;
        return true;
    }

    /** Removes the first; there must be one. */
    Waiting<S> take() {
        Iterator<Waiting<S>> first = requests.values().iterator();
        Waiting<S> waiting = first.next();
        first.remove();
        give(waiting.request());
        return waiting;
    }

    @Nullable
    Request remove(String key) {
        Waiting<S> waiting = requests.remove(key);
        if (waiting == null) {
            return null;
        }
        give(waiting.request());
        return waiting.request();
    }

    /** Forgets all of them. */
    void clear() {
        requests.clear();
        held.give(bytes);
        bytes = 0;
    }

    private void give(Request request) {
        int size = size(request);
        bytes -= size;
        held.give(size);
    }

    private static int size(Request request) {
        return request.envelope().end() - request.envelope().start();
    }
}
