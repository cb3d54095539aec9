package io.trunkline.balancer.roam;

import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.balancer.session.SessionSeal;
import io.trunkline.balancer.trunk.EdgeStream;
import io.trunkline.balancer.trunk.LoopTrunks;
import io.trunkline.balancer.trunk.StreamListener;
import io.trunkline.balancer.trunk.Waiter;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.refusal.Reason;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Asks the other balancers, one after the other, for a session: first the one that its id hints at. A balancer that
 * cannot be reached is passed over, for the node that has the session knows best whether somebody still holds it; but
 * what its node does not know, either, may still be there. Belongs to the event loop of the trunks.
 */
abstract class PeerSearch implements StreamListener, Waiter {
    private final LoopTrunks peers;
    private final String id;
    private final String kind;
    private final Bytes head;
    private final Deque<NodeKey> candidates = new ArrayDeque<>(2);
    private @Nullable EdgeStream stream;
    private boolean found;
    /** Whether somebody who may hold the session was not asked, or has not answered. */
    private boolean unclear;

    /**
     * A search that has not begun.
     *
     * @param kind what is asked for, see {@link PeerEndpoint}
     */
    PeerSearch(LoopTrunks peers, String id, String kind, Bytes head) {
        this.peers = peers;
        this.id = id;
        this.kind = kind;
        this.head = head;
    }

    final String id() {
        return id;
    }

    /** Begins, or begins again. */
    final void search() {
        candidates.clear();
        unclear = !peers.knowsAllMembers();
        for (NodeKey peer : peers.members()) {
            if (SessionSeal.hintsAt(id, peer.name())) {
                candidates.addFirst(peer);
            } else {
                candidates.addLast(peer);
            }
        }
        retry();
    }

    /** Wants nothing any more. */
    final void giveUp() {
        candidates.clear();
        peers.forget(this);
        EdgeStream open = stream;
        stream = null;
        if (open != null) {
            open.reset(Reason.CLOSED);
        }
    }

    @Override
    public final void retry() {
        for (NodeKey next = candidates.peek(); next != null; next = candidates.peek()) {
            if (peers.reaches(next)) {
                stream = peers.ask(next, id, kind, head, this);
                if (stream == null) {
                    // Too much is being opened at the moment.
                    peers.await(this);
                    return;
                }
                candidates.remove();
                return;
            }
            unclear = true;
            candidates.remove();
        }
        nobody();
    }

    /** Whether a balancer that cannot be reached, or is not known yet, may hold what nobody holds who was asked. */
    final boolean unclear() {
        return unclear;
    }

    /** A balancer holds the session. */
    abstract void held(EdgeStream by);

    /** No balancer that can be reached holds the session. */
    abstract void nobody();

    /** The balancer that held the session has ended the stream, or is gone. */
    abstract void ended();

    /** The stream to the balancer that holds the session, while there is one. */
    final @Nullable EdgeStream stream() {
        return found ? stream : null;
    }

    @Override
    public final void onOpened() {
        found = true;
        EdgeStream open = stream;
        if (open != null) {
            held(open);
        }
    }

    @Override
    public final void onReset(Reason reason, int handled, String text) {
        boolean notThere = reason == Reason.UNKNOWN_SESSION || reason == Reason.STALE_EPOCH;
        unclear = unclear || reason != Reason.UNKNOWN_SESSION;
        // It may have been there for a moment, see PeerEndpoint.
        found = found && !notThere;
        over();
    }

    @Override
    public final void onTrunkLost() {
        unclear = true;
        over();
    }

    @Override
    public void onBroken(Throwable cause) {
        unclear = true;
        over();
    }

    private void over() {
        stream = null;
        if (found) {
            ended();
        } else {
            retry();
        }
    }

    @Override
    public void onRoom() {
        // Nothing waits.
    }
}
