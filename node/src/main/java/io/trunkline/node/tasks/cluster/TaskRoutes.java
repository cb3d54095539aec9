package io.trunkline.node.tasks.cluster;

import io.trunkline.node.cluster.HostedSlots;
import io.trunkline.node.cluster.SlotKeeper;
import io.trunkline.node.session.Session;
import io.trunkline.node.spi.RpcException;
import io.trunkline.node.tasks.EndedTask;
import io.trunkline.node.tasks.TaskNetwork;
import io.trunkline.node.tasks.TaskRequest;
import io.trunkline.node.tasks.cluster.TaskDesk.Adopted;
import io.trunkline.node.tasks.cluster.TaskDesk.Answer;
import io.trunkline.node.tasks.cluster.TaskDesk.Kind;
import io.trunkline.node.tasks.cluster.TaskSearch.Result;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.session.SessionId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;

/**
 * The way to tasks that this node does not hold. A node that does is found by asking all; when none is, the node of the
 * task's slot has the last word ({@link TaskDesk}). Bounded: 1,024 requests at a time, each of them with deadlines, and
 * 10,000 tasks that are watched. Thread-safe.
 */
public final class TaskRoutes implements TaskNetwork {
    /** How long all nodes are asked before the slot's node is. */
    private static final Duration FIRST_SEARCH = Duration.ofSeconds(1);

    /** A slot whose node is gone has to be placed first. */
    private static final Duration SLOT = Duration.ofSeconds(8);

    /** For a desk, which may search, too. */
    private static final Duration DESK = TaskDesk.SEARCH.plusSeconds(5);

    private static final int MAX_ASKED = 1024;
    private static final int MAX_WATCHED = 10_000;

    /** Steps of one request: the task or its slot may move under its way. */
    private static final int MAX_STEPS = 5;

    /** The pause before the first repetition, doubled for each further one: 3 s in all, in which a slot has moved. */
    private static final long PAUSE_MILLIS = 200;

    private final ActorSystem<?> system;
    private final ActorRef<ShardingEnvelope<Session.Command>> region;
    private final HostedSlots slots;
    private final Peers peers;
    private final Parcels parcels;
    private final Semaphore asked = new Semaphore(MAX_ASKED);
    private final AtomicInteger watched = new AtomicInteger();
    private final AtomicLong names = new AtomicLong();

    /**
     * The ways of one life of a node.
     *
     * @param role of nodes
     * @param region where the keepers of slots are found
     */
    public TaskRoutes(
            ActorSystem<?> system, String role, ActorRef<ShardingEnvelope<Session.Command>> region, HostedSlots slots) {
        this.system = system;
        this.region = region;
        this.slots = slots;
        this.peers = new Peers(system, role);
        this.parcels = new Parcels(system);
    }

    Peers peers() {
        return peers;
    }

    Parcels parcels() {
        return parcels;
    }

    /**
     * What a node has answered.
     *
     * @param holder its incarnation
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Answered(byte[] answer, long holder) {}

    @Override
    public CompletionStage<byte[]> ask(TaskRequest request) {
        return find(request).thenApply(Answered::answer);
    }

    /** The same, with the node that has answered. */
    CompletionStage<Answered> find(TaskRequest request) {
        if (!asked.tryAcquire()) {
            return failed("Too many tasks of other nodes are asked for");
        }
        return attempt(request, MAX_STEPS).whenComplete((answer, failure) -> asked.release());
    }

    private CompletionStage<Answered> attempt(TaskRequest request, int steps) {
        CompletionStage<Answer> answer =
                slots.hosts(request.slot()) ? askDesk(peers.self(), request, true) : askElsewhere(request);
        return answer.thenCompose(what -> onAnswer(request, what, steps - 1));
    }

    private CompletionStage<Answered> onAnswer(TaskRequest request, Answer answer, int steps) {
        if (answer.kind() == Kind.ANSWERED) {
            return parcels.open(answer.content()).thenApply(bytes -> new Answered(bytes, answer.holder()));
        }
        if (answer.kind() == Kind.BUSY) {
            return failed("Too many answers about tasks are under way");
        }
        if (answer.kind() == Kind.UNCLEAR || steps == 0) {
            return failed("The node of the task does not answer");
        }
        return answer.kind() == Kind.ELSEWHERE
                ? askDesk(answer.holder(), request, false).thenCompose(what -> onAnswer(request, what, steps - 1))
                : attemptLater(request, steps);
    }

