package io.trunkline.node.tasks.cluster;

import io.trunkline.node.cluster.HostedSlots;
import io.trunkline.node.spi.Principal;
import io.trunkline.node.spi.SessionInfo;
import io.trunkline.node.tasks.EndedTask;
import io.trunkline.node.tasks.SharedTasks;
import io.trunkline.node.tasks.TaskRequest;
import io.trunkline.node.tasks.cluster.TaskSearch.Result;
import io.trunkline.protocol.control.ControlMessage;
import io.trunkline.protocol.session.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * What other nodes, and this one's own {@link TaskRoutes}, ask about tasks: a system actor on every node.
 *
 * <p>It alone takes tasks over, and only those of slots that are here, after all other nodes have said that they do not
 * hold them. As it answers {@link Find} itself, a node that gets the slot later learns of what was taken over before.
 */
public final class TaskDesk extends AbstractBehavior<TaskDesk.Command> {
    /** The name of the system actor. */
    public static final String NAME = "trunkline-tasks";

    /** How long other nodes are asked for a task that is to be taken over. */
    static final Duration SEARCH = Duration.ofSeconds(5);

    private static final int MAX_WATCHERS = 20_000;

    /** What the desk is told. */
    public sealed interface Command {}

    /** Who holds this task? */
    public record Find(String id, ActorRef<Found> replyTo) implements Command, ControlMessage {}

    /**
     * The answer to {@link Find}.
     *
     * @param incarnation of the node that answers
     */
    public record Found(long incarnation, boolean held) implements ControlMessage {}

    /**
     * A request about a task.
     *
     * @param takeOver whether the task may be taken over if no node holds it
     */
    public record Ask(String id, Principal principal, Parcel request, boolean takeOver, ActorRef<Answer> replyTo)
            implements Command, ControlMessage {}

    /** How an {@link Ask} ended. */
    public enum Kind {
        ANSWERED,
        /** This node does not hold the task, and must not take it over. */
        NOT_HERE,
        /** Another node holds it. */
        ELSEWHERE,
        /** A node that may hold it does not answer. */
        UNCLEAR,
        /** Too many answers are under way. */
        BUSY
    }

    /**
     * The answer to {@link Ask}.
     *
     * @param content empty unless it is answered
     * @param holder the incarnation of the node that holds the task, as far as that is known
     */
    public record Answer(Kind kind, Parcel content, long holder) implements ControlMessage {}

    /** The watcher wants one word when the task changes from now on. A later one takes its place. */
    public record Watch(String id, Principal principal, ActorRef<FarWatch.Command> watcher)
            implements Command, ControlMessage {}

    /**
     * A task that has ended, from a node that leaves.
     *
     * @param updated when it ended, in milliseconds since 1970
     */
    public record Adopt(
            String id, Principal principal, String status, long updated, Parcel end, ActorRef<Adopted> replyTo)
            implements Command, ControlMessage {}

    /** The answer to {@link Adopt}: whether the task is held here from now on. */
    public record Adopted(boolean taken) implements ControlMessage {}

    private record Opened(Ask ask, @Nullable TaskRequest request) implements Command {}

    private record Searched(Ask ask, TaskRequest request, Result result) implements Command {}

    private record WatcherGone(ActorRef<FarWatch.Command> watcher) implements Command {}

    private final SharedTasks tasks;
    private final HostedSlots slots;
    private final Peers peers;
    private final Parcels parcels;
    private final String node;
    private final BooleanSupplier draining;
    private final long self;
    private final Map<ActorRef<FarWatch.Command>, Runnable> watchers = new HashMap<>();

    private TaskDesk(
            ActorContext<Command> context,
            SharedTasks tasks,
            HostedSlots slots,
            TaskRoutes routes,
            String node,
            BooleanSupplier draining) {
        super(context);
        this.tasks = tasks;
        this.slots = slots;
        this.peers = routes.peers();
        this.parcels = routes.parcels();
        this.node = node;
        this.draining = draining;
        this.self = peers.self();
    }

