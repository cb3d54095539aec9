package io.trunkline.balancer.trunk;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.EventLoop;
import io.trunkline.balancer.assign.Assignment;
import io.trunkline.balancer.assign.ByAffinity;
import io.trunkline.balancer.assign.ClientKey;
import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.balancer.assign.NodeView;
import io.trunkline.balancer.assign.Placement;
import io.trunkline.balancer.assign.Placement.Move;
import io.trunkline.balancer.assign.Placement.Place;
import io.trunkline.balancer.assign.Policy;
import io.trunkline.balancer.cluster.KnownMembers;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.refusal.Reason;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Everything one event loop has to do with the members at the far ends of its trunks: the links to them, the placement
 * of clients on them, and who waits for one or should move. Belongs to the event loop; a client and its stream never
 * leave it.
 */
public final class LoopTrunks {
    /** How often it is looked for nodes that were full, and for guests that may go home. */
    private static final Duration TICK = Duration.ofMillis(250);

    private final EventLoop loop;
    private final Members members;
    private final Placement placement;
    private final WaitingRoom room;
    private final Links links;
    private final GuestList guests = new GuestList();
    private boolean stale;
    private boolean complete;

    LoopTrunks(EventLoop loop, Members members, Policy policy, Bootstrap bootstrap) {
        this.loop = loop;
        this.members = members;
        this.placement = new Placement(policy);
        this.room = new WaitingRoom(loop, () -> view().takesKnown());
        this.links = new Links(loop, members, bootstrap, room, this::changed);
        members.slots().listen(() -> {
            if (!loop.isShuttingDown()) {
                loop.execute(this::changed);
            }
        });
    }

    /** Looks again and again at what waits for nodes, and at guests; from any thread. */
    void start() {
        loop.scheduleWithFixedDelay(
                () -> {
                    retryWaiters();
                    sendHome();
                },
                TICK.toMillis(),
                TICK.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** The nodes that are members now. */
    void update(KnownMembers known) {
        complete = known.complete();
        links.update(known.nodes());
    }

    /** Something that the view is made of has changed. */
    private void changed() {
        stale = true;
        guests.homesChanged();
        room.wake();
    }

    private NodeView view() {
        if (stale) {
            stale = false;
            placement.view(links.view());
            members.seen(loop, placement.view());
        }
        return placement.view();
    }

    private Placement placement() {
        view();
        return placement;
    }

    // --- where clients and sessions go

    /** The event loop of these trunks. */
    public EventLoop loop() {
        return loop;
    }

    /** A place for a new client that waits since then, or null; see {@link Placement#assign}. */
    public @Nullable Assignment assign(ClientKey client, long sinceNanos) {
        return placement().assign(client, System.nanoTime() - sinceNanos);
    }

    /** Whether the node does not host the slot that it was assigned with. */
    public boolean isGuest(Assignment place) {
        return placement().isGuest(place);
    }

    /** The slot of an {@linkplain ClientKey#affinity affinity}; -1 while it is not known how many there are. */
    public int slotOf(String affinity) {
        int slots = members.slots().slots();
        return slots == 0 ? -1 : ByAffinity.slotOf(affinity, slots);
    }

    /** A place for a session that was open before, or null; see {@link Placement#place}. */
    public @Nullable Place place(int slot, boolean lost, long sinceNanos) {
        return placement().place(slot, home(slot), lost, sinceNanos, System.nanoTime());
    }

    /** Whether a guest at {@code host} should go; see {@link Placement#move}. */
    public boolean shouldGo(int slot, NodeKey host) {
        Move move = placement().move(home(slot), links.to(host));
        if (move == Move.ASK_AGAIN) {
            guests.homesChanged();
        }
        return move == Move.GO;
    }

    private @Nullable TrunkLink home(int slot) {
        return links.to(members.slots().owner(slot));
    }

    /**
     * Why there is no place: everybody is full, or nobody is there.
     *
     * @param known whether for a session that was open before
     */
    public Reason whyNone(boolean known) {
        NodeView now = view();
        boolean allFull = known
                ? (now.hasNodes() || now.hasGuestHosts()) && !now.takesKnown()
                : now.hasNodes() && !now.takesNew();
        return allFull ? Reason.ALL_FULL : Reason.NO_NODE;
    }

    void othersMayHaveJoined() {
        complete = false;
    }

    /** Whether there are no members but {@link #members}. */
    public boolean knowsAllMembers() {
        return complete;
    }

    // --- who waits, and who is elsewhere

    /** Calls the waiter at the next change; it may then wait again. One that waits already takes its turn anew. */
    public void await(Waiter waiter) {
        room.add(waiter);
    }

    /** The waiter waits no more. */
    public void forget(Waiter waiter) {
        room.remove(waiter);
    }

    /** How many wait. */
    int waiting() {
        return room.size();
    }

    /** Lets every waiter try again; called at changes and, for nodes that were full, once in a while. */
    public void retryWaiters() {
        room.retry();
    }

    /** The guest will be asked to go home when its slot has one, until it {@linkplain #unregister leaves}. */
    public void register(Guest guest) {
        guests.add(guest);
    }

    /** The session is a guest no more. */
    public void unregister(Guest guest) {
        guests.remove(guest);
    }

    /** Asks some guests to go home, a bounded number at each call; called once in a while. */
    public void sendHome() {
        guests.sendHome();
    }

    // --- streams

    /** The members at the far ends of these trunks, whether or not they can be reached now. */
    public Set<NodeKey> members() {
        return links.nodes();
    }

    /** Whether streams can be opened to this member now. */
    public boolean reaches(NodeKey member) {
        return links.trunk(member) != null;
    }

    /** Opens a session's stream; null when the trunk was lost a moment ago, or too much is being opened. */
    public @Nullable EdgeStream open(NodeKey node, Binding binding, StreamListener listener) {
        EdgeTrunk trunk = trunkTo(node);
        return trunk == null ? null : trunk.open(binding, listener);
    }

    /** Asks another balancer for something of a session; null when it cannot be asked now, as for {@link #open}. */
    public @Nullable EdgeStream ask(NodeKey peer, String session, String what, Bytes head, StreamListener listener) {
        EdgeTrunk trunk = trunkTo(peer);
        return trunk == null ? null : trunk.ask(session, what, head, listener);
    }

    private @Nullable EdgeTrunk trunkTo(NodeKey member) {
        return room.mayOpen() ? links.trunk(member) : null;
    }

    @Nullable
    TrunkLink link(NodeKey node) {
        return links.to(node);
    }

    /** Round trips of this loop's trunks in nanoseconds, by node; 0 where none is open. */
    Map<NodeKey, Long> roundTrips() {
        return links.roundTrips();
    }
}
