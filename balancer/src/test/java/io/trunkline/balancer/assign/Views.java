package io.trunkline.balancer.assign;

import io.trunkline.balancer.assign.NodeView.Candidate;
import io.trunkline.protocol.session.SlotSet;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Views of nodes called node-1, node-2 ... whose slots are interleaved, and clients for them. */
final class Views {
    static final int SLOTS = 256;

    private Views() {}

    /** So many nodes with nothing to do and room for everybody. */
    static NodeView of(int nodes) {
        return of(nodes, Integer.MAX_VALUE);
    }

    /** So many nodes that take {@code limit} sessions each. */
    static NodeView of(int nodes, int limit) {
        List<Candidate> candidates = new ArrayList<>();
        for (int node = 1; node <= nodes; node++) {
            NodeLoad load = new NodeLoad();
            load.limit(limit);
            candidates.add(new Candidate(key(node), interleaved(node - 1, nodes), load));
        }
        return new NodeView(candidates, SLOTS);
    }

    static NodeKey key(int node) {
        return new NodeKey("node-" + node, 1);
    }

    private static SlotSet interleaved(int first, int step) {
        return SlotSet.of(
                IntStream.range(0, SLOTS).filter(slot -> slot % step == first).toArray());
    }

    /** The view without the node at this place; its slots belong to nobody. */
    static NodeView without(NodeView view, int place) {
        List<Candidate> left = new ArrayList<>(view.candidates());
        left.remove(place);
        return new NodeView(left, SLOTS);
    }

    /** The client number {@code n} of 65,536 in 10.0.0.0/16. */
    static ClientKey client(int n) {
        return client(new byte[] {10, 0, (byte) (n >> 8), (byte) n});
    }

    static ClientKey client(byte... address) {
        try {
            return new ClientKey(InetAddress.getByAddress(address));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
