package io.trunkline.protocol.control;

import org.apache.pekko.actor.typed.ActorRef;

/**
 * A balancer's question to a node that it found in the membership; sent again until it is answered, for it may be lost.
 */
public record DescribeNode(ActorRef<NodeDescription> replyTo) implements DeskCommand {
    /** The name of the system actor that answers, on every node. */
    public static final String DESK = "trunkline-desk";
}
