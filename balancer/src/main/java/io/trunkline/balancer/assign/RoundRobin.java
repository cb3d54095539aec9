package io.trunkline.balancer.assign;

import io.trunkline.balancer.assign.NodeView.Candidate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Takes the nodes in turn and passes over those that are full. */
public final class RoundRobin implements Policy {
    private final AtomicInteger turn = new AtomicInteger();

    @Override
    public @Nullable Assignment assign(ClientKey client, NodeView view) {
        List<Candidate> nodes = view.candidates();
        for (int tried = 0; tried < nodes.size(); tried++) {
            int now = turn.getAndIncrement();
            Candidate node = nodes.get(Integer.remainderUnsigned(now, nodes.size()));
            if (!node.load().full()) {
                return new Assignment(node.key(), slotFor(node, now));
            }
        }
        return null;
    }

    /** Each of the node's slots in turn, too. */
    static int slotFor(Candidate node, int turn) {
        // The multiplier is odd and far from small fractions of 2^32: consecutive turns land on scattered slots.
        return node.slots()
                .get(Integer.remainderUnsigned(turn * 0x9E3779B1, node.slots().size()));
    }
}
