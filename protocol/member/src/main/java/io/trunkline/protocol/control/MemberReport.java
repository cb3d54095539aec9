package io.trunkline.protocol.control;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a member says about itself once a second to every balancer.
 *
 * <p>Totals count since the process started, so a lost report costs precision and nothing else; {@code
 * latency} alone covers only the interval since the report before.
 *
 * @param name the member's name, unique in the cluster, for example {@code node-1}
 * @param role {@code node} or {@code balancer}
 * @param address host and port of its Artery listener
 * @param incarnation the uid of the cluster's unique address; a restarted process has another one
 * @param appVersion version of the application
 * @param uptimeMillis milliseconds since the process started its metrics
 * @param endpoints addresses it serves on by name, for example {@code trunk -> 127.0.0.1:9001}
 * @param accepting whether it takes new clients
 * @param readiness the same with the reason, a label of {@code Readiness}; null from a member of an older version
 * @param connections clients it serves now
 * @param limit most clients up to which it takes new ones; 0 when it has no limit
 * @param traffic messages and bytes since start
 * @param latency time from request to answer in the last interval
 * @param backends clients per node, by node name; balancers only
 */
public record MemberReport(
        String name,
        String role,
        String address,
        long incarnation,
        String appVersion,
        long uptimeMillis,
        Map<String, String> endpoints,
        boolean accepting,
        @Nullable String readiness,
        long connections,
        long limit,
        Traffic traffic,
        LatencyHistogram latency,
        Map<String, Long> backends)
        implements ControlMessage {

    /** The members that receive reports are those with this role. */
    public static final String RECEIVER_ROLE = "balancer";

    /** The name of the actor on each of them that takes reports, under {@code /system}. */
    public static final String RECEIVER_NAME = "trunkline-cluster-stats";

    /** Most entries of {@code endpoints} and of {@code backends}. */
    public static final int MAX_ENTRIES = 1_000;

    /** Most characters of a name, role, address, version, endpoint or backend. */
    public static final int MAX_TEXT = 256;

    /** Messages and bytes that a member took from its clients (in) and gave to them (out) since it started. */
    public record Traffic(long messagesIn, long messagesOut, long bytesIn, long bytesOut) {
        public static final Traffic NONE = new Traffic(0, 0, 0, 0);

        public Traffic plus(Traffic other) {
            return new Traffic(
                    messagesIn + other.messagesIn,
                    messagesOut + other.messagesOut,
                    bytesIn + other.bytesIn,
                    bytesOut + other.bytesOut);
        }

        public Traffic minus(Traffic other) {
            return new Traffic(
                    messagesIn - other.messagesIn,
                    messagesOut - other.messagesOut,
                    bytesIn - other.bytesIn,
                    bytesOut - other.bytesOut);
        }
    }

    public MemberReport {
        bounded("name", name);
        bounded("role", role);
        bounded("address", address);
        bounded("appVersion", appVersion);
        bounded("readiness", readiness == null ? "" : readiness);
        endpoints = bounded("endpoints", endpoints);
        backends = bounded("backends", backends);
        endpoints.values().forEach(endpoint -> bounded("endpoint", endpoint));
    }

    private static void bounded(String what, String text) {
        if (text.length() > MAX_TEXT) {
            throw new IllegalArgumentException(
                    what + ": " + text.length() + " characters (expected: <= " + MAX_TEXT + ")");
        }
    }

    private static <V> Map<String, V> bounded(String what, Map<String, V> map) {
        if (map.size() > MAX_ENTRIES) {
            throw new IllegalArgumentException(
                    what + ": " + map.size() + " entries (expected: <= " + MAX_ENTRIES + ")");
        }
        map.keySet().forEach(key -> bounded(what, key));
        return Map.copyOf(map);
    }
}
