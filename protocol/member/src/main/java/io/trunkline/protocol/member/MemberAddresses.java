package io.trunkline.protocol.member;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent.MemberEvent;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * Tells the network addresses of the cluster's members whenever the membership changes, names resolved. They say who is
 * likely to be a member, and prove nothing.
 */
public final class MemberAddresses {
    private MemberAddresses() {}

    /** What it is told, by itself. */
    public sealed interface Command {}

    private enum Changed implements Command {
        CHANGED
    }

    /**
     * One such teller, for an actor system of one life.
     *
     * @param listener called on a thread of the blocking dispatcher
     */
    public static Behavior<Command> create(Consumer<Collection<InetAddress>> listener) {
        return Behaviors.setup(context -> {
            Cluster cluster = Cluster.get(context.getSystem());
            Executor blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
            ActorRef<MemberEvent> events = context.messageAdapter(MemberEvent.class, event -> Changed.CHANGED);
            cluster.subscriptions().tell(Subscribe.create(events, MemberEvent.class));
            return new Teller(cluster, blocking, listener).behavior();
        });
    }

    /** One lookup after the other: a name server that hangs holds up one thread. */
    private static final class Teller {
        private final Cluster cluster;
        private final Executor blocking;
        private final Consumer<Collection<InetAddress>> listener;
        private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

        Teller(Cluster cluster, Executor blocking, Consumer<Collection<InetAddress>> listener) {
            this.cluster = cluster;
            this.blocking = blocking;
            this.listener = listener;
        }

        Behavior<Command> behavior() {
            return Behaviors.receive(Command.class)
                    .onMessage(Command.class, changed -> {
                        List<String> hosts = hosts();
                        last = last.thenRunAsync(() -> listener.accept(resolved(hosts)), blocking)
                                .exceptionally(failure -> null);
                        return Behaviors.same();
                    })
                    .build();
        }

        private List<String> hosts() {
            return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
                    .flatMap(member -> member.address().getHost().stream())
                    .distinct()
                    .toList();
        }

        private static Set<InetAddress> resolved(List<String> hosts) {
            return hosts.stream().flatMap(Teller::addresses).collect(Collectors.toSet());
        }

        private static Stream<InetAddress> addresses(String host) {
            try {
                return Arrays.stream(InetAddress.getAllByName(host));
            } catch (UnknownHostException e) {
                return Stream.empty();
            }
        }
    }
}
