package io.trunkline.balancer.cluster;

import java.util.Map;

/**
 * How many slots each node hosts.
 *
 * @param total how many slots the cluster has; 0 while no node has said so
 * @param byIncarnation of the nodes that host any
 */
public record SlotCounts(int total, Map<Long, Integer> byIncarnation) {
    /** Of a balancer that has heard of no node. */
    public static final SlotCounts NONE = new SlotCounts(0, Map.of());

    public SlotCounts {
        byIncarnation = Map.copyOf(byIncarnation);
    }

    /** How many slots have a host. */
    public int placed() {
        return byIncarnation.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** How many slots this life of a node hosts. */
    public int of(long incarnation) {
        return byIncarnation.getOrDefault(incarnation, 0);
    }
}
