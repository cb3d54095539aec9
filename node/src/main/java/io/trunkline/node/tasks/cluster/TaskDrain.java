package io.trunkline.node.tasks.cluster;

import io.trunkline.node.cluster.DrainingNodes;
import io.trunkline.node.cluster.HostedSlots;
import io.trunkline.node.tasks.EndedTask;
import io.trunkline.node.tasks.SharedTasks;
import io.trunkline.protocol.session.SessionId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Waits for the tasks of a node that leaves, and hands those that have ended over to the nodes that their slots are at
 * now. What still runs some seconds before the deadline is given up, so that there is time to hand it over. Starts when
 * it is spawned and ends by itself.
 */
public final class TaskDrain extends AbstractBehavior<TaskDrain.Command> {
    /** What the drain is told. */
    public sealed interface Command {}

    private enum Round implements Command {
        ROUND
    }

    private enum Deadline implements Command {
        RUNNING,
        ALL
    }

    private record HandedOver(String id, boolean taken) implements Command {}

    private static final Duration ROUND = Duration.ofMillis(200);

    /** Of the drain's time for handing over, and one part in so many of it at most. */
    private static final Duration LAST = Duration.ofSeconds(5);

    private static final int LAST_SHARE = 4;

    /** Tasks that are on their way at a time. */
    private static final int AT_A_TIME = 16;

    private final SharedTasks tasks;
    private final HostedSlots slots;
    private final TaskRoutes routes;
    private final DrainingNodes draining;
    private final BooleanSupplier empty;
    private final CompletableFuture<Integer> done;
    private final Queue<EndedTask> ready = new ArrayDeque<>();
    private final Set<String> underWay = new HashSet<>();
    private int handedOver;

    private TaskDrain(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            SharedTasks tasks,
            HostedSlots slots,
            TaskRoutes routes,
            DrainingNodes draining,
            BooleanSupplier empty,
            Duration deadline,
            CompletableFuture<Integer> done) {
        super(context);
        this.tasks = tasks;
        this.slots = slots;
        this.routes = routes;
        this.draining = draining;
        this.empty = empty;
        this.done = done;
        Duration share = deadline.dividedBy(LAST_SHARE);
        timers.startSingleTimer(Deadline.RUNNING, deadline.minus(share.compareTo(LAST) < 0 ? share : LAST));
        timers.startSingleTimer(Deadline.ALL, deadline);
        timers.startTimerWithFixedDelay(Round.ROUND, Duration.ZERO, ROUND);
    }

    /**
     * The drain of a node's tasks.
     *
     * @param empty whether slots and sessions are gone, so that no more tasks begin
     * @param deadline after which it ends in any case
     * @param done completed with how many tasks were handed over, on the actor's thread
     */
    public static Behavior<Command> create(
            SharedTasks tasks,
            HostedSlots slots,
            TaskRoutes routes,
            DrainingNodes draining,
            BooleanSupplier empty,
            Duration deadline,
            CompletableFuture<Integer> done) {
        return Behaviors.withTimers(timers -> Behaviors.setup(
                context -> new TaskDrain(context, timers, tasks, slots, routes, draining, empty, deadline, done)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Round.ROUND, this::onRound)
                .onMessage(HandedOver.class, this::onHandedOver)
                .onMessageEquals(Deadline.RUNNING, this::onGivenUp)
                .onMessageEquals(Deadline.ALL, this::end)
                .build();
    }

    private Behavior<Command> onRound() {
        if ((tasks.count() == 0 && empty.getAsBoolean()) || !routes.peers().canTakeSlots(draining)) {
            return end();
        }
        if (ready.isEmpty()) {
            for (EndedTask task : tasks.ended()) {
                if (!underWay.contains(task.id()) && !slots.hosts(SessionId.prefixSlot(task.id()))) {
                    ready.add(task);
                }
            }
        }
        handOver();
        return this;
    }

    private void handOver() {
        while (underWay.size() < AT_A_TIME && !ready.isEmpty()) {
            EndedTask task = ready.remove();
            underWay.add(task.id());
            getContext()
                    .pipeToSelf(
                            routes.handOver(task),
                            (taken, failure) -> new HandedOver(task.id(), failure == null && taken));
        }
    }

    private Behavior<Command> onHandedOver(HandedOver task) {
        underWay.remove(task.id);
        if (task.taken) {
            handedOver++;
            tasks.release(task.id);
        }
        handOver();
        return this;
    }

    private Behavior<Command> onGivenUp() {
        tasks.giveUpRunning();
        return onRound();
    }

    private Behavior<Command> end() {
        done.complete(handedOver);
        return Behaviors.stopped();
    }
}
