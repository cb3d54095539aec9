package io.trunkline.node.cluster;

import io.trunkline.node.session.Session;
import io.trunkline.protocol.session.SessionId;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent.MemberEvent;
import org.apache.pekko.cluster.ClusterEvent.MemberRemoved;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * Makes sure that every slot is hosted by a node: sharding starts a slot only when something is sent to it, so the
 * oldest node sends each slot's keeper a word every now and then, and at once when a member is gone.
 *
 * <p>The first round waits until the membership has been quiet for the settle time, so that a cluster whose nodes start
 * together spreads its slots once instead of moving most of them.
 */
public final class SlotWatch extends AbstractBehavior<SlotWatch.Command> {
    /** What the watch is told. */
    public sealed interface Command {}

    /** The node leaves: another one watches from now on. */
    public enum Stop implements Command {
        STOP
    }

    private enum Tick implements Command {
        TICK
    }

    private record Changed(MemberEvent event) implements Command {}

    private final Cluster cluster;
    private final String role;
    private final int slots;
    private final ActorRef<ShardingEnvelope<Session.Command>> region;
    private final TimerScheduler<Command> timers;
    private final SlotSettings settings;
    private final long startedNanos = System.nanoTime();

    private SlotWatch(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            String role,
            int slots,
            ActorRef<ShardingEnvelope<Session.Command>> region,
            SlotSettings settings) {
        super(context);
        this.cluster = Cluster.get(context.getSystem());
        this.role = role;
        this.slots = slots;
        this.region = region;
        this.timers = timers;
        this.settings = settings;
        cluster.subscriptions()
                .tell(Subscribe.create(context.messageAdapter(MemberEvent.class, Changed::new), MemberEvent.class));
        timers.startSingleTimer(Tick.TICK, settings.settle());
    }

    /**
     * The watch of one node.
     *
     * @param role of the members that host slots
     */
    public static Behavior<Command> create(
            String role, int slots, ActorRef<ShardingEnvelope<Session.Command>> region, SlotSettings settings) {
        return Behaviors.withTimers(
                timers -> Behaviors.setup(context -> new SlotWatch(context, timers, role, slots, region, settings)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Changed.class, this::onChanged)
                .onMessageEquals(Tick.TICK, this::onTick)
                .onMessageEquals(Stop.STOP, Behaviors::stopped)
                .build();
    }

    private Behavior<Command> onChanged(Changed changed) {
        if (changed.event instanceof MemberRemoved) {
            onTick();
        } else {
            timers.startSingleTimer(Tick.TICK, settings.settle());
        }
        return this;
    }

    private Behavior<Command> onTick() {
        if (isOldest() && isComplete()) {
            for (int slot = 0; slot < slots; slot++) {
                region.tell(new ShardingEnvelope<>(SlotKeeper.entityId(SessionId.slotPrefix(slot)), Session.Hold.HOLD));
            }
        }
        timers.startSingleTimer(Tick.TICK, settings.watchInterval());
        return this;
    }

    /** Whether the nodes are there that the first placing waits for, or have been waited for long enough. */
    private boolean isComplete() {
        if (System.nanoTime() - startedNanos > settings.expectedWithin().toNanos()) {
            return true;
        }
        int nodes = 0;
        for (Member member : cluster.state().getMembers()) {
            if (member.hasRole(role) && member.status() == MemberStatus.up()) {
                nodes++;
            }
        }
        return nodes >= settings.expectedNodes();
    }

    private boolean isOldest() {
        Member self = cluster.selfMember();
        if (self.status() != MemberStatus.up()) {
            return false;
        }
        for (Member member : cluster.state().getMembers()) {
            if (member.hasRole(role) && member.status() == MemberStatus.up() && member.isOlderThan(self)) {
                return false;
            }
        }
        return true;
    }
}