    /** The node of the slot is not there yet, or no more: who hosts it will be known soon. */
    private CompletionStage<Answered> attemptLater(TaskRequest request, int steps) {
        Executor later = CompletableFuture.delayedExecutor(
                PAUSE_MILLIS << (MAX_STEPS - 1 - steps), TimeUnit.MILLISECONDS, system.executionContext());
        return CompletableFuture.supplyAsync(() -> attempt(request, steps), later)
                .thenCompose(Function.identity());
    }

    private CompletionStage<Answer> askElsewhere(TaskRequest request) {
        CompletableFuture<Result> result = new CompletableFuture<>();
        system.systemActorOf(
                TaskSearch.create(peers, request.id(), FIRST_SEARCH, result), name("search"), Props.empty());
        return result.thenCompose(found -> found.kind() == TaskSearch.Kind.FOUND
                ? askDesk(found.holder(), request, false)
                : host(request.slot()).thenCompose(host -> askDesk(host, request, true)));
    }

    private String name(String kind) {
        return "trunkline-task-" + kind + "-" + names.incrementAndGet();
    }

    /** The node that hosts the slot. */
    private CompletionStage<Long> host(int slot) {
        String keeper = SlotKeeper.entityId(SessionId.slotPrefix(slot));
        CompletionStage<Session.HostedBy> host = AskPattern.ask(
                region,
                replyTo -> new ShardingEnvelope<>(keeper, new Session.WhoHosts(replyTo)),
                SLOT,
                system.scheduler());
        return answered(host).thenApply(Session.HostedBy::incarnation);
    }

    private CompletionStage<Answer> askDesk(long node, TaskRequest request, boolean takeOver) {
        ActorRef<TaskDesk.Command> desk = peers.desk(node);
        if (desk == null) {
            return CompletableFuture.completedFuture(new Answer(Kind.NOT_HERE, Parcel.EMPTY, node));
        }
        Parcel parcel = parcels.pack(request.message());
        if (parcel == null) {
            return CompletableFuture.completedFuture(new Answer(Kind.BUSY, Parcel.EMPTY, node));
        }
        return answered(AskPattern.ask(
                desk,
                replyTo -> new TaskDesk.Ask(request.id(), request.principal(), parcel, takeOver, replyTo),
                DESK,
                system.scheduler()));
    }

    private static <T> CompletionStage<T> answered(CompletionStage<T> answer) {
        return answer.handle((what, failure) -> failure == null
                        ? CompletableFuture.<T>completedFuture(what)
                        : TaskRoutes.<T>failed("The node of the task does not answer"))
                .thenCompose(what -> what);
    }

    private static <T> CompletableFuture<T> failed(String text) {
        return CompletableFuture.failedFuture(
                new RpcException(ErrorCode.OVERLOADED, text + ": try again later", null, null));
    }

    @Override
    public boolean mayWatch() {
        return watched.get() < MAX_WATCHED;
    }

    @Override
    public Runnable watch(TaskRequest get, Predicate<byte[]> told) {
        watched.incrementAndGet();
        ActorRef<FarWatch.Command> watch = system.systemActorOf(
                FarWatch.create(this, get, told, watched::decrementAndGet), name("watch"), Props.empty());
        return () -> watch.tell(FarWatch.Stop.STOP);
    }

    /** Gives a task that has ended to the node that its slot is at; false when that node does not take it. */
    CompletionStage<Boolean> handOver(EndedTask task) {
        return host(SessionId.prefixSlot(task.id())).thenCompose(host -> handOver(task, host));
    }

    private CompletionStage<Boolean> handOver(EndedTask task, long host) {
        ActorRef<TaskDesk.Command> desk = host == peers.self() ? null : peers.desk(host);
        Parcel end = desk == null ? null : parcels.pack(task.end());
        if (desk == null || end == null) {
            return CompletableFuture.completedFuture(false);
        }
        CompletionStage<Adopted> adopted = AskPattern.ask(
                desk,
                replyTo -> new TaskDesk.Adopt(
                        task.id(),
                        task.principal(),
                        task.status(),
                        task.updated().toEpochMilli(),
                        end,
                        replyTo),
                DESK,
                system.scheduler());
        return adopted.thenApply(Adopted::taken);
    }
}
