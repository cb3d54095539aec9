package io.trunkline.balancer.assign;

import io.trunkline.balancer.assign.NodeView.Candidate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Takes the nodes that are not full in turn. */
public final class RoundRobin implements Policy {
    private final AtomicInteger turn = new AtomicInteger();

    @Override
    public @Nullable Assignment assign(ClientKey client, NodeView view) {
        List<Candidate> nodes = view.candidates();
        int free = 0;
        for (Candidate node : nodes) {
            free += node.load().full() ? 0 : 1;
        }
        if (free == 0) {
            return null;
        }
        // The turn counts among those with room: to go on from a full node would give its share to its neighbour alone.
        int now = turn.getAndIncrement();
        int before = Integer.remainderUnsigned(now, free);
        Candidate chosen = null;
        for (int i = 0; i < nodes.size() && before >= 0; i++) {
            if (!nodes.get(i).load().full()) {
                chosen = nodes.get(i);
                before--;
            }
        }
        return chosen == null ? null : new Assignment(chosen.key(), slotFor(chosen, now));
    }

    /** Each of the node's slots about equally often, too. */
    static int slotFor(Candidate node, int turn) {
        // The upper bits choose: a node sees, say, every fourth turn, of which the lower bits know fewer than all
        // slots.
        long scattered = Integer.toUnsignedLong(turn * 0x9E3779B1);
        return node.slots().get((int) ((scattered * node.slots().size()) >>> 32));
    }
}
