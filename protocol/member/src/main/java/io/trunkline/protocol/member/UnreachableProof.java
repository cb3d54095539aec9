package io.trunkline.protocol.member;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.ClusterEvent.UnreachableMember;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * Asks the kernel of each member that the failure detector cannot reach whether the process is still there, and
 * declares it dead when nobody listens at its Artery address any more: the split brain resolver has nothing to wait for
 * then. Every member does so, which finds out balancers too, and nodes when no balancer is there.
 */
final class UnreachableProof extends AbstractBehavior<UnreachableProof.Command> {
    private static final Duration DEADLINE = Duration.ofSeconds(1);

    /** What it is told, by itself. */
    sealed interface Command {}

    private record Unreachable(UniqueAddress member) implements Command {}

    private record Answered(UniqueAddress member, Listening.Answer answer) implements Command {}

    private final Function<HostPort, CompletionStage<Listening.Answer>> ask;

    private UnreachableProof(ActorContext<Command> context, Function<HostPort, CompletionStage<Listening.Answer>> ask) {
        super(context);
        this.ask = ask;
        ActorRef<UnreachableMember> events = context.messageAdapter(
                UnreachableMember.class, event -> new Unreachable(event.member().uniqueAddress()));
        Cluster.get(context.getSystem()).subscriptions().tell(Subscribe.create(events, UnreachableMember.class));
    }

    static Behavior<Command> create() {
        return Behaviors.setup(context -> {
            Executor blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
            return new UnreachableProof(
                    context, address -> CompletableFuture.supplyAsync(() -> Listening.at(address, DEADLINE), blocking));
        });
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Unreachable.class, this::onUnreachable)
                .onMessage(Answered.class, this::onAnswered)
                .build();
    }

    private Behavior<Command> onUnreachable(Unreachable event) {
        getContext()
                .pipeToSelf(
                        ask.apply(HostPort.of(event.member.address())),
                        (answer, failure) ->
                                new Answered(event.member, failure == null ? answer : Listening.Answer.UNKNOWN));
        return this;
    }

    private Behavior<Command> onAnswered(Answered event) {
        if (event.answer == Listening.Answer.REFUSED) {
            DeadMember.declare(getContext().getSystem(), HostPort.of(event.member.address()), event.member.longUid());
        }
        return this;
    }
}
