package io.trunkline.balancer.cluster;

import io.trunkline.protocol.control.DescribeNode;
import io.trunkline.protocol.control.DeskCommand;
import io.trunkline.protocol.control.NodeDescription;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** What other balancers that found this one in the membership ask of it: where it listens for them. */
public final class BalancerDesk {
    private BalancerDesk() {}

    /** A desk that hands out one description. */
    public static Behavior<DeskCommand> create(NodeDescription description) {
        return Behaviors.receive(DeskCommand.class)
                .onMessage(DescribeNode.class, ask -> {
                    ask.replyTo().tell(description);
                    return Behaviors.same();
                })
                .onAnyMessage(other -> Behaviors.same())
                .build();
    }
}
