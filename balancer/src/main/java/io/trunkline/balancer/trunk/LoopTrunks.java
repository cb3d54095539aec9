package io.trunkline.balancer.trunk;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.EventLoop;
import io.trunkline.balancer.assign.Assignment;
import io.trunkline.balancer.assign.ByAffinity;
import io.trunkline.balancer.assign.ClientKey;
import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.balancer.assign.NodeView;
import io.trunkline.balancer.cluster.NodeInfo;
import io.trunkline.balancer.cluster.SlotTable;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.session.SlotSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Everything one event loop has to do with nodes: a link to each, a view of those that may get clients, and the clients
 * that wait for one. Belongs to the event loop; a client and its stream never leave it.
 */
public final class LoopTrunks {
    /** A client that waits for a node. */
    public interface Waiter {
        /** Something has changed: try again, or {@link #await} again. May come once more after {@link #forget}. */
        void retry();

        /** Whether it is a session that was open before; then it takes its turn by its activity, before all that are new. */
        default boolean known() {
            return false;
        }

        /** When its client was active last; whoever was lately is asked first. */
        default long activeNanos() {
            return 0;
        }
    }

    /** A session that is not where its slot is. */
    public interface Guest {
        /** Goes home if its home is elsewhere and it is not on its way yet; returns whether it sets out now. */
        boolean goHome();
    }

    /**
     * A place for a session that was open before.
     *
     * @param guest whether the node does not host the session's slot
     */
    public record Place(NodeKey node, boolean guest) {}

    /** Sessions that are being opened at one time, so that those of a lost node do not topple the others. */
    static final int MAX_OPENING = 512;

    /** Guests that are sent home at one time, every quarter of a second. */
    private static final int MAX_HOMEWARD = 250;

    /**
     * How long a session that was asked to move waits for its slot before it goes elsewhere as a guest, in nanoseconds: a
     * slot moves in some tens of milliseconds, unless a slow request of another session holds it.
     */
    private static final long MOVE_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private final EventLoop loop;
    private final Trunks shared;
    private final Bootstrap bootstrap;
    private final Map<NodeKey, TrunkLink> links = new TreeMap<>();
    private final WaitingRoom waiters = new WaitingRoom();
    private final Set<Guest> guests = new LinkedHashSet<>();
    private NodeView view = NodeView.EMPTY;
    private @Nullable NodeView withGuests;
    private boolean stale;
    private boolean refreshing;
    private boolean held;
    private boolean homesChanged;
    private int opening;

    LoopTrunks(EventLoop loop, Trunks shared, Bootstrap bootstrap) {
        this.loop = loop;
        this.shared = shared;
        this.bootstrap = bootstrap;
        shared.slots().listen(() -> {
            if (!loop.isShuttingDown()) {
                loop.execute(this::changed);
            }
        });
    }

    // --- what links need

    EdgeTrunkSettings settings() {
        return shared.settings();
    }

    SlotTable slots() {
        return shared.slots();
    }

    EdgeHandshake handshake(NodeKey node) {
        return shared.handshake(node);
    }

    void lost(NodeInfo node) {
        shared.lost(node);
    }

    void replaced(NodeInfo node) {
        shared.replaced(node);
    }

    void stale() {
        shared.stale();
    }

    void orphan(Frame.Orphan orphan) {
        shared.orphan(loop, orphan);
    }

    void opening(int streams) {
        opening += streams;
        if (held && opening <= MAX_OPENING / 2 && !refreshing) {
            refreshing = true;
            loop.execute(this::retryWaiters);
        }
    }

    /** Something that the view is made of has changed. */
    void changed() {
        stale = true;
        homesChanged = true;
        if (!refreshing) {
            refreshing = true;
            loop.execute(this::retryWaiters);
        }
    }

    /** The nodes that are members now. */
    void update(List<NodeInfo> nodes) {
        Map<NodeKey, NodeInfo> present = new HashMap<>();
        nodes.forEach(node -> present.put(node.key(), node));
        List<TrunkLink> gone = new ArrayList<>();
        links.forEach((key, link) -> {
            if (!present.containsKey(key)) {
                gone.add(link);
            }
        });
        gone.forEach(link -> {
            links.remove(link.node());
            link.close();
        });
        for (NodeInfo node : nodes) {
            TrunkLink link = links.get(node.key());
            if (link != null) {
                link.update(node);
            } else {
                TrunkLink fresh = new TrunkLink(this, loop, bootstrap, node, shared.load(node.key()));
                links.put(node.key(), fresh);
                fresh.connect();
            }
        }
        changed();
    }

    // --- what clients need

    /** The event loop of these trunks. */
    public EventLoop loop() {
        return loop;
    }

    /**
     * A place for a new client by the balancer's policy, or null when there is none now. While no node hosts a slot, or
     * nobody has hosted the client's own for a while, that is a place as a {@linkplain #isGuest guest}.
     *
     * @param sinceNanos since when the client waits
     */
    public @Nullable Assignment assign(ClientKey client, long sinceNanos) {
        NodeView now = view();
        Assignment place = shared.policy().assign(client, now);
        if (place != null || (!now.candidates().isEmpty() && System.nanoTime() - sinceNanos < MOVE_PATIENCE_NANOS)) {
            return place;
        }
        NodeView all = withGuests;
        if (all == null) {
            all = now.withGuests();
            withGuests = all;
        }
        return all == now ? null : shared.policy().assign(client, all);
    }

    /** Whether the node does not host the slot that it was assigned with. */
    public boolean isGuest(Assignment place) {
        NodeView.Candidate owner = view().owner(place.slot());
        return owner == null || !owner.key().equals(place.node());
    }

