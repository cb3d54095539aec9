package io.trunkline.balancer.assign;

import io.trunkline.balancer.assign.NodeView.Candidate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Takes the node with the fewest sessions; among equals, the nodes in turn. */
public final class LeastConnections implements Policy {
    private final AtomicInteger turn = new AtomicInteger();

    @Override
    public @Nullable Assignment assign(ClientKey client, NodeView view) {
        List<Candidate> nodes = view.candidates();
        int now = turn.getAndIncrement();
        Candidate least = null;
        int fewest = Integer.MAX_VALUE;
        for (int i = 0; i < nodes.size(); i++) {
            Candidate node = nodes.get(Integer.remainderUnsigned(now + i, nodes.size()));
            int sessions = node.load().all();
            if (sessions < fewest && !node.load().full()) {
                least = node;
                fewest = sessions;
            }
        }
        return least == null ? null : new Assignment(least.key(), RoundRobin.slotFor(least, now));
    }
}
