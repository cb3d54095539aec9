package io.trunkline.balancer.trunk;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.EventLoop;
import io.trunkline.balancer.assign.Assignment;
import io.trunkline.balancer.assign.ClientKey;
import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.balancer.assign.NodeView;
import io.trunkline.balancer.cluster.NodeInfo;
import io.trunkline.balancer.cluster.SlotTable;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.session.SessionId;
import io.trunkline.protocol.session.SlotSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
    }

    private final EventLoop loop;
    private final Trunks shared;
    private final Bootstrap bootstrap;
    private final Map<NodeKey, TrunkLink> links = new TreeMap<>();
    private final Set<Waiter> waiters = new LinkedHashSet<>();
    private NodeView view = NodeView.EMPTY;
    private boolean stale;
    private boolean refreshing;

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

    /** Something that the view is made of has changed. */
    void changed() {
        stale = true;
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

    /** A place for a new client by the balancer's policy, or null when there is none now. */
    public @Nullable Assignment assign(ClientKey client) {
        return shared.policy().assign(client, view());
    }

    /** The node that hosts a slot and may get the session that belongs there, or null when there is none now. */
    public @Nullable Assignment assign(int slot) {
        NodeView.Candidate owner = view().owner(slot);
        return owner == null || owner.load().full() ? null : new Assignment(owner.key(), slot);
    }

    /** Why there is no place: nobody is there, or everybody is full. */
    public Reason whyNone() {
        return view().candidates().isEmpty() ? Reason.NO_NODE : Reason.ALL_FULL;
    }

    /** A new session id in the slot of an assignment. */
    public String mint(Assignment assignment) {
        return SessionId.mint(assignment.slot());
    }

    /** Opens a stream to the node of an assignment; null when its trunk was lost a moment ago. */
    public @Nullable EdgeStream open(
            NodeKey node,
            String session,
            int epoch,
            String transport,
            String remote,
            Bytes checkpoint,
            StreamListener listener) {
        TrunkLink link = links.get(node);
        EdgeTrunk trunk = link == null ? null : link.ready();
        return trunk == null ? null : trunk.open(session, epoch, transport, remote, checkpoint, listener);
    }

    /** Calls the waiter at the next change; it may then wait again. */
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
        view();
        List<Waiter> due = List.copyOf(waiters);
        waiters.clear();
        due.forEach(Waiter::retry);
    }

    private NodeView view() {
        if (stale) {
            stale = false;
            Map<NodeKey, SlotSet> hosted = slots().byNode();
            List<NodeView.Candidate> candidates = new ArrayList<>(links.size());
            links.forEach((key, link) -> {
                SlotSet own = hosted.get(key);
                if (own != null && own.size() > 0 && link.ready() != null) {
                    candidates.add(new NodeView.Candidate(key, own, link.load()));
                }
            });
            view = new NodeView(candidates, slots().slots());
            shared.viewChanged(loop, candidates.size());
        }
        return view;
    }
}
