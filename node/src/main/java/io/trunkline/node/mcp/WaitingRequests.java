package io.trunkline.node.mcp;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Requests of one session that arrived while as many ran as may run, in order, bounded by number and by bytes. */
final class WaitingRequests {

    private final McpSettings.Limits limits;
    private final Map<String, Request> requests = new LinkedHashMap<>();
    private long bytes;

    WaitingRequests(McpSettings.Limits limits) {
        this.limits = limits;
    }

    int size() {
        return requests.size();
    }

    boolean contains(String key) {
        return requests.containsKey(key);
    }

    /** Adds a request at the end, or returns false when it has to be refused. One alone always fits. */
    boolean add(String key, Request request) {
        int size = size(request);
        if (!requests.isEmpty() && (requests.size() >= limits.waiting() || bytes + size > limits.waitingBytes())) {
            return false;
        }
        requests.put(key, request);
        bytes += size;
        return true;
    }

    /** Removes the first; there must be one. */
    Request take() {
        Iterator<Request> first = requests.values().iterator();
        Request request = first.next();
        first.remove();
        bytes -= size(request);
        return request;
    }

    @Nullable
    Request remove(String key) {
        Request request = requests.remove(key);
        if (request != null) {
            bytes -= size(request);
        }
        return request;
    }

    private static int size(Request request) {
        return request.envelope().end() - request.envelope().start();
    }
}
