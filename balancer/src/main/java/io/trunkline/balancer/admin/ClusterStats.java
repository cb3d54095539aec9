package io.trunkline.balancer.admin;

import io.trunkline.balancer.cluster.SlotCounts;
import io.trunkline.protocol.control.MemberReport;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.ClusterEvent.CurrentClusterState;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.typed.Cluster;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the last reports of every member and answers with the view of the whole cluster.
 *
 * <p>A system actor named {@link MemberReport#RECEIVER_NAME}, where all members send their reports; these are
 * records of another module and therefore no {@link Command}.
 */
final class ClusterStats extends AbstractBehavior<Object> {

    /** What this actor is asked. */
    sealed interface Command {}

    /** Asks for the view of now; it is computed at most every {@link #FRESH}. */
    record GetView(ActorRef<ClusterView> replyTo) implements Command {}

    /** Who asks again within this time gets the same view: readers cannot make it work harder. */
    static final Duration FRESH = Duration.ofMillis(200);

    private final Supplier<List<Peer>> membership;
    private final LongSupplier nanoTime;
    private final ClusterBook book;
    private @Nullable ClusterView lastView;
    private long lastViewAt;

    /**
     * The actor of a running cluster member.
     *
     * @param self name of this balancer
     * @param slots where the slots are now, as this balancer sees it
     */
    static Behavior<Command> create(AdminSettings settings, String self, Supplier<SlotCounts> slots) {
        return Behaviors.setup(context -> {
            Cluster cluster = Cluster.get(context.getSystem());
            return create(settings, self, slots, () -> peers(cluster.state()), System::nanoTime)
                    .unsafeCast();
        });
    }

    static Behavior<Object> create(
            AdminSettings settings,
            String self,
            Supplier<SlotCounts> slots,
            Supplier<List<Peer>> membership,
            LongSupplier nanoTime) {
        return Behaviors.setup(
                context -> new ClusterStats(context, membership, nanoTime, new ClusterBook(settings, self, slots)));
    }

    private ClusterStats(
            ActorContext<Object> context, Supplier<List<Peer>> membership, LongSupplier nanoTime, ClusterBook book) {
        super(context);
        this.membership = membership;
        this.nanoTime = nanoTime;
        this.book = book;
    }

    @Override
    public Receive<Object> createReceive() {
        return newReceiveBuilder()
                .onMessage(MemberReport.class, this::onReport)
                .onMessage(GetView.class, this::onGetView)
                .build();
    }

    private Behavior<Object> onReport(MemberReport report) {
        book.membership(membership.get());
        book.report(report, nanoTime.getAsLong());
        return this;
    }

    private Behavior<Object> onGetView(GetView query) {
        long now = nanoTime.getAsLong();
        ClusterView view = lastView;
        if (view == null || now - lastViewAt >= FRESH.toNanos()) {
            book.membership(membership.get());
            view = book.view(now, Clock.systemUTC().instant());
            lastView = view;
            lastViewAt = now;
        }
        query.replyTo.tell(view);
        return this;
    }

    private static List<Peer> peers(CurrentClusterState state) {
        Set<Member> unreachable = state.getUnreachable();
        return StreamSupport.stream(state.getMembers().spliterator(), false)
                .map(member -> Peer.of(member, !unreachable.contains(member)))
                .toList();
    }
}
