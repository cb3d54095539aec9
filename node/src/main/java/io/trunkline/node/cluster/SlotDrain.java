package io.trunkline.node.cluster;

import io.trunkline.protocol.control.DescribeNode;
import io.trunkline.protocol.control.DeskCommand;
import io.trunkline.protocol.control.DrainNoted;
import io.trunkline.protocol.control.NodeDrains;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * Empties this node before it leaves: tells every node that it drains, so that the coordinator of sharding moves its
 * slots away a few at a time, and waits until they are gone. Starts when it is spawned and ends by itself.
 */
public final class SlotDrain extends AbstractBehavior<SlotDrain.Command> {
    /** Time between two rounds: of telling those that have not answered, and of looking whether the node is empty. */
    private static final Duration ROUND = Duration.ofMillis(100);

    /** What the drain is told. */
    public sealed interface Command {}

    private enum Round implements Command {
        ROUND
    }

    private enum Deadline implements Command {
        DRAIN,
        LAST_WORDS
    }

    private record Noted(DrainNoted by) implements Command {}

    /** How a drain ended. */
    public enum Outcome {
        /** No slot and no session is left. */
        EMPTY,
        /** No node is left that slots could go to. */
        NOWHERE,
        /** Time is up. */
        LATE
    }

    /** What this node still carries. */
    public interface Load {
        /** Slots that it hosts. */
        int slots();

        /** Sessions on it, those included that finish what is in flight. */
        int sessions();
    }

    /**
     * When a drain gives up; both &gt; 0.
     *
     * @param drain after its start
     * @param lastWords after the last slot has gone, for the sessions that were on it
     */
    public record Deadlines(Duration drain, Duration lastWords) {}

    private final Cluster cluster;
    private final TimerScheduler<Command> timers;
    private final String role;
    private final DrainingNodes draining;
    private final Load load;
    private final CompletableFuture<Outcome> done;
    private final Duration lastWords;
    private final ActorRef<DrainNoted> answers;
    private final Set<Long> noted = new HashSet<>();
    private boolean slotsGone;

    private SlotDrain(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            String role,
            DrainingNodes draining,
            Load load,
            Deadlines deadlines,
            CompletableFuture<Outcome> done) {
        super(context);
        this.cluster = Cluster.get(context.getSystem());
        this.role = role;
        this.draining = draining;
        this.load = load;
        this.done = done;
        this.timers = timers;
        this.lastWords = deadlines.lastWords;
        this.answers = context.messageAdapter(DrainNoted.class, Noted::new);
        timers.startSingleTimer(Deadline.DRAIN, deadlines.drain);
        timers.startTimerWithFixedDelay(Round.ROUND, Duration.ZERO, ROUND);
    }

    /**
     * The drain of this node.
     *
     * @param role of the members that host slots
     * @param draining where the desk of this node notes those that drain
     * @param load asked from the actor's thread, answers at once
     * @param done completed with the outcome, on the actor's thread
     */
    public static Behavior<Command> create(
            String role, DrainingNodes draining, Load load, Deadlines deadlines, CompletableFuture<Outcome> done) {
        return Behaviors.withTimers(timers ->
                Behaviors.setup(context -> new SlotDrain(context, timers, role, draining, load, deadlines, done)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Round.ROUND, this::onRound)
                .onMessage(Noted.class, this::onNoted)
                .onMessage(Deadline.class, deadline -> end(Outcome.LATE))
                .build();
    }

    private Behavior<Command> onRound() {
        draining.note(cluster.selfMember().uniqueAddress().longUid());
        boolean elsewhere = false;
        for (Member member : cluster.state().getMembers()) {
            long incarnation = member.uniqueAddress().longUid();
            if (!member.hasRole(role)
                    || member.uniqueAddress().equals(cluster.selfMember().uniqueAddress())) {
                continue;
            }
            if (!noted.contains(incarnation)) {
                tell(member.uniqueAddress());
            }
            elsewhere |= member.status() == MemberStatus.up() && !draining.contains(incarnation);
        }
        if (load.slots() == 0 && load.sessions() == 0) {
            return end(Outcome.EMPTY);
        }
        if (load.slots() == 0 && !slotsGone) {
            slotsGone = true;
            timers.startSingleTimer(Deadline.LAST_WORDS, lastWords);
        }
        return elsewhere ? this : end(Outcome.NOWHERE);
    }

    private void tell(UniqueAddress node) {
        ActorRef<DeskCommand> desk = ActorRefResolver.get(getContext().getSystem())
                .resolveActorRef(node.address() + "/system/" + DescribeNode.DESK);
        desk.tell(new NodeDrains(cluster.selfMember().uniqueAddress().longUid(), answers));
    }

    private Behavior<Command> onNoted(Noted answer) {
        noted.add(answer.by.incarnation());
        return this;
    }

    private Behavior<Command> end(Outcome outcome) {
        done.complete(outcome);
        return Behaviors.stopped();
    }
}
