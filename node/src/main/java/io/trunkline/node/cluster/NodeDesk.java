package io.trunkline.node.cluster;

import io.trunkline.protocol.control.DescribeNode;
import io.trunkline.protocol.control.NodeDescription;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Answers balancers that found this node in the membership and want to know where its trunks end. */
public final class NodeDesk {
    private NodeDesk() {}

    /** A desk that hands out one description. */
    public static Behavior<DescribeNode> create(NodeDescription description) {
        return Behaviors.receive(DescribeNode.class)
                .onMessage(DescribeNode.class, ask -> {
                    ask.replyTo().tell(description);
                    return Behaviors.same();
                })
                .build();
    }
}
