package io.trunkline.node.cluster;

import io.trunkline.protocol.control.CallLost;
import io.trunkline.protocol.control.ChangesAnnounced;
import io.trunkline.protocol.control.DescribeNode;
import io.trunkline.protocol.control.DeskCommand;
import io.trunkline.protocol.control.DrainNoted;
import io.trunkline.protocol.control.NodeDescription;
import io.trunkline.protocol.control.NodeDrains;
import io.trunkline.protocol.control.TaskRepeated;
import java.util.Collection;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * What other members ask of this node and tell it: balancers that found it in the membership want to know where its
 * trunks end, nodes that are about to leave say so, and nodes where something has changed.
 */
public final class NodeDesk {
    private NodeDesk() {}

    /**
     * A desk that hands out one description.
     *
     * @param draining where nodes that drain are noted
     * @param changes takes what has changed on other nodes, and does not wait
     * @param losses takes what other nodes tell of calls and tasks of lost nodes, and does not wait
     */
    public static Behavior<DeskCommand> create(
            NodeDescription description,
            DrainingNodes draining,
            Consumer<Collection<String>> changes,
            Consumer<DeskCommand> losses) {
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
                .onMessage(ChangesAnnounced.class, announced -> {
                    changes.accept(announced.changes());
                    return Behaviors.same();
                })
                .onMessage(CallLost.class, lost -> {
                    losses.accept(lost);
                    return Behaviors.same();
                })
                .onMessage(TaskRepeated.class, task -> {
                    losses.accept(task);
                    return Behaviors.same();
                })
                .build();
    }
}
