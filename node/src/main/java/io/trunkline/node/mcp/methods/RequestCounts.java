package io.trunkline.node.mcp.methods;

import io.trunkline.protocol.metrics.Counter;
import io.trunkline.protocol.metrics.Metrics;
import java.util.HashMap;
import java.util.Map;

/** Counts the requests without a session, by those methods that can be asked for without one; all others are one. */
public final class RequestCounts {

    private static final String COUNTER = "trunkline.stateless.requests";

    private final Map<String, Counter> known = new HashMap<>();
    private final Counter other;

    public RequestCounts(Metrics metrics, MethodTable methods) {
        methods.stateless().forEach(name -> known.put(name, counter(metrics, name)));
        other = counter(metrics, "other");
    }

    private static Counter counter(Metrics metrics, String method) {
        return metrics.counter(COUNTER, Map.of("method", method));
    }

    public void increment(String method) {
        known.getOrDefault(method, other).increment();
    }
}
