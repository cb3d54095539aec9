package io.trunkline.node.cluster;

import io.trunkline.node.session.Session;
import java.util.function.IntConsumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * The entity that stands for a slot as a whole: it lives where the slot lives, so its start and end tell this node
 * which slots it hosts. It is of the same type as the sessions, because entities of one type move together.
 */
public final class SlotKeeper extends AbstractBehavior<Session.Command> {
    private static final String SUFFIX = ".slot";

    private final int slot;
    private final HostedSlots hosted;
    private final IntConsumer moves;

    private SlotKeeper(ActorContext<Session.Command> context, int slot, HostedSlots hosted, IntConsumer moves) {
        super(context);
        this.slot = slot;
        this.hosted = hosted;
        this.moves = moves;
        hosted.arrived(slot);
    }

    /**
     * The keeper of one slot.
     *
     * @param moves told of the slot when sharding moves it to another node; must not block
     */
    public static Behavior<Session.Command> create(int slot, HostedSlots hosted, IntConsumer moves) {
        return Behaviors.setup(context -> new SlotKeeper(context, slot, hosted, moves));
    }

    /** The entity id of a slot's keeper. */
    public static String entityId(String slotPrefix) {
        return slotPrefix + SUFFIX;
    }

    /** Whether an entity id names a keeper rather than a session. */
    public static boolean isKeeper(String entityId) {
        return entityId.endsWith(SUFFIX);
    }

    @Override
    public Receive<Session.Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Session.Hold.class, hold -> Behaviors.same())
                .onMessage(Session.WhoHosts.class, this::onWhoHosts)
                .onMessage(Session.HandOff.class, handOff -> onHandOff())
                .onSignal(PostStop.class, stopped -> onStop())
                .build();
    }

    private Behavior<Session.Command> onWhoHosts(Session.WhoHosts question) {
        Cluster cluster = Cluster.get(getContext().getSystem());
        long self = cluster.selfMember().uniqueAddress().longUid();
        question.replyTo().tell(new Session.HostedBy(self));
        return this;
    }

    private Behavior<Session.Command> onHandOff() {
        moves.accept(slot);
        return Behaviors.stopped();
    }

    private Behavior<Session.Command> onStop() {
        hosted.left(slot);
        return Behaviors.same();
    }
}
