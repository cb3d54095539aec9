package io.trunkline.balancer.trunk;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.EventLoop;
import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.balancer.assign.NodeView;
import io.trunkline.balancer.cluster.NodeInfo;
import io.trunkline.protocol.session.SlotSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One event loop's link to each member. Belongs to the event loop. */
final class Links {
    private final EventLoop loop;
    private final Members members;
    private final Bootstrap bootstrap;
    private final WaitingRoom room;
    private final Runnable changed;
    private final Map<NodeKey, TrunkLink> links = new TreeMap<>();

    /**
     * No links yet.
     *
     * @param room counts the streams that are being opened
     * @param changed hears of everything that changes where sessions may go
     */
    Links(EventLoop loop, Members members, Bootstrap bootstrap, WaitingRoom room, Runnable changed) {
        this.loop = loop;
        this.members = members;
        this.bootstrap = bootstrap;
        this.room = room;
        this.changed = changed;
    }

    /** The nodes that are members now. */
    void update(List<NodeInfo> nodes) {
        Map<NodeKey, NodeInfo> present = new HashMap<>();
        nodes.forEach(node -> present.put(node.key(), node));
        List<TrunkLink> gone = links.values().stream()
                .filter(link -> !present.containsKey(link.node()))
                .toList();
        gone.forEach(link -> {
            links.remove(link.node());
            link.close();
        });
        for (NodeInfo node : nodes) {
            TrunkLink link = links.get(node.key());
            if (link != null) {
                link.update(node);
            } else {
                TrunkLink fresh = new TrunkLink(loop, members, bootstrap, room, changed, node);
                links.put(node.key(), fresh);
                fresh.connect();
            }
        }
        changed.run();
    }

    /** The members, whether or not they can be reached now. */
    Set<NodeKey> nodes() {
        return links.keySet();
    }

    /** The link to a member; null when it is none. */
    @Nullable
    TrunkLink to(@Nullable NodeKey node) {
        return node == null ? null : links.get(node);
    }

    /** A trunk to the member on which streams can be opened now, or null. */
    @Nullable
    EdgeTrunk trunk(NodeKey node) {
        TrunkLink link = links.get(node);
        return link == null ? null : link.ready();
    }

    /** Round trips in nanoseconds, by node; 0 where no trunk is open. */
    Map<NodeKey, Long> roundTrips() {
        Map<NodeKey, Long> trips = new HashMap<>();
        links.forEach((key, link) -> trips.put(key, link.roundTripNanos()));
        return trips;
    }

    /** What can be seen of the nodes now. */
    NodeView view() {
        Map<NodeKey, SlotSet> hosted = members.slots().byNode();
        List<NodeView.Candidate> candidates = new ArrayList<>(links.size());
        List<NodeView.Candidate> guestHosts = new ArrayList<>(links.size());
        links.forEach((key, link) -> {
            if (link.open()) {
                SlotSet own = hosted.getOrDefault(key, SlotSet.EMPTY);
                NodeView.Candidate node = new NodeView.Candidate(key, own, link.load());
                if (own.size() > 0) {
                    candidates.add(node);
                }
                guestHosts.add(node);
            }
        });
        return new NodeView(candidates, guestHosts, members.slots().slots());
    }
}
