package io.trunkline.node;

import io.trunkline.node.cluster.HostedSlots;
import io.trunkline.node.cluster.SlotDrain;
import io.trunkline.protocol.member.HostPort;
import io.trunkline.protocol.metrics.Readiness;
import io.trunkline.protocol.metrics.Vitals;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * How a node is, and what it still has while it drains.
 *
 * @param all sessions on this node now
 * @param limit of sessions
 * @param hosted the slots on this node
 * @param trunk where trunks end
 * @param drains whether the node is about to leave
 */
record NodeVitals(IntSupplier all, long limit, HostedSlots hosted, HostPort trunk, BooleanSupplier drains)
        implements Vitals, SlotDrain.Load {

    @Override
    public int slots() {
        return hosted.slots().size();
    }

    @Override
    public int sessions() {
        return all.getAsInt();
    }

    @Override
    public long connections() {
        return sessions();
    }

    @Override
    public Readiness readiness() {
        if (drains.getAsBoolean()) {
            return Readiness.DRAINING;
        }
        if (slots() == 0) {
            return Readiness.WAITING;
        }
        return sessions() < limit ? Readiness.READY : Readiness.FULL;
    }

    @Override
    public Map<String, String> endpoints() {
        return Map.of("trunk", trunk.toString());
    }
}