    /** The slot of an {@linkplain ClientKey#affinity affinity}; -1 while it is not known how many there are. */
    public int slotOf(String affinity) {
        int slots = slots().slots();
        return slots == 0 ? -1 : ByAffinity.slotOf(affinity, slots);
    }

    /**
     * Where a session that was open before goes on: on the node that hosts its slot, or as a guest on another one when
     * that node is gone. Null when it has to wait: for a trunk that was lost a moment ago, for a slot that is about to
     * move, or because everybody is full.
     *
     * @param lost whether the session was cut off rather than asked to move
     * @param sinceNanos when it was
     */
    public @Nullable Place place(int slot, boolean lost, long sinceNanos) {
        long now = System.nanoTime();
        NodeKey home = slots().owner(slot);
        TrunkLink link = home == null ? null : links.get(home);
        if (link != null && link.ready() != null && !link.load().atCeiling()) {
            return new Place(link.node(), false);
        }
        boolean homeIsGone = link == null ? lost : link.absent(now);
        if (!homeIsGone && now - sinceNanos < MOVE_PATIENCE_NANOS) {
            return null;
        }
        NodeView.Candidate host = view().guestHost(slot);
        return host == null ? null : new Place(host.key(), true);
    }

    /** Whether a guest at {@code host} should go: home, when that is another node that takes it, or away from one that drains. */
    public boolean shouldGo(int slot, NodeKey host) {
        NodeKey home = slots().owner(slot);
        TrunkLink link = home == null || home.equals(host) ? null : links.get(home);
        if (link != null) {
            boolean open = link.ready() != null;
            if (open && link.load().atCeiling()) {
                // Room there is no change that would make the guests be asked again.
                homesChanged = true;
                return false;
            }
            return open;
        }
        TrunkLink at = links.get(host);
        return at != null && at.draining() && view().hasGuestHosts();
    }

    /** The guest will be asked to go home when its slot has one, until it {@linkplain #unregister leaves}. */
    public void register(Guest guest) {
        guests.add(guest);
        homesChanged = true;
    }

    /** The session is a guest no more. */
    public void unregister(Guest guest) {
        guests.remove(guest);
    }

    /** Asks some guests to go home, a bounded number at each call; called once in a while. */
    public void sendHome() {
        if (!homesChanged) {
            return;
        }
        homesChanged = false;
        int sent = 0;
        for (Guest guest : List.copyOf(guests)) {
            if (sent >= MAX_HOMEWARD) {
                homesChanged = true;
                return;
            }
            if (guest.goHome()) {
                sent++;
            }
        }
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

    /** The members at the far ends of these trunks, whether or not they can be reached now. */
    public Set<NodeKey> members() {
        return links.keySet();
    }

    /** Whether streams can be opened to this member now. */
    public boolean reaches(NodeKey member) {
        TrunkLink link = links.get(member);
        return link != null && link.ready() != null;
    }

    /** Opens a session's stream; null when the trunk was lost a moment ago, or when too much is being opened. */
    public @Nullable EdgeStream open(NodeKey node, Binding binding, StreamListener listener) {
        if (opening >= MAX_OPENING) {
            held = true;
            return null;
        }
        TrunkLink link = links.get(node);
        EdgeTrunk trunk = link == null ? null : link.ready();
        return trunk == null ? null : trunk.open(binding, listener);
    }

    /** Calls the waiter at the next change; it may then wait again. One that waits already takes its turn anew. */
    public void await(Waiter waiter) {
        waiters.add(waiter);
    }

    /** The waiter waits no more. */
    public void forget(Waiter waiter) {
        waiters.remove(waiter);
    }

    /** How many wait. */
    int waiting() {
        return waiters.size();
    }

    @Nullable
    TrunkLink link(NodeKey node) {
        return links.get(node);
    }

    /** Round trips of this loop's trunks in nanoseconds, by node; 0 where none is open. */
    Map<NodeKey, Long> roundTrips() {
        Map<NodeKey, Long> trips = new HashMap<>();
        links.forEach((key, link) -> trips.put(key, link.roundTripNanos()));
        return trips;
    }

    /** Lets every waiter try again; called at changes and, for nodes that were full, once in a while. */
    public void retryWaiters() {
        refreshing = false;
        held = false;
        NodeView now = view();
        // Thousands may wait for long: without room for any of them nobody is asked.
        if (now.takesKnown()) {
            for (Waiter waiter : waiters.known()) {
                if (held || !now.takesKnown()) {
                    break;
                }
                waiters.remove(waiter);
                waiter.retry();
            }
        }
        for (Waiter waiter : waiters.fresh()) {
            if (held) {
                // The rest goes on when some of what is being opened is open: nodes should not be toppled.
                return;
            }
            waiters.remove(waiter);
            waiter.retry();
        }
    }

    private NodeView view() {
        if (stale) {
            stale = false;
            Map<NodeKey, SlotSet> hosted = slots().byNode();
            List<NodeView.Candidate> candidates = new ArrayList<>(links.size());
            List<NodeView.Candidate> guestHosts = new ArrayList<>(links.size());
            links.forEach((key, link) -> {
                if (link.ready() == null) {
                    return;
                }
                SlotSet own = hosted.getOrDefault(key, SlotSet.EMPTY);
                NodeView.Candidate node = new NodeView.Candidate(key, own, link.load());
                if (own.size() > 0) {
                    candidates.add(node);
                }
                guestHosts.add(node);
            });
            view = new NodeView(candidates, guestHosts, slots().slots());
            withGuests = null;
            shared.viewChanged(loop, view);
        }
        return view;
    }
}
