package io.trunkline.balancer.cluster;

import java.util.List;

/**
 * The members of one role, as far as they are known.
 *
 * @param complete whether there are no others: none that joins, or has not said yet where its trunks end
 */
public record KnownMembers(List<NodeInfo> nodes, boolean complete) {
    /** Nothing is known yet. */
    public static final KnownMembers UNKNOWN = new KnownMembers(List.of(), false);

    public KnownMembers {
        nodes = List.copyOf(nodes);
    }

    /** The others. */
    public KnownMembers without(long incarnation) {
        return new KnownMembers(
                nodes.stream()
                        .filter(node -> node.key().incarnation() != incarnation)
                        .toList(),
                complete);
    }
}
