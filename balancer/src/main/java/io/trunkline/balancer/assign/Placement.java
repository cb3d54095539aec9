package io.trunkline.balancer.assign;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where one event loop's clients and sessions go, decided from what is known of the nodes: new clients by a
 * {@link Policy}, sessions that were open before by their slot. Decides and does nothing. Belongs to the event loop.
 */
public final class Placement {
    /** What is known of the way to one node. */
    public interface Way {
        NodeKey node();

        /** Whether the node takes sessions by this way now. */
        boolean open();

        /** Whether sessions should not wait for the node, because it cannot be reached. */
        boolean absent(long nowNanos);

        /** Whether the node is about to leave. */
        boolean draining();

        NodeLoad load();
    }

    /**
     * A place for a session that was open before.
     *
     * @param guest whether the node does not host the session's slot
     */
    public record Place(NodeKey node, boolean guest) {}

    /** What a guest is to do. */
    public enum Move {
        /** It is well where it is. */
        STAY,
        /** It goes on from here: home, or away from a node that is about to leave. */
        GO,
        /** Its home has no room now; it is to be asked again, for nothing tells when there is room. */
        ASK_AGAIN
    }

    /**
     * How long a session that was asked to move waits for its slot before it goes elsewhere as a guest, in nanoseconds:
     * a slot moves in some tens of milliseconds, unless a slow request of another session holds it.
     */
    private static final long MOVE_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private final Policy policy;
    private NodeView view = NodeView.EMPTY;
    private @Nullable NodeView withGuests;

    /** The placement of clients by this policy, while there are no nodes. */
    public Placement(Policy policy) {
        this.policy = policy;
    }

    /** These are the nodes from now on. */
    public void view(NodeView now) {
        view = now;
        withGuests = null;
    }

    /** The nodes that are placed on. */
    public NodeView view() {
        return view;
    }

    /**
     * A place for a new client, or null when there is none now. While no node hosts a slot, or nobody has hosted the
     * client's own for a while, that is a place as a {@linkplain #isGuest guest}.
     *
     * @param waitedNanos how long the client waits already
     */
    public @Nullable Assignment assign(ClientKey client, long waitedNanos) {
        Assignment place = policy.assign(client, view);
        if (place != null || (!view.candidates().isEmpty() && waitedNanos < MOVE_PATIENCE_NANOS)) {
            return place;
        }
        NodeView all = withGuests;
        if (all == null) {
            all = view.withGuests();
            withGuests = all;
        }
        return all == view ? null : policy.assign(client, all);
    }

    /** Whether the node does not host the slot that it was assigned with. */
    public boolean isGuest(Assignment place) {
        NodeView.Candidate owner = view.owner(place.slot());
        return owner == null || !owner.key().equals(place.node());
    }

    /**
     * Where a session that was open before goes on: on the node that hosts its slot, or as a guest on another one when
     * that node is gone. Null when it has to wait: for a trunk that was lost a moment ago, for a slot that is about to
     * move, or because everybody is full.
     *
     * @param home the way to the node that hosts the slot; null when there is none
     * @param lost whether the session was cut off rather than asked to move
     * @param sinceNanos when it was
     */
    public @Nullable Place place(int slot, @Nullable Way home, boolean lost, long sinceNanos, long nowNanos) {
        if (home != null && home.open() && !home.load().atCeiling()) {
            return new Place(home.node(), false);
        }
        boolean homeIsGone = home == null ? lost : home.absent(nowNanos);
        if (!homeIsGone && nowNanos - sinceNanos < MOVE_PATIENCE_NANOS) {
            return null;
        }
        NodeView.Candidate host = view.guestHost(slot);
        return host == null ? null : new Place(host.key(), true);
    }

    /**
     * What a guest is to do.
     *
     * @param home the way to the node that hosts its slot; null when there is none
     * @param host the way to the node where it is; null when there is none
     */
    public Move move(@Nullable Way home, @Nullable Way host) {
        if (home != null && home != host) {
            if (!home.open()) {
                return Move.STAY;
            }
            return home.load().atCeiling() ? Move.ASK_AGAIN : Move.GO;
        }
        return host != null && host.draining() && view.hasGuestHosts() ? Move.GO : Move.STAY;
    }
}
