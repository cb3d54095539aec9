package io.trunkline.node.cluster;

import io.trunkline.protocol.control.DescribeNode;
import io.trunkline.protocol.control.DeskCommand;
import io.trunkline.protocol.control.DrainNoted;
import io.trunkline.protocol.control.NodeDescription;
import io.trunkline.protocol.control.NodeDrains;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * What other members ask of this node: balancers that found it in the membership want to know where its trunks end, and
 * nodes that are about to leave say so.
 */
public final class NodeDesk {
    private NodeDesk() {}

    /**
     * A desk that hands out one description.
     *
     * @param draining where nodes that drain are noted
     */
    public static Behavior<DeskCommand> create(NodeDescription description, DrainingNodes draining) {
        return Behaviors.receive(DeskCommand.class)
                .onMessage(DescribeNode.class, ask -> {
                    ask.replyTo().tell(description);
                    return Behaviors.same();
                })
                .onMessage(NodeDrains.class, drains -> {
                    // Without an answer it is told again, when the membership has come this far.
                    if (draining.note(drains.incarnation())) {
                        drains.replyTo().tell(new DrainNoted(description.incarnation()));
                    }
                    return Behaviors.same();
                })
                .build();
    }
}
