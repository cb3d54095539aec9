package io.trunkline.node;

import io.trunkline.node.cluster.DrainingNodes;
import io.trunkline.node.cluster.HostedSlots;
import io.trunkline.node.cluster.SlotAllocation;
import io.trunkline.node.cluster.SlotKeeper;
import io.trunkline.node.session.Guests;
import io.trunkline.node.session.Session;
import io.trunkline.node.session.SessionHost;
import io.trunkline.protocol.session.SessionId;
import java.time.Duration;
import java.util.function.IntSupplier;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.ShardingMessageExtractor;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityContext;
import org.apache.pekko.cluster.typed.Cluster;

/** The sessions of a node: those that sharding places here, and the guests, whose slots are elsewhere. */
final class NodeSessions {

    /** How often a region that shuts down is looked at, how often at most, and how often it has to be empty. */
    private static final Duration EMPTY_CHECK = Duration.ofMillis(100);

    private static final int EMPTY_TRIES = 110;
    private static final int EMPTY_ENOUGH = 5;

    private final ActorSystem<?> system;
    private final NodeSettings settings;
    private final SessionHost host;
    private final HostedSlots slots;
    private final DrainingNodes draining;
    private final ActorRef<ShardingEnvelope<Session.Command>> region;
    private final Guests guests;
    private final ActorRef<Guests.Command> guestParent;
    private volatile boolean leaves;

    /** Starts sharding, and the parent of the guests. */
    NodeSessions(
            ActorSystem<?> system, NodeSettings settings, SessionHost host, HostedSlots slots, DrainingNodes draining) {
        this.system = system;
        this.settings = settings;
        this.host = host;
        this.slots = slots;
        this.draining = draining;
        this.region = startSharding();
        this.guests = new Guests(id -> session(id, () -> {}), dispatcher());
        this.guestParent = system.systemActorOf(guests.behavior(), "trunkline-guests", dispatcher());
    }

    private ActorRef<ShardingEnvelope<Session.Command>> startSharding() {
        Cluster cluster = Cluster.get(system);
        return ClusterSharding.get(system)
                .init(Entity.of(Session.TYPE, this::entity)
                        .withRole(Node.ROLE)
                        .withStopMessage(Session.HandOff.HAND_OFF)
                        .withEntityProps(dispatcher())
                        .withMessageExtractor(new BySlot(settings.session().slots()))
                        .withAllocationStrategy(new SlotAllocation(
                                cluster, draining, settings.session().slots(), settings.slots())));
    }

    private Props dispatcher() {
        return DispatcherSelector.fromConfig(settings.session().dispatcher());
    }

    private Behavior<Session.Command> entity(EntityContext<Session.Command> context) {
        String id = context.getEntityId();
        return SlotKeeper.isKeeper(id)
                ? SlotKeeper.create(SessionId.prefixSlot(id), slots, this::slotMoves)
                : session(id, () -> slots.left(SessionId.slotOf(id)));
    }

    private Behavior<Session.Command> session(String id, Runnable slotLeaves) {
        return Session.create(id, host, slotLeaves);
    }

    /**
     * Starts the slot at its next node at once: the region keeps the word until the coordinator has placed the slot. A
     * region that ends altogether would wait for that, so then the watch of another node does it.
     */
    private void slotMoves(int slot) {
        if (!leaves) {
            region.tell(new ShardingEnvelope<>(SlotKeeper.entityId(SessionId.slotPrefix(slot)), Session.Hold.HOLD));
        }
    }

    /** Opens a session, or binds it anew. */
    void open(String id, boolean guest, Session.Open open) {
        if (guest || guests.has(id)) {
            guestParent.tell(new Guests.Open(id, open));
        } else {
            region.tell(new ShardingEnvelope<>(id, open));
        }
    }

    ActorRef<ShardingEnvelope<Session.Command>> region() {
        return region;
    }

    int guests() {
        return guests.count();
    }

    /** From now on a slot that moves is left to the watch of another node. */
    void leave() {
        leaves = true;
    }

    boolean leaves() {
        return leaves;
    }

    /** Stops the region once no session and no slot is here. */
    void stopWhenEmpty(IntSupplier sessions) {
        stopWhenEmpty(sessions, 0, 0);
    }

    /**
     * A region that shuts down waits until its slots are gone, but also for the messages that it holds for slots
     * without a home, which there will never be when the last nodes leave together. Once nothing is hosted here, these
     * can only be words of a slot watch.
     */
    private void stopWhenEmpty(IntSupplier sessions, int tries, int quiet) {
        boolean empty = sessions.getAsInt() == 0 && slots.slots().size() == 0;
        if (empty && quiet == EMPTY_ENOUGH) {
            Adapter.toClassic(region).tell(PoisonPill.getInstance(), org.apache.pekko.actor.ActorRef.noSender());
        } else if (tries < EMPTY_TRIES) {
            system.scheduler()
                    .scheduleOnce(
                            EMPTY_CHECK,
                            () -> stopWhenEmpty(sessions, tries + 1, empty ? quiet + 1 : 0),
                            system.executionContext());
        }
    }

    /** Sessions and keepers belong to the slot that starts their id. */
    private static final class BySlot
            extends ShardingMessageExtractor<ShardingEnvelope<Session.Command>, Session.Command> {
        private final String[] names;

        BySlot(int slots) {
            this.names = new String[slots];
            for (int slot = 0; slot < slots; slot++) {
                names[slot] = String.valueOf(slot);
            }
        }

        @Override
        public String entityId(ShardingEnvelope<Session.Command> envelope) {
            return envelope.entityId();
        }

        @Override
        public String shardId(String entityId) {
            int slot = SessionId.prefixSlot(entityId);
            if (slot < 0 || slot >= names.length) {
                throw new IllegalArgumentException("no slot in " + entityId.length() + " characters of an entity id");
            }
            return names[slot];
        }

        @Override
        public Session.Command unwrapMessage(ShardingEnvelope<Session.Command> envelope) {
            return envelope.message();
        }
    }
}
