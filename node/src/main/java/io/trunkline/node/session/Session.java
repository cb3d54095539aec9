package io.trunkline.node.session;

import io.trunkline.node.mcp.Conversation;
import io.trunkline.node.mcp.Peer;
import io.trunkline.node.mcp.state.CheckpointException;
import io.trunkline.node.spi.Principal;
import io.trunkline.node.spi.SessionInfo;
import io.trunkline.protocol.control.ControlMessage;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.session.Owner;
import io.trunkline.protocol.session.SessionId;
import io.trunkline.protocol.session.Transport;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
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
 * client's stream is bound to this node. It ends with the client, or moves when its slot moves: then it takes up nothing
 * new, finishes what is in flight, and the edge opens it again elsewhere from the last checkpoint.
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

    /** Nobody has bound the session again since this outlet was lost. */
    private record Orphaned(Outlet lost) implements Command {}

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

    /** The client is gone for good. */
    public record Closed(Outlet outlet) implements Command {}

    /** The trunk is gone; the client may come back through another. */
    public record Unbound(Outlet outlet) implements Command {}

    /** The edge has let go of the session; another one is to take it over. */
    public record Abandoned(Outlet outlet) implements Command {}

    private record Run(Runnable task) implements Command {}

    /** When a session without a balancer is offered to others: after the time in which its own one comes back, then often. */
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
    private @Nullable Binding leaving;

    /** What exists while the session is bound, or was bound before. */
    private static final class Binding {
        final BoundPeer peer;
        final Conversation conversation;
        final String lost;
        Outlet outlet;
        int epoch;
        int handled;
        /** Not null while no edge holds the session and another one may take it over. */
        @Nullable
        HeldOutlet held;

        Binding(Open open, BoundPeer peer, Conversation conversation) {
            this.peer = peer;
            this.conversation = conversation;
            this.lost = open.lost;
            this.outlet = open.outlet;
            this.epoch = open.epoch;
        }
    }

    private Session(ActorContext<Command> context, String id, SessionHost host, Runnable slotLeaves) {
        this.context = context;
        this.id = id;
        this.host = host;
        this.slotLeaves = slotLeaves;
    }

    /**
     * The session of this id on this node.
     *
     * @param id see {@link SessionId}
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
            Binding last = leaving;
            return last != null && last.conversation.inFlight() == 0 ? moved(last) : this;
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
        if (command instanceof Orphaned orphaned) {
            return isCurrent(orphaned.lost) ? Behaviors.stopped() : this;
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
            return moved(Objects.requireNonNull(leaving));
        }
        // The words that are for keepers of slots mean nothing to a session.
        return this;
    }

    @Override
    public Behavior<Command> receiveSignal(TypedActorContext<Command> ctx, Signal signal) {
        if (signal instanceof PostStop) {
            onStop();
        }
        return this;
    }

    private Behavior<Command> onMessage(Message message) {
        Binding bound = binding;
        if (bound != null && bound.outlet == message.outlet && leaving == bound) {
            return onMessageWhileLeaving(bound, message);
        }
        if (bound != null && bound.outlet == message.outlet && leaving == null) {
            bound.handled = message.number;
            if (message.repeated) {
                bound.conversation.receiveAgain(
                        message.content.array(), message.number, bound.lost, message.heard, message.losses);
            } else {
                bound.conversation.receive(message.content.array(), message.number);
            }
            bound.outlet.consumed(message.content.length());
        }
        return this;
    }

    /** It takes up nothing new, the edge sends that to the next node; but what is in flight may need its client. */
    private Behavior<Command> onMessageWhileLeaving(Binding bound, Message message) {
        if (!bound.conversation.receiveForInFlight(message.content.array(), message.number)) {
            return this;
        }
        bound.outlet.consumed(message.content.length());
        return bound.conversation.inFlight() == 0 ? moved(bound) : this;
    }

    private Behavior<Command> onOpen(Open open) {
        if (leaving != null) {
            open.outlet.reset(Reason.NOT_HOSTED, 0, "");
            return this;
        }
        Binding former = binding;
        if (former != null && open.epoch <= former.epoch) {
            open.outlet.reset(Reason.STALE_EPOCH, 0, "epoch " + open.epoch + " after " + former.epoch);
            return this;
        }
        if (former != null) {
            former.outlet.reset(Reason.STALE_EPOCH, former.handled, "");
            former.conversation.close();
            forsaken(former);
        }
        try {
            BoundPeer peer = new BoundPeer(open);
            binding = new Binding(open, peer, host.server().open(peer, open.checkpoint.array(), principal(open.owner)));
        } catch (CheckpointException e) {
            open.outlet.reset(Reason.BAD_CHECKPOINT, 0, String.valueOf(e.getMessage()));
            return Behaviors.stopped();
        } catch (RuntimeException e) {
            // This actor fails, and the edge would wait for its answer.
            open.outlet.reset(Reason.INTERNAL, 0, "the session cannot be opened");
            throw e;
        }
        open.outlet.opened(context.getSelf());
        return this;
    }

    private static Principal principal(Owner owner) {
        return owner.isNobody() ? Principal.NOBODY : new Principal(owner.key(), owner.issuer(), owner.name());
    }

    /** An edge takes the session over as it is: what runs goes on. */
    private Behavior<Command> onAdopt(Open open) {
        Binding bound = binding;
        if (bound == null) {
            open.outlet.reset(Reason.UNKNOWN_SESSION, 0, "");
            return Behaviors.stopped();
        }
        HeldOutlet held = bound.held;
        if (held == null || leaving != null) {
            open.outlet.reset(Reason.STALE_EPOCH, 0, "another balancer holds the session");
            return this;
        }
        claimed(bound);
        bound.epoch++;
        bound.outlet = open.outlet;
        bound.peer.bind(open.outlet, bound.epoch);
        open.outlet.adopted(bound.epoch, bound.handled, bound.conversation.running());
        open.outlet.checkpoint(bound.conversation.checkpoint());
        open.outlet.opened(context.getSelf());
        held.release(open.outlet);
        bound.conversation.catchUp();
        return this;
    }

    private Behavior<Command> onUnbound(Outlet lost, boolean abandoned) {
        Binding bound = binding;
        if (bound == null || bound.outlet != lost) {
            return this;
        }
        if (!Transport.roams(bound.peer.info.transport())) {
            if (leaving == null) {
                context.scheduleOnce(host.settings().orphan(), context.getSelf(), new Orphaned(lost));
            }
            return this;
        }
        if (!host.unclaimed().take()) {
            return Behaviors.stopped();
        }
        HeldOutlet held = new HeldOutlet(host.server().memory().budget());
        bound.held = held;
        bound.peer.bind(held, bound.epoch);
        Duration first = abandoned
                ? Duration.ZERO
                : FIRST_OFFER.plusMillis(ThreadLocalRandom.current().nextInt(SPREAD_MILLIS));
        context.scheduleOnce(first, context.getSelf(), new Offer(lost));
        context.scheduleOnce(host.settings().unclaimed(), context.getSelf(), new Orphaned(lost));
        return this;
    }

    /** What was kept for whoever would take the session over is not wanted any more. */
    private void forsaken(Binding bound) {
        if (bound.held != null) {
            bound.held.drop();
        }
        claimed(bound);
    }

    private void claimed(Binding bound) {
        if (bound.held != null) {
            bound.held = null;
            host.unclaimed().give();
        }
    }

    private Behavior<Command> onOffer(Offer offer) {
        Binding bound = binding;
        if (bound != null && bound.outlet == offer.lost && leaving == null) {
            host.offers().offer(id, bound.epoch, Bytes.EMPTY);
            context.scheduleOnce(NEXT_OFFER, context.getSelf(), offer);
        }
        return this;
    }

    private Behavior<Command> onHandOff() {
        Binding bound = binding;
        if (leaving != null) {
            return this;
        }
        if (bound == null || bound.conversation.inFlight() == 0) {
            return bound == null ? Behaviors.stopped() : moved(bound);
        }
        leaving = bound;
        context.scheduleOnce(host.settings().handOff(), context.getSelf(), Deadline.HAND_OFF);
        return this;
    }

    private Behavior<Command> moved(Binding bound) {
        if (bound.held == null) {
            bound.outlet.reset(Reason.MOVED, bound.handled, "");
        } else {
            // No edge holds the session: whoever takes it over opens it where its slot is next.
            host.offers().offer(id, bound.epoch, Bytes.wrap(bound.conversation.checkpoint()));
        }
        return Behaviors.stopped();
    }

    private void onStop() {
        if (binding != null) {
            binding.conversation.close();
            forsaken(binding);
            // Has no effect when the stream is over already; tells the edge when this actor failed.
            binding.outlet.reset(Reason.INTERNAL, binding.handled, "the session ended");
        }
    }

    private boolean isCurrent(Outlet outlet) {
        return binding != null && binding.outlet == outlet;
    }

    /** The client as the conversation sees it, through whichever edge it is bound. */
    private final class BoundPeer implements Peer {
        private volatile Outlet outlet;
        private volatile SessionInfo info;
        private final ActorRef<Command> self = context.getSelf();
        private final Executor executor = task -> self.tell(new Run(task));

        BoundPeer(Open open) {
            this.outlet = open.outlet;
            this.info = new SessionInfo(id, host.node(), SessionId.slotOf(id), open.epoch, open.transport, open.remote);
        }

        void bind(Outlet to, int epoch) {
            info = new SessionInfo(id, info.node(), info.slot(), epoch, info.transport(), info.remoteAddress());
            outlet = to;
        }

        @Override
        public SessionInfo session() {
            return info;
        }

        @Override
        public void send(byte[] message, int answers) {
            outlet.send(message, answers);
        }

        @Override
        public void tell(byte[] message, int relatedTo) {
            outlet.tell(message, relatedTo);
        }

        @Override
        public void part(int number, int retryMillis) {
            outlet.part(number, retryMillis);
        }

        @Override
        public void done(int number) {
            outlet.done(number);
        }

        @Override
        public void checkpoint(byte[] state) {
            outlet.checkpoint(state);
        }

        @Override
        public Executor executor() {
            return executor;
        }
    }
}
