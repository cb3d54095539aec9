package io.trunkline.protocol.control;

import org.apache.pekko.actor.typed.ActorRef;

/**
 * A balancer's question to a node, or another balancer, that it found in the membership; sent again until it is
 * answered, for it may be lost.
 */
public record DescribeNode(ActorRef<NodeDescription> replyTo) implements DeskCommand {
    /** The name of the system actor that answers, on every member. */
    public static final String DESK = "trunkline-desk";
}
