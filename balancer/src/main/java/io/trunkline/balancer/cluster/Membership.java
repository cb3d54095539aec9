package io.trunkline.balancer.cluster;

import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.protocol.control.DescribeNode;
import io.trunkline.protocol.control.NodeDescription;
import io.trunkline.protocol.member.HostPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent.ClusterDomainEvent;
import org.apache.pekko.cluster.ClusterEvent.MemberEvent;
import org.apache.pekko.cluster.ClusterEvent.ReachabilityEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * Watches the nodes of the cluster, or its balancers: asks each new one where its trunks end, and publishes the list
 * whenever it changes. A node stays in the list until it is removed from the cluster, so that clients of one that is
 * leaving or out of reach for a moment are not cut. It publishes nothing while this balancer itself is not in the
 * cluster.
 */
public final class Membership extends AbstractBehavior<Membership.Command> {
    /** What the watcher is told. */
    public sealed interface Command {}

    private record Changed(ClusterDomainEvent event) implements Command {}

    private record Described(NodeDescription node) implements Command {}

    private enum AskAgain implements Command {
        ASK_AGAIN
    }

    /** Time between two questions to a member that has not said yet where its trunks end. */
    private static final Duration ASK_INTERVAL = Duration.ofMillis(300);

    private final Cluster cluster;
    private final String role;
    private final Consumer<KnownMembers> publish;
    private final ActorRef<NodeDescription> answers;
    private final Map<Long, NodeDescription> described;
    private KnownMembers published = KnownMembers.UNKNOWN;

    private Membership(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            String role,
            Map<Long, NodeDescription> described,
            Consumer<KnownMembers> publish) {
        super(context);
        this.described = described;
        this.cluster = Cluster.get(context.getSystem());
        this.role = role;
        this.publish = publish;
        this.answers = context.messageAdapter(NodeDescription.class, Described::new);
        ActorRef<ClusterDomainEvent> events = context.messageAdapter(ClusterDomainEvent.class, Changed::new);
        cluster.subscriptions().tell(Subscribe.create(events.narrow(), MemberEvent.class));
        cluster.subscriptions().tell(Subscribe.create(events.narrow(), ReachabilityEvent.class));
        timers.startTimerWithFixedDelay(AskAgain.ASK_AGAIN, ASK_INTERVAL);
    }

    /**
     * The watcher of one balancer.
     *
     * @param role of the members to watch
     * @param described what nodes have said, by incarnation; outlives the watcher, so that the next one asks only who
     *     is new
     * @param publish gets each new list, on the actor's thread; must not block
     */
    public static Behavior<Command> create(
            String role, Map<Long, NodeDescription> described, Consumer<KnownMembers> publish) {
        return Behaviors.withTimers(
                timers -> Behaviors.setup(context -> new Membership(context, timers, role, described, publish)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Changed.class, changed -> refresh())
                .onMessage(Described.class, this::onDescribed)
                .onMessageEquals(AskAgain.ASK_AGAIN, this::refresh)
                .build();
    }

    private Behavior<Command> onDescribed(Described answer) {
        described.put(answer.node.incarnation(), answer.node);
        return refresh();
    }

    /** Compares with the membership as it is, rather than with single events, which may have come together. */
    private Behavior<Command> refresh() {
        if (!takesPart()) {
            // Who is not yet or no longer a member knows nothing of the others: what was published last stands.
            return this;
        }
        Map<Long, NodeDescription> present = new HashMap<>();
        List<NodeInfo> nodes = new ArrayList<>();
        boolean complete = true;
        for (Member member : cluster.state().getMembers()) {
            if (!member.hasRole(role)) {
                continue;
            }
            if (!isPresent(member.status())) {
                complete = complete && member.status() != MemberStatus.joining();
                continue;
            }
            UniqueAddress address = member.uniqueAddress();
            NodeDescription description = described.get(address.longUid());
            if (description == null) {
                complete = false;
                ask(address);
                continue;
            }
            present.put(address.longUid(), description);
            boolean fit = member.status() == MemberStatus.up()
                    && !cluster.state().getUnreachable().contains(member);
            nodes.add(new NodeInfo(
                    new NodeKey(description.name(), description.incarnation()),
                    new HostPort(description.trunkHost(), description.trunkPort()),
                    HostPort.of(address.address()),
                    fit));
        }
        described.keySet().retainAll(present.keySet());
        nodes.sort((left, right) -> left.key().compareTo(right.key()));
        KnownMembers members = new KnownMembers(nodes, complete);
        if (!members.equals(published)) {
            published = members;
            publish.accept(members);
        }
        return this;
    }

    private boolean takesPart() {
        return !cluster.isTerminated() && isPresent(cluster.selfMember().status());
    }

    private static boolean isPresent(MemberStatus status) {
        return status == MemberStatus.up()
                || status == MemberStatus.weaklyUp()
                || status == MemberStatus.leaving()
                || status == MemberStatus.exiting();
    }

    private void ask(UniqueAddress address) {
        ActorRef<DescribeNode> desk = ActorRefResolver.get(getContext().getSystem())
                .resolveActorRef(address.address() + "/system/" + DescribeNode.DESK);
        desk.tell(new DescribeNode(answers));
    }
}
