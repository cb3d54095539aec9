package io.trunkline.node.tasks.cluster;

import io.trunkline.node.tasks.cluster.TaskDesk.Found;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Asks all other nodes for one task, those that do not answer once a second. The result is there when one of them holds
 * it, when all have said no, or at the deadline; the search itself ends when all have answered, or then.
 */
final class TaskSearch extends AbstractBehavior<TaskSearch.Command> {
    /** What the search is told. */
    sealed interface Command {}

    private enum Round implements Command {
        ROUND
    }

    private enum Deadline implements Command {
        DEADLINE
    }

    private record Answered(Found found) implements Command {}

    /** What came out. */
    enum Kind {
        FOUND,
        /** No other node holds it. */
        NOBODY,
        /** A node that may hold it has not answered. */
        UNCLEAR
    }

    /**
     * What came out.
     *
     * @param holder the incarnation of the node that holds the task; 0 when there is none
     */
    record Result(Kind kind, long holder) {}

    private static final Duration ROUND = Duration.ofSeconds(1);

    private final Peers peers;
    private final String id;
    private final CompletableFuture<Result> result;
    private final ActorRef<Found> answers;
    private final Set<Long> answered = new HashSet<>();

    private TaskSearch(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Peers peers,
            String id,
            Duration deadline,
            CompletableFuture<Result> result) {
        super(context);
        this.peers = peers;
        this.id = id;
        this.result = result;
        this.answers = context.messageAdapter(Found.class, Answered::new);
        timers.startSingleTimer(Deadline.DEADLINE, deadline);
        timers.startTimerWithFixedDelay(Round.ROUND, Duration.ZERO, ROUND);
    }

    /**
     * A search.
     *
     * @param result completed with what came out, on the actor's thread
     */
    static Behavior<Command> create(Peers peers, String id, Duration deadline, CompletableFuture<Result> result) {
        return Behaviors.withTimers(
                timers -> Behaviors.setup(context -> new TaskSearch(context, timers, peers, id, deadline, result)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Round.ROUND, this::onRound)
                .onMessage(Answered.class, this::onAnswered)
                .onMessageEquals(Deadline.DEADLINE, () -> end(Kind.UNCLEAR))
                .build();
    }

    private Behavior<Command> onRound() {
        for (long other : peers.others()) {
            ActorRef<TaskDesk.Command> desk = answered.contains(other) ? null : peers.desk(other);
            if (desk != null) {
                desk.tell(new TaskDesk.Find(id, answers));
            }
        }
        return endIfAllHaveAnswered();
    }

    private Behavior<Command> onAnswered(Answered answer) {
        answered.add(answer.found.incarnation());
        if (answer.found.held()) {
            result.complete(new Result(Kind.FOUND, answer.found.incarnation()));
        }
        return endIfAllHaveAnswered();
    }

    private Behavior<Command> endIfAllHaveAnswered() {
        return answered.containsAll(peers.others()) ? end(Kind.NOBODY) : this;
    }

    /** Has no effect on a result that is there already. */
    private Behavior<Command> end(Kind kind) {
        result.complete(new Result(kind, 0));
        return Behaviors.stopped();
    }
}
