package io.trunkline.load.measure;

import java.util.Map;
import java.util.TreeMap;

/** Which node serves how many connections of which source. Not thread safe. */
public final class Placement {
    /** Names of nodes that are kept apart; a server that invents more is counted under {@code other}. */
    private static final int MAX_NODES = 1_000;

    private final Map<String, Map<String, Long>> bySource = new TreeMap<>();
    private final Map<String, Long> byNode = new TreeMap<>();

    public void count(String source, String node) {
        count(source, node, 1);
    }

    public void countAll(Map<String, Map<String, Long>> others) {
        others.forEach((source, nodes) -> nodes.forEach((node, times) -> count(source, node, times)));
    }

    private void count(String source, String node, long times) {
        String counted = byNode.size() < MAX_NODES || byNode.containsKey(node) ? node : "other";
        byNode.merge(counted, times, Long::sum);
        bySource.computeIfAbsent(source, unused -> new TreeMap<>()).merge(counted, times, Long::sum);
    }

    /** Connections by source and node; a copy of the outer map. */
    public Map<String, Map<String, Long>> toMap() {
        return new TreeMap<>(bySource);
    }

    /** Connections by node. */
    public Map<String, Long> byNode() {
        return new TreeMap<>(byNode);
    }

    public int sources() {
        return bySource.size();
    }

    /** Sources all of whose connections are on one node. */
    public int sourcesOnOneNode() {
        return (int)
                bySource.values().stream().filter(nodes -> nodes.size() == 1).count();
    }

    /** Largest distance of a node's connections from the even share, in percent of that share; 0 without nodes. */
    public double deviationPercent() {
        double total = byNode.values().stream().mapToLong(Long::longValue).sum();
        double even = total / Math.max(1, byNode.size());
        return byNode.values().stream()
                .mapToDouble(count -> Math.abs(count - even) / even * 100)
                .max()
                .orElse(0);
    }
}
