package io.trunkline.balancer.admin;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The whole cluster as one balancer sees it at one moment; as JSON, names become {@code snake_case}.
 *
 * <p>Whatever is about clients (connections, messages, bytes, latency at the top) is counted at the balancers, where
 * clients are: {@code in} is from clients, {@code out} is to clients. Totals include members that left while this
 * balancer was watching.
 *
 * @param activeConnections clients connected to any balancer
 * @param connectionsPerBackend the same clients by the node that serves them
 * @param messagesPerSecond messages from clients per second, over the last {@code windowSeconds}
 * @param latencyMs time from request to answer, over the last {@code windowSeconds}
 * @param slots how many slots there are, and how many have a host; each backend says how many it hosts
 * @param backendHealthStatus 1 for a node that takes part, is reachable and reports; 0 otherwise
 */
record ClusterView(
        Cluster cluster,
        String generatedAt,
        double windowSeconds,
        long activeConnections,
        Map<String, Long> connectionsPerBackend,
        double messagesPerSecond,
        double messagesOutPerSecond,
        InOut messagesTotal,
        InOut bytesTransferredTotal,
        LatencyMs latencyMs,
        Map<String, Integer> backendHealthStatus,
        Slots slots,
        List<MemberView> backends,
        List<MemberView> balancers) {

    /** Every member is up, reachable and reports, and there is at least one node. */
    static final String HEALTHY = "healthy";

    /** At least one node serves, but some member does not. */
    static final String DEGRADED = "degraded";

    /** No node serves. */
    static final String DOWN = "down";

    /** Those who are connected are served, new clients are refused until others have gone. */
    static final String FULL = "full";

    /**
     * The cluster as such.
     *
     * @param status {@link #HEALTHY}, {@link #DEGRADED}, {@link #FULL} or {@link #DOWN}
     * @param reportedBy name of the balancer that this view comes from
     */
    record Cluster(String name, String status, String reportedBy, Members members) {}

    /** How many members the cluster has, and how many of them are healthy or unreachable. */
    record Members(int total, int healthy, int unreachable, int nodes, int balancers) {}

    /** As this balancer hears it from the nodes; {@code total} is 0 before. */
    record Slots(int total, int placed) {}

    /** From clients and to clients. */
    record InOut(long in, long out) {}

    /**
     * Percentiles in milliseconds, each within 1 %; null without samples.
     *
     * @param samples answers that the percentiles come from
     */
    record LatencyMs(
            @Nullable Double p50,
            @Nullable Double p95,
            @Nullable Double p99,
            long samples) {}

    /**
     * One member.
     *
     * @param address host and port of its Artery listener
     * @param endpoints addresses it serves on, by name
     * @param status of the membership (joining, weaklyup, up, leaving, exiting, down), or {@code unreachable}, or
     *     {@code silent} when its reports stopped
     * @param health 1 or 0, see {@link #backendHealthStatus}
     * @param accepting whether it takes new clients
     * @param readiness the same with the reason: ready, full, draining or waiting, or {@link #UNKNOWN} without health
     * @param slots that a node hosts; 0 for a balancer
     * @param connections clients by its own count
     * @param limit most clients up to which it takes new ones; 0 for no limit
     * @param reportAgeSeconds age of its last report; null before the first
     */
    record MemberView(
            String name,
            String address,
            Map<String, String> endpoints,
            String status,
            int health,
            boolean accepting,
            String readiness,
            int slots,
            long connections,
            long limit,
            double messagesPerSecond,
            InOut messages,
            InOut bytes,
            double uptimeSeconds,
            String appVersion,
            @Nullable Double reportAgeSeconds) {
        static final String UNKNOWN = "unknown";
    }
}