    /**
     * The desk of a node.
     *
     * @param node the member's name
     * @param draining whether this node leaves
     */
    public static Behavior<Command> create(
            SharedTasks tasks, HostedSlots slots, TaskRoutes routes, String node, BooleanSupplier draining) {
        return Behaviors.setup(context -> new TaskDesk(context, tasks, slots, routes, node, draining));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Find.class, this::onFind)
                .onMessage(Ask.class, this::onAsk)
                .onMessage(Opened.class, this::onOpened)
                .onMessage(Searched.class, this::onSearched)
                .onMessage(Watch.class, this::onWatch)
                .onMessage(WatcherGone.class, gone -> {
                    unwatch(gone.watcher);
                    return this;
                })
                .onMessage(Adopt.class, this::onAdopt)
                .build();
    }

    private Behavior<Command> onFind(Find find) {
        find.replyTo.tell(new Found(self, tasks.holds(find.id)));
        return this;
    }

    private Behavior<Command> onAsk(Ask ask) {
        if (ask.request.stream() == null) {
            return onOpened(new Opened(ask, new TaskRequest(ask.id, ask.principal, ask.request.content())));
        }
        getContext()
                .pipeToSelf(
                        parcels.open(ask.request),
                        (message, failure) -> new Opened(
                                ask, failure == null ? new TaskRequest(ask.id, ask.principal, message) : null));
        return this;
    }

    private Behavior<Command> onOpened(Opened opened) {
        Ask ask = opened.ask;
        TaskRequest request = opened.request;
        if (request == null) {
            // The asker's deadline ends it.
            return this;
        }
        if (tasks.holds(ask.id)) {
            // An answer may have megabytes: not on the actor's turn.
            getContext().getExecutionContext().execute(() -> reply(ask, tasks.answer(request)));
        } else if (!ask.takeOver || !slots.hosts(request.slot())) {
            reply(ask, null);
        } else {
            CompletableFuture<Result> result = new CompletableFuture<>();
            getContext().spawnAnonymous(TaskSearch.create(peers, ask.id, SEARCH, result));
            getContext().pipeToSelf(result, (what, failure) -> new Searched(ask, request, what));
        }
        return this;
    }

    private Behavior<Command> onSearched(Searched searched) {
        Ask ask = searched.ask;
        switch (searched.result.kind()) {
            case FOUND -> ask.replyTo.tell(new Answer(Kind.ELSEWHERE, Parcel.EMPTY, searched.result.holder()));
            case UNCLEAR -> ask.replyTo.tell(new Answer(Kind.UNCLEAR, Parcel.EMPTY, 0));
            case NOBODY -> {
                int slot = searched.request.slot();
                // The slot may have gone meanwhile, and then the task is another node's to take over.
                boolean may = tasks.holds(ask.id) || slots.hosts(slot);
                SessionInfo where = new SessionInfo("", node, slot, 0, Transport.HTTP_STATELESS, "");
                reply(ask, may ? tasks.takeOver(searched.request, where) : null);
            }
        }
        return this;
    }

    /** From any thread. */
    private void reply(Ask ask, byte @Nullable [] answer) {
        Parcel content = answer == null ? Parcel.EMPTY : parcels.pack(answer);
        if (content == null) {
            ask.replyTo.tell(new Answer(Kind.BUSY, Parcel.EMPTY, self));
        } else {
            ask.replyTo.tell(new Answer(answer == null ? Kind.NOT_HERE : Kind.ANSWERED, content, self));
        }
    }

    private Behavior<Command> onWatch(Watch watch) {
        unwatch(watch.watcher);
        AtomicBoolean told = new AtomicBoolean();
        Runnable end = watchers.size() >= MAX_WATCHERS
                ? null
                : tasks.watch(watch.id, watch.principal, () -> {
                    if (!told.getAndSet(true)) {
                        watch.watcher.tell(FarWatch.Word.CHANGED);
                    }
                });
        if (end == null) {
            watch.watcher.tell(FarWatch.Word.NOT_HERE);
        } else {
            watchers.put(watch.watcher, end);
            getContext().watchWith(watch.watcher, new WatcherGone(watch.watcher));
        }
        return this;
    }

    private void unwatch(ActorRef<FarWatch.Command> watcher) {
        Runnable end = watchers.remove(watcher);
        if (end != null) {
            end.run();
            getContext().unwatch(watcher);
        }
    }

    private Behavior<Command> onAdopt(Adopt adopt) {
        if (draining.getAsBoolean()) {
            adopt.replyTo.tell(new Adopted(false));
            return this;
        }
        Instant updated = Instant.ofEpochMilli(adopt.updated);
        parcels.open(adopt.end)
                .thenAccept(end -> adopt.replyTo.tell(new Adopted(
                        tasks.adopt(new EndedTask(adopt.id, adopt.principal, adopt.status, updated, end)))));
        return this;
    }
}
