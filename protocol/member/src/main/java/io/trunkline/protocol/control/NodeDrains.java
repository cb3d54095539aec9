package io.trunkline.protocol.control;

import org.apache.pekko.actor.typed.ActorRef;

/**
 * A node says to the desk of each node that it is about to leave and wants its slots placed elsewhere: whichever of
 * them hosts the coordinator of sharding now, or will later, has to know. Sent again until it is noted.
 *
 * @param incarnation the uid of the unique address of the node that drains
 * @param replyTo hears that it is noted
 */
public record NodeDrains(long incarnation, ActorRef<DrainNoted> replyTo) implements DeskCommand {}
