package io.trunkline.node;

import io.trunkline.node.cluster.DrainingNodes;
import io.trunkline.node.cluster.HostedSlots;
import io.trunkline.node.cluster.NodeDesk;
import io.trunkline.node.cluster.OtherNodes;
import io.trunkline.node.cluster.SlotAllocation;
import io.trunkline.node.cluster.SlotDrain;
import io.trunkline.node.cluster.SlotKeeper;
import io.trunkline.node.cluster.SlotWatch;
import io.trunkline.node.events.NodeEvents;
import io.trunkline.node.mcp.McpServer;
import io.trunkline.node.session.Guests;
import io.trunkline.node.session.Session;
import io.trunkline.node.session.SessionHost;
import io.trunkline.node.session.Unclaimed;
import io.trunkline.node.tasks.SharedTasks;
import io.trunkline.node.tasks.cluster.TaskDesk;
import io.trunkline.node.tasks.cluster.TaskDrain;
import io.trunkline.node.tasks.cluster.TaskRoutes;
import io.trunkline.node.trunk.NodeTrunks;
import io.trunkline.node.trunk.SessionCeiling;
import io.trunkline.protocol.control.DescribeNode;
import io.trunkline.protocol.control.NodeDescription;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.member.HostPort;
import io.trunkline.protocol.member.Lives;
import io.trunkline.protocol.member.MemberAddresses;
import io.trunkline.protocol.member.MemberSettings;
import io.trunkline.protocol.member.Metrics;
import io.trunkline.protocol.member.Readiness;
import io.trunkline.protocol.member.StartException;
import io.trunkline.protocol.member.Vitals;
import io.trunkline.protocol.session.SessionId;
import io.trunkline.protocol.trunk.ClusterSecret;
import io.trunkline.protocol.trunk.TrunkIdentity;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.ShardingMessageExtractor;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityContext;
import org.apache.pekko.cluster.typed.Cluster;

/** A node, wired: sharding places the sessions, trunks feed them, the desk tells balancers where the trunks end. */
public final class Node {
    /** The role of nodes in the cluster. */
    public static final String ROLE = "node";

    private static final Duration BIND_DEADLINE = Duration.ofSeconds(10);

    /** For the way of a session's last words, after the deadline by which it says them. */
    private static final Duration DRAIN_MARGIN = Duration.ofSeconds(2);

    /** How often a region that shuts down is looked at, how often at most, and how often it has to be empty. */
    private static final Duration EMPTY_CHECK = Duration.ofMillis(100);

    private static final int EMPTY_TRIES = 110;
    private static final int EMPTY_ENOUGH = 5;

    private final HostedSlots slots = new HostedSlots();
    private final DrainingNodes draining;
    private final ActorSystem<?> system;
    private final MemberSettings member;
    private final NodeSettings settings;
    private final SessionHost sessionHost;
    private final NodeTrunks trunks;
    private final ActorRef<ShardingEnvelope<Session.Command>> region;
    private final Guests guests;
    private final ActorRef<Guests.Command> guestParent;
    private final HostPort trunkAddress;
    private final SharedTasks tasks;
    private final TaskRoutes taskRoutes;
    private volatile boolean drains;
    private volatile boolean leaves;

    private Node(
            ActorSystem<?> system, MemberSettings member, NodeSettings settings, McpServer server, Metrics metrics) {
        this.system = system;
        this.member = member;
        this.settings = settings;
        SessionCeiling ceiling = new SessionCeiling(settings.trunk(), this::nodes);
        this.sessionHost =
                new SessionHost(member.name(), server, settings.session(), this::offer, new Unclaimed(ceiling));
        this.draining = new DrainingNodes(this::incarnations);
        this.region = startSharding();
        this.guests = new Guests(id -> session(id, () -> {}), dispatcher());
        this.guestParent = system.systemActorOf(guests.behavior(), "trunkline-guests", dispatcher());
        this.trunks = new NodeTrunks(
                settings.trunk(), ceiling, identity(), slots, this::openSession, server.memory(), metrics);
        this.trunkAddress = bindTrunks();
        system.systemActorOf(MemberAddresses.create(trunks::members), "trunkline-member-addresses", Props.empty());
        metrics.vitals(new NodeVitals());
        metrics.gauge("trunkline.trunks", Map.of(), trunks::size);
        metrics.gauge(
                "trunkline.sessions.unclaimed",
                Map.of(),
                () -> sessionHost.unclaimed().count());
        metrics.gauge("trunkline.guests", Map.of(), guests::count);
        metrics.gauge("trunkline.slots", Map.of(), () -> slots.slots().size());
        startDesk(server);
        OtherNodes others = new OtherNodes(system, ROLE);
        server.tellOthers(others);
        server.guard().tellOthers(others::tell);
        this.tasks = server.sharedTasks();
        this.taskRoutes = new TaskRoutes(system, ROLE, region, slots);
        startTasks(metrics);
        drainOnShutdown(startSlotWatch());
    }

