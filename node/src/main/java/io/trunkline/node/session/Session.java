package io.trunkline.node.session;

import io.trunkline.node.mcp.state.CheckpointException;
import io.trunkline.protocol.control.ControlMessage;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.session.Owner;
import io.trunkline.protocol.session.Transport;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ExtensibleBehavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.jspecify.annotations.Nullable;

/**
 * The connection actor of one client: an entity of cluster sharding that owns the client's conversation while the
 * client's stream is bound to this node. It ends with the client, or moves when its slot moves: then it takes up
 * nothing new, finishes what is in flight, and the edge opens it again elsewhere from the last checkpoint.
 */
public final class Session extends ExtensibleBehavior<Session.Command> {
    /** The type of all sessions, and of the keepers of slots, in cluster sharding. */
    public static final EntityTypeKey<Command> TYPE = EntityTypeKey.create(Command.class, "session");

    /** What a session is told. Only {@link Hold} and {@link WhoHosts} may come from another JVM. */
    public sealed interface Command {}

    /** Starts the keeper of a slot; means nothing to a session. */
    public enum Hold implements Command, ControlMessage {
        HOLD
    }

    /** Asks the keeper of a slot where it is; means nothing to a session. */
    public record WhoHosts(ActorRef<HostedBy> replyTo) implements Command, ControlMessage {}

    /**
     * The answer to {@link WhoHosts}.
     *
     * @param incarnation the uid of the unique address of the node that hosts the slot
     */
    public record HostedBy(long incarnation) implements ControlMessage {}

    /** Sharding moves the slot to another node. */
    public enum HandOff implements Command {
        HAND_OFF
    }

    private enum Deadline implements Command {
        HAND_OFF
    }

    /** It is time to look for another balancer, if there is still none since this outlet was lost. */
    private record Offer(Outlet lost) implements Command {}

    /**
     * Binds the session to a stream.
     *
     * @param epoch counts the bindings; the highest wins. {@link Frame#ADOPT} asks for the session as it is
     * @param lost the node that was lost with messages unanswered, which may come again; empty when there is none
     * @param owner whose session it is, unless the checkpoint knows it
     */
    public record Open(
            Outlet outlet, int epoch, String transport, String remote, Bytes checkpoint, String lost, Owner owner)
            implements Command {}

    /**
     * One whole message of the client, with its number.
     *
     * @param outlet where it came from: what came by a former binding is dropped, for the edge sends it again
     * @param repeated whether another node may have handled it before
     * @param heard whether the client was told something then that belongs to it
     * @param losses how many nodes were lost with it
     */
    public record Message(Outlet outlet, Bytes content, int number, boolean repeated, boolean heard, int losses)
            implements Command {
        /** A message that was lost with no node. */
        public Message(Outlet outlet, Bytes content, int number, boolean repeated, boolean heard) {
            this(outlet, content, number, repeated, heard, 0);
        }
    }

    /** The edge wants the session elsewhere: like {@link HandOff}, for one session. */
    public record Release(Outlet outlet) implements Command {}

    /** The client is gone for good, or no edge has bound the session again in the time that it is kept for one. */
    public record Closed(Outlet outlet) implements Command {}

    /** The trunk is gone; the client may come back through another. */
    public record Unbound(Outlet outlet) implements Command {}

    /** The edge has let go of the session; another one is to take it over. */
    public record Abandoned(Outlet outlet) implements Command {}

    private record Run(Runnable task) implements Command {}

    /** When a session without a balancer is offered to others: after its own one had time to come back, then often. */
    private static final Duration FIRST_OFFER = Duration.ofSeconds(2);

    private static final Duration NEXT_OFFER = Duration.ofSeconds(5);

    /** First offers are spread over this time, in milliseconds: a balancer may have held ten thousands. */
    private static final int SPREAD_MILLIS = 3000;

    private final String id;
    private final SessionHost host;
    private final Runnable slotLeaves;
    private final ActorContext<Command> context;
    private @Nullable Binding binding;
    /** What is in flight is still finished; nothing new is taken up, and then the session moves. */
    private boolean leaving;

    private Session(ActorContext<Command> context, String id, SessionHost host, Runnable slotLeaves) {
        this.context = context;
        this.id = id;
        this.host = host;
        this.slotLeaves = slotLeaves;
    }

    /**
     * The session of this id on this node.
     *
     * @param slotLeaves called when sharding moves the slot, before the edge hears of it: an edge that still takes this
     *     node for the slot's would come back at once
     */
    public static Behavior<Command> create(String id, SessionHost host, Runnable slotLeaves) {
        return Behaviors.setup(context -> new Session(context, id, host, slotLeaves));
    }

