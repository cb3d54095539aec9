package io.trunkline.node.tasks.cluster;

import io.trunkline.node.tasks.TaskRequest;
import io.trunkline.node.tasks.cluster.TaskRoutes.Answered;
import io.trunkline.protocol.control.ControlMessage;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Watches one task of another node: asks for it, has the node that answers say when it changes, and asks again then, or
 * when that node is gone. Words between nodes may be lost, therefore it asks now and then in any case.
 */
final class FarWatch extends AbstractBehavior<FarWatch.Command> {
    /** What the watch is told. */
    public sealed interface Command {}

    /** What the desk of the task's node says. */
    public enum Word implements Command, ControlMessage {
        CHANGED,
        /** The node does not hold it, or has no room for watches. */
        NOT_HERE
    }

    enum Stop implements Command {
        STOP
    }

    private enum Look implements Command {
        LOOK
    }

    private record Seen(@Nullable Answered what) implements Command {}

    private record HolderGone(long holder) implements Command {}

    /** After a failure, and when nothing was heard for long. */
    private static final Duration SOON = Duration.ofSeconds(1);

    private static final Duration NOW_AND_THEN = Duration.ofSeconds(30);

    private final TaskRoutes routes;
    private final TaskRequest get;
    private final Predicate<byte[]> told;
    private final Runnable ended;
    private final TimerScheduler<Command> timers;
    private long holder;
    private @Nullable ActorRef<TaskDesk.Command> desk;
    private boolean looking;
    private boolean again;
    private int last;

    private FarWatch(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            TaskRoutes routes,
            TaskRequest get,
            Predicate<byte[]> told,
            Runnable ended) {
        super(context);
        this.timers = timers;
        this.routes = routes;
        this.get = get;
        this.told = told;
        this.ended = ended;
        look();
    }

    /**
     * A watch.
     *
     * @param told gets each answer that differs from the one before, until it wants no more
     * @param ended called when the watch has ended
     */
    static Behavior<Command> create(TaskRoutes routes, TaskRequest get, Predicate<byte[]> told, Runnable ended) {
        return Behaviors.withTimers(
                timers -> Behaviors.setup(context -> new FarWatch(context, timers, routes, get, told, ended)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Seen.class, this::onSeen)
                .onMessageEquals(Word.CHANGED, this::onChanged)
                .onMessageEquals(Word.NOT_HERE, this::onLost)
                .onMessage(HolderGone.class, gone -> gone.holder == holder ? onLost() : this)
                .onMessageEquals(Look.LOOK, this::onChanged)
                .onMessageEquals(Stop.STOP, Behaviors::stopped)
                .onSignal(PostStop.class, stopped -> {
                    ended.run();
                    return this;
                })
                .build();
    }

    /** Wants the next word before it asks, so that no change falls between. */
    private Behavior<Command> onChanged() {
        if (desk != null) {
            desk.tell(new TaskDesk.Watch(get.id(), get.principal(), getContext().getSelf()));
        }
        look();
        return this;
    }

    private Behavior<Command> onLost() {
        forget();
        timers.startSingleTimer(Look.LOOK, SOON);
        return this;
    }

    private void forget() {
        if (desk != null) {
            getContext().unwatch(desk);
        }
        desk = null;
        holder = 0;
    }

    private void look() {
        if (looking) {
            again = true;
            return;
        }
        looking = true;
        getContext().pipeToSelf(routes.find(get), (what, failure) -> new Seen(what));
    }

    private Behavior<Command> onSeen(Seen seen) {
        looking = false;
        if (seen.what == null) {
            return onLost();
        }
        int content = Arrays.hashCode(seen.what.answer());
        if (content != last && !told.test(seen.what.answer())) {
            return Behaviors.stopped();
        }
        last = content;
        timers.startSingleTimer(Look.LOOK, NOW_AND_THEN);
        if (seen.what.holder() != holder) {
            settle(seen.what.holder());
        } else if (again) {
            again = false;
            look();
        }
        return this;
    }

    /** Has the words of another node from now on. */
    private void settle(long node) {
        forget();
        again = false;
        ActorRef<TaskDesk.Command> next = routes.peers().desk(node);
        if (next == null) {
            onLost();
            return;
        }
        holder = node;
        desk = next;
        getContext().watchWith(next, new HolderGone(node));
        onChanged();
    }
}
