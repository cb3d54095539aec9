package io.trunkline.node;

import io.trunkline.node.cluster.DrainingNodes;
import io.trunkline.node.cluster.HostedSlots;
import io.trunkline.node.cluster.NodeDesk;
import io.trunkline.node.cluster.OtherNodes;
import io.trunkline.node.cluster.SlotDrain;
import io.trunkline.node.cluster.SlotWatch;
import io.trunkline.node.events.NodeEvents;
import io.trunkline.node.mcp.McpServer;
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
import io.trunkline.protocol.member.StartException;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.trunk.ClusterSecret;
import io.trunkline.protocol.trunk.TrunkIdentity;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;

/** A node, wired: sharding places the sessions, trunks feed them, the desk tells balancers where the trunks end. */
public final class Node {
    /** The role of nodes in the cluster. */
    public static final String ROLE = "node";

    private static final CompletableFuture<Done> DONE = CompletableFuture.completedFuture(Done.getInstance());

    private static final Duration BIND_DEADLINE = Duration.ofSeconds(10);

    /** For the last frames of a session to arrive, after the deadline by which it sends them. */
    private static final Duration DRAIN_MARGIN = Duration.ofSeconds(2);

    private final HostedSlots slots = new HostedSlots();
    private final DrainingNodes draining;
    private final ActorSystem<?> system;
    private final MemberSettings member;
    private final NodeSettings settings;
    private final NodeTrunks trunks;
    private final NodeSessions sessions;
    private final HostPort trunkAddress;
    private final NodeVitals vitals;
    private final SharedTasks tasks;
    private final TaskRoutes taskRoutes;
    private volatile boolean drains;

    private Node(
            ActorSystem<?> system, MemberSettings member, NodeSettings settings, McpServer server, Metrics metrics) {
        this.system = system;
        this.member = member;
        this.settings = settings;
        SessionCeiling ceiling = new SessionCeiling(settings.trunk(), this::nodes);
        Unclaimed unclaimed = new Unclaimed(ceiling);
        SessionHost host = new SessionHost(member.name(), server, settings.session(), this::offer, unclaimed);
        this.draining = new DrainingNodes(this::incarnations);
        this.sessions = new NodeSessions(system, settings, host, slots, draining);
        this.trunks =
                new NodeTrunks(settings.trunk(), ceiling, identity(), slots, sessions::open, server.memory(), metrics);
        this.trunkAddress = bindTrunks();
        this.vitals =
                new NodeVitals(trunks.count()::all, settings.trunk().sessionLimit(), slots, trunkAddress, () -> drains);
        system.systemActorOf(MemberAddresses.create(trunks::members), "trunkline-member-addresses", Props.empty());
        metrics.vitals(vitals);
        metrics.gauge("trunkline.trunks", Map.of(), trunks::size);
        metrics.gauge("trunkline.sessions.unclaimed", Map.of(), unclaimed::count);
        metrics.gauge("trunkline.guests", Map.of(), sessions::guests);
        metrics.gauge("trunkline.slots", Map.of(), () -> slots.slots().size());
        startDesk(server);
        OtherNodes others = new OtherNodes(system, ROLE);
        server.tellOthers(others);
        server.guard().tellOthers(others::tell);
        this.tasks = server.sharedTasks();
        this.taskRoutes = new TaskRoutes(system, ROLE, sessions.region(), slots);
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

    private void offer(String session, int epoch, Bytes checkpoint) {
        trunks.offer(new Frame.Orphan(session, epoch, checkpoint));
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
        return StreamSupport.stream(Cluster.get(system).state().getMembers().spliterator(), false)
                .map(other -> other.uniqueAddress().longUid())
                .collect(Collectors.toSet());
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
                SlotWatch.create(ROLE, settings.session().slots(), sessions.region(), settings.slots());
        return system.systemActorOf(watch, "trunkline-slot-watch", Props.empty());
    }

    private void drainOnShutdown(ActorRef<SlotWatch.Command> watch) {
        CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
        shutdown.addTask(CoordinatedShutdown.PhaseServiceUnbind(), "trunks-drain", () -> {
            if (Lives.endsAsDowned(system)) {
                // Its sessions live elsewhere: nothing more is sent.
                sessions.leave();
                watch.tell(SlotWatch.Stop.STOP);
                return trunks.close().thenApply(ended -> Done.getInstance());
            }
            drains = true;
            NodeEvents.draining(slots.slots().size(), sessions());
            trunks.drain("the node leaves");
            return DONE;
        });
        shutdown.addTask(
                CoordinatedShutdown.PhaseServiceRequestsDone(),
                "slots-drain",
                () -> sessions.leaves() ? DONE : drainThenLeave(watch));
        shutdown.addTask(CoordinatedShutdown.PhaseClusterShardingShutdownRegion(), "region-stop", () -> {
            sessions.stopWhenEmpty(trunks.count()::all);
            return DONE;
        });
        // After the shard region has handed its slots off: the sessions' last words go through the trunks.
        shutdown.addTask(
                CoordinatedShutdown.PhaseClusterShutdown(),
                "trunks-close",
                () -> trunks.close().thenApply(ended -> Done.getInstance()));
    }

    private CompletionStage<Done> drainThenLeave(ActorRef<SlotWatch.Command> watch) {
        CompletableFuture<SlotDrain.Outcome> slotsDrained = drainSlots();
        // Until the tasks are drained, too, slots of other nodes may have to be placed, perhaps by this node's watch.
        return slotsDrained.thenCombine(drainTasks(slotsDrained), (outcome, tasksDrained) -> {
            sessions.leave();
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
                vitals,
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
            return DONE;
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
}