    @Override
    public Behavior<Command> receive(TypedActorContext<Command> ctx, Command command) {
        if (command instanceof Message message) {
            return onMessage(message);
        }
        if (command instanceof Run run) {
            run.task.run();
            return leaving ? movedIfIdle() : this;
        }
        if (command instanceof Open open) {
            return open.epoch == Frame.ADOPT ? onAdopt(open) : onOpen(open);
        }
        if (command instanceof Closed closed) {
            return isCurrent(closed.outlet) ? Behaviors.stopped() : this;
        }
        if (command instanceof Unbound unbound) {
            return onUnbound(unbound.outlet, false);
        }
        if (command instanceof Abandoned abandoned) {
            return onUnbound(abandoned.outlet, true);
        }
        if (command instanceof Offer offer) {
            return onOffer(offer);
        }
        if (command instanceof Release release) {
            return isCurrent(release.outlet) ? onHandOff() : this;
        }
        if (command == HandOff.HAND_OFF) {
            slotLeaves.run();
            return onHandOff();
        }
        if (command == Deadline.HAND_OFF) {
            return moved();
        }
        // Commands for keepers of slots mean nothing to a session.
        return this;
    }

    @Override
    public Behavior<Command> receiveSignal(TypedActorContext<Command> ctx, Signal signal) {
        if (signal instanceof PostStop && binding != null) {
            binding.close();
            // Has no effect when the stream is over already; tells the edge when this actor failed.
            binding.reset(Reason.INTERNAL, "the session ended");
        }
        return this;
    }

    private Behavior<Command> onMessage(Message message) {
        Binding bound = binding;
        if (bound == null || bound.edge() != message.outlet) {
            return this;
        }
        if (!leaving) {
            bound.receive(message);
            return this;
        }
        // The edge sends what is new to the next node; what is in flight may need its client.
        return bound.receiveForInFlight(message) ? movedIfIdle() : this;
    }

    private Behavior<Command> onOpen(Open open) {
        if (leaving) {
            open.outlet.reset(Reason.NOT_HOSTED, 0, "");
            return this;
        }
        Binding former = binding;
        if (former != null && open.epoch <= former.epoch()) {
            open.outlet.reset(Reason.STALE_EPOCH, 0, "epoch " + open.epoch + " after " + former.epoch());
            return this;
        }
        if (former != null) {
            former.reset(Reason.STALE_EPOCH, "");
            former.close();
        }
        ActorRef<Command> self = context.getSelf();
        try {
            binding = new Binding(id, host, open, task -> self.tell(new Run(task)));
        } catch (CheckpointException e) {
            open.outlet.reset(Reason.BAD_CHECKPOINT, 0, String.valueOf(e.getMessage()));
            return Behaviors.stopped();
        } catch (RuntimeException e) {
            // This actor fails, and the edge would wait for its answer.
            open.outlet.reset(Reason.INTERNAL, 0, "the session cannot be opened");
            throw e;
        }
        open.outlet.opened(self);
        return this;
    }

    /** An edge takes the session over as it is: what runs goes on. */
    private Behavior<Command> onAdopt(Open open) {
        if (binding == null) {
            open.outlet.reset(Reason.UNKNOWN_SESSION, 0, "");
            return Behaviors.stopped();
        }
        if (leaving || !binding.adopt(open.outlet, context.getSelf())) {
            open.outlet.reset(Reason.STALE_EPOCH, 0, "another balancer holds the session");
        }
        return this;
    }

    private Behavior<Command> onUnbound(Outlet lost, boolean abandoned) {
        Binding bound = binding;
        if (bound == null || bound.edge() != lost) {
            return this;
        }
        boolean roams = Transport.roams(bound.session().transport());
        if (roams && !bound.hold()) {
            return Behaviors.stopped();
        }
        if (roams) {
            Duration first = abandoned
                    ? Duration.ZERO
                    : FIRST_OFFER.plusMillis(ThreadLocalRandom.current().nextInt(SPREAD_MILLIS));
            context.scheduleOnce(first, context.getSelf(), new Offer(lost));
            context.scheduleOnce(host.settings().unclaimed(), context.getSelf(), new Closed(lost));
        } else if (!leaving) {
            context.scheduleOnce(host.settings().orphan(), context.getSelf(), new Closed(lost));
        }
        return this;
    }

    private Behavior<Command> onOffer(Offer offer) {
        Binding bound = binding;
        if (bound != null && bound.edge() == offer.lost && !leaving) {
            host.offers().offer(id, bound.epoch(), Bytes.EMPTY);
            context.scheduleOnce(NEXT_OFFER, context.getSelf(), offer);
        }
        return this;
    }

    private Behavior<Command> onHandOff() {
        if (leaving) {
            return this;
        }
        leaving = true;
        Behavior<Command> next = movedIfIdle();
        if (next == this) {
            context.scheduleOnce(host.settings().handOff(), context.getSelf(), Deadline.HAND_OFF);
        }
        return next;
    }

    private Behavior<Command> movedIfIdle() {
        return binding != null && binding.conversation().inFlight() > 0 ? this : moved();
    }

    private Behavior<Command> moved() {
        Binding bound = binding;
        if (bound != null && bound.isHeld()) {
            // No edge holds the session: the one that takes it over opens it where its slot is next.
            host.offers()
                    .offer(id, bound.epoch(), Bytes.wrap(bound.conversation().checkpoint()));
        } else if (bound != null) {
            bound.reset(Reason.MOVED, "");
        }
        return Behaviors.stopped();
    }

    private boolean isCurrent(Outlet outlet) {
        return binding != null && binding.edge() == outlet;
    }
}