    /**
     * Starts everything a node has on a member's actor system, which may still be joining.
     *
     * @throws StartException when the trunk port cannot be bound
     */
    public static Node start(
            ActorSystem<?> system, MemberSettings member, NodeSettings settings, McpServer server, Metrics metrics) {
        return new Node(system, member, settings, server, metrics);
    }

    /** Where trunks end. */
    public HostPort trunkAddress() {
        return trunkAddress;
    }

    /** Sessions on this node now. */
    public int sessions() {
        return trunks.count().all();
    }

    private ActorRef<ShardingEnvelope<Session.Command>> startSharding() {
        Cluster cluster = Cluster.get(system);
        return ClusterSharding.get(system)
                .init(Entity.of(Session.TYPE, this::entity)
                        .withRole(ROLE)
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
        return Session.create(id, sessionHost, slotLeaves);
    }

    private void offer(String session, int epoch, Bytes checkpoint) {
        trunks.offer(new Frame.Orphan(session, epoch, checkpoint));
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

    private void openSession(String id, boolean guest, Session.Open open) {
        if (guest || guests.has(id)) {
            guestParent.tell(new Guests.Open(id, open));
        } else {
            region.tell(new ShardingEnvelope<>(id, open));
        }
    }

    private TrunkIdentity identity() {
        Frame.Welcome welcome = new Frame.Welcome(
                settings.session().slots(),
                settings.trunk().sessionLimit(),
                settings.trunk().window());
        return new TrunkIdentity(
                member.name(), incarnation(), new ClusterSecret(member.secret().value()), welcome);
    }

    private long incarnation() {
        return Cluster.get(system).selfMember().uniqueAddress().longUid();
    }

    /** How many nodes the cluster has, those that are out of reach or about to leave included. */
    private int nodes() {
        int nodes = 0;
        for (Member other : Cluster.get(system).state().getMembers()) {
            nodes += other.hasRole(ROLE) && other.status() != MemberStatus.joining() ? 1 : 0;
        }
        return nodes;
    }

    private Set<Long> incarnations() {
        Set<Long> incarnations = new HashSet<>();
        Cluster.get(system)
                .state()
                .getMembers()
                .forEach(other -> incarnations.add(other.uniqueAddress().longUid()));
        return incarnations;
    }

    private HostPort bindTrunks() {
        String host = member.network().host();
        try {
            InetSocketAddress bound = trunks.bind(host)
                    .toCompletableFuture()
                    .orTimeout(BIND_DEADLINE.toSeconds(), TimeUnit.SECONDS)
                    .join();
            return new HostPort(member.network().advertisedHost(), bound.getPort());
        } catch (CompletionException e) {
            trunks.close();
            String address = host + ":" + settings.trunk().port();
            throw StartException.notBound("trunk", address, "TRUNKLINE_TRUNK_PORT", e);
        }
    }

    private void startDesk(McpServer server) {
        NodeDescription description =
                new NodeDescription(member.name(), incarnation(), trunkAddress.host(), trunkAddress.port());
        system.systemActorOf(
                NodeDesk.create(description, draining, server::changedElsewhere, server.guard()::toldElsewhere),
                DescribeNode.DESK,
                Props.empty());
    }

    private void startTasks(Metrics metrics) {
        Behavior<TaskDesk.Command> desk = TaskDesk.create(tasks, slots, taskRoutes, member.name(), () -> drains);
        system.systemActorOf(desk, TaskDesk.NAME, Props.empty());
        tasks.connect(taskRoutes);
        metrics.gauge("trunkline.tasks.held", Map.of(), tasks::count);
        metrics.gauge("trunkline.tasks.running", Map.of(), tasks::running);
    }

    private ActorRef<SlotWatch.Command> startSlotWatch() {
        Behavior<SlotWatch.Command> watch =
                SlotWatch.create(ROLE, settings.session().slots(), region, settings.slots());
        return system.systemActorOf(watch, "trunkline-slot-watch", Props.empty());
    }

    private void drainOnShutdown(ActorRef<SlotWatch.Command> watch) {
        CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
        shutdown.addTask(CoordinatedShutdown.PhaseServiceUnbind(), "trunks-drain", () -> {
            if (Lives.endsAsDowned(system)) {
                // Its sessions live elsewhere: not a word more.
                leaves = true;
                watch.tell(SlotWatch.Stop.STOP);
                return trunks.close().thenApply(ended -> Done.getInstance());
            }
            drains = true;
            NodeEvents.draining(slots.slots().size(), sessions());
            trunks.drain("the node leaves");
            return CompletableFuture.completedFuture(Done.getInstance());
        });
        shutdown.addTask(
                CoordinatedShutdown.PhaseServiceRequestsDone(),
                "slots-drain",
                () -> leaves ? CompletableFuture.completedFuture(Done.getInstance()) : drainThenLeave(watch));
        shutdown.addTask(CoordinatedShutdown.PhaseClusterShardingShutdownRegion(), "region-stop", () -> {
            stopRegionWhenEmpty(0, 0);
            return CompletableFuture.completedFuture(Done.getInstance());
        });
        // After the shard region has handed its slots off: the sessions' last words go through the trunks.
        shutdown.addTask(
                CoordinatedShutdown.PhaseClusterShutdown(),
                "trunks-close",
                () -> trunks.close().thenApply(ended -> Done.getInstance()));
    }

    private CompletionStage<Done> drainThenLeave(ActorRef<SlotWatch.Command> watch) {
        CompletableFuture<SlotDrain.Outcome> slotsDrained = drainSlots();
        // Until the tasks are drained, too, slots of other nodes may have to be placed, and this may be who sees to it.
        return slotsDrained.thenCombine(drainTasks(slotsDrained), (outcome, tasksDrained) -> {
            leaves = true;
            // Its words would start again the slots that the region hands off now.
            watch.tell(SlotWatch.Stop.STOP);
            return Done.getInstance();
        });
    }

    private CompletableFuture<SlotDrain.Outcome> drainSlots() {
        long start = System.nanoTime();
        CompletableFuture<SlotDrain.Outcome> drained = new CompletableFuture<>();
        Behavior<SlotDrain.Command> drain = SlotDrain.create(
                ROLE,
                draining,
                new NodeLoad(),
                new SlotDrain.Deadlines(
                        member.shutdown().drain(), settings.session().handOff().plus(DRAIN_MARGIN)),
                drained);
        system.systemActorOf(drain, "trunkline-slot-drain", Props.empty());
        return drained.whenComplete((outcome, failure) ->
                NodeEvents.drained(outcome, slots.slots().size(), sessions(), (System.nanoTime() - start) / 1_000_000));
    }

    /** When the process ends, its tasks end with it; in another life they would still be here. */
    private CompletableFuture<Done> drainTasks(CompletableFuture<SlotDrain.Outcome> slotsDrained) {
        if (!Lives.endsAsAsked(system)) {
            return CompletableFuture.completedFuture(Done.getInstance());
        }
        long start = System.nanoTime();
        CompletableFuture<Integer> handedOver = new CompletableFuture<>();
        Behavior<TaskDrain.Command> drain = TaskDrain.create(
                tasks,
                slots,
                taskRoutes,
                draining,
                slotsDrained::isDone,
                member.shutdown().drain(),
                handedOver);
        system.systemActorOf(drain, "trunkline-task-drain", Props.empty());
        return handedOver.thenApply(count -> {
            NodeEvents.tasksDrained(count, tasks.count(), (System.nanoTime() - start) / 1_000_000);
            return Done.getInstance();
        });
    }

    private final class NodeLoad implements SlotDrain.Load {
        @Override
        public int slots() {
            return slots.slots().size();
        }

        @Override
        public int sessions() {
            return Node.this.sessions();
        }
    }

    /**
     * A region that shuts down waits until its slots are gone, but also for the messages that it holds for slots without a
     * home, which there will never be when the last nodes leave together. Once nothing is hosted here, these can only be
     * words of a slot watch.
     */
    private void stopRegionWhenEmpty(int tries, int quiet) {
        boolean empty = sessions() == 0 && slots.slots().size() == 0;
        if (empty && quiet == EMPTY_ENOUGH) {
            Adapter.toClassic(region).tell(PoisonPill.getInstance(), org.apache.pekko.actor.ActorRef.noSender());
        } else if (tries < EMPTY_TRIES) {
            system.scheduler()
                    .scheduleOnce(
                            EMPTY_CHECK,
                            () -> stopRegionWhenEmpty(tries + 1, empty ? quiet + 1 : 0),
                            system.executionContext());
        }
    }

    private final class NodeVitals implements Vitals {
        @Override
        public long connections() {
            return sessions();
        }

        @Override
        public long limit() {
            return settings.trunk().sessionLimit();
        }

        @Override
        public Readiness readiness() {
            if (drains) {
                return Readiness.DRAINING;
            }
            if (slots.slots().size() == 0) {
                return Readiness.WAITING;
            }
            return sessions() < limit() ? Readiness.READY : Readiness.FULL;
        }

        @Override
        public Map<String, String> endpoints() {
            return Map.of("trunk", trunkAddress.toString());
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
