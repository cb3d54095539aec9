package io.trunkline.balancer.relay;

import io.trunkline.balancer.assign.Assignment;
import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.balancer.assign.Placement.Place;
import io.trunkline.balancer.relay.SessionEvents.Kind;
import io.trunkline.balancer.relay.Whereabouts.Goal;
import io.trunkline.balancer.relay.Whereabouts.Nowhere;
import io.trunkline.balancer.relay.Whereabouts.Open;
import io.trunkline.balancer.relay.Whereabouts.Opening;
import io.trunkline.balancer.relay.Whereabouts.Search;
import io.trunkline.balancer.relay.Whereabouts.Waiting;
import io.trunkline.balancer.trunk.Binding;
import io.trunkline.balancer.trunk.EdgeStream;
import io.trunkline.balancer.trunk.Guest;
import io.trunkline.balancer.trunk.LoopTrunks;
import io.trunkline.balancer.trunk.StreamListener;
import io.trunkline.balancer.trunk.Waiter;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.refusal.Reason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where one client's session lives: finds a node for it, binds it there, and again when it moves or its node is lost.
 * Knows nothing of messages but whether some may have run. Belongs to the client's event loop.
 *
 * <pre>
 *   IDLE --first message--> Waiting --assigned--> Opening --opened--> Open
 *                              ^                     |  refused         |
 *                              +---------------------+-- moved, lost ---+        any --refused, closed--> OVER
 * </pre>
 */
final class Home implements Waiter, Guest {
    private final LoopTrunks trunks;
    private final RelaySettings settings;
    private final SessionRecord session;
    private final Ledger ledger;
    private final StreamListener listener;
    private Whereabouts at = Nowhere.IDLE;
    private long activeNanos;

    /**
     * The home of a session that has none yet.
     *
     * @param ledger says how many messages may have run
     * @param listener hears what nodes say
     */
    Home(LoopTrunks trunks, RelaySettings settings, SessionRecord session, Ledger ledger, StreamListener listener) {
        this.trunks = trunks;
        this.settings = settings;
        this.session = session;
        this.ledger = ledger;
        this.listener = listener;
    }

    // --- where it is

    /** The stream to the session's node; null when the session is not open. */
    @Nullable
    EdgeStream stream() {
        return at instanceof Open open ? open.stream() : null;
    }

    boolean isOpening() {
        return at instanceof Opening;
    }

    boolean isOver() {
        return at == Nowhere.OVER;
    }

    boolean adopting() {
        return at.adopting();
    }

    @Override
    public boolean known() {
        return at.known();
    }

    @Override
    public long activeNanos() {
        return activeNanos;
    }

    /** Whether a session that was open before has no node, since {@link #waitingSinceNanos}. */
    boolean homeless() {
        return at instanceof Waiting waiting && waiting.search().goal() == Goal.AGAIN;
    }

    long waitingSinceNanos() {
        return at instanceof Waiting waiting ? waiting.search().sinceNanos() : 0;
    }

    /** Whether a new session waits because all nodes are full. */
    boolean wantsRoom() {
        return at instanceof Waiting && !known() && whyNone() == Reason.ALL_FULL;
    }

    /** Why no node takes it. */
    Reason whyNone() {
        return trunks.whyNone(known());
    }

    // --- looking for a node

    /** Takes a session over that is at the node of its slot, with what runs there. */
    void adopt(String id) {
        session.bound(id, 0);
        activeNanos = System.nanoTime();
        look(new Search(Goal.ADOPT, activeNanos));
    }

    /** Takes a session over that is nowhere any more, from what it was. */
    void restore(String id, int lastEpoch, Bytes was) {
        session.bound(id, lastEpoch);
        session.checkpoint(was);
        activeNanos = System.nanoTime();
        look(new Search(Goal.AGAIN, activeNanos));
    }

    /** The client said something: a new session is looked for, and one that waits for a node takes its turn anew. */
    void active(long nowNanos) {
        activeNanos = nowNanos;
        if (at instanceof Waiting) {
            trunks.await(this);
        } else if (at == Nowhere.IDLE) {
            look(new Search(Goal.FIRST, nowNanos));
        }
    }

    private void look(Search search) {
        become(new Waiting(search));
        retry();
    }

    @Override
    public void retry() {
        if (at instanceof Waiting waiting && !tryToOpen(waiting.search())) {
            trunks.await(this);
        }
    }

    private boolean tryToOpen(Search search) {
        if (search.goal() == Goal.FIRST) {
            Assignment place = trunks.assign(session.key(), search.sinceNanos());
            return place != null && open(search, place.node(), session.first(place.slot(), trunks.isGuest(place)));
        }
        Place place = trunks.place(session.slot(), search.lost(), search.sinceNanos());
        if (place == null) {
            return false;
        }
        boolean lost = ledger.countMayHaveRun() > 0;
        if (search.goal() == Goal.ADOPT) {
            // A session that is to be taken over as it is, is where its slot is.
            return !place.guest() && open(search, place.node(), session.adoption(lost));
        }
        return open(search, place.node(), session.next(place.guest(), lost));
    }

    private boolean open(Search search, NodeKey node, Binding binding) {
        EdgeStream opened = trunks.open(node, binding, listener);
        if (opened == null) {
            return false;
        }
        session.bound(binding.session(), binding.epoch());
        long deadline = System.nanoTime() + settings.openDeadline().toNanos();
        become(new Opening(search, opened, binding.guest(), deadline));
        return true;
    }

    /** Looks at the deadlines; returns why the client gets no session, or null when it may still get one. */
    @Nullable
    Reason tick(long nowNanos) {
        if (at instanceof Opening opening && opening.deadlineNanos() - nowNanos <= 0) {
            if (!known()) {
                return Reason.TIMED_OUT;
            }
            opening.stream().reset(adopting() ? Reason.MOVED : Reason.TIMED_OUT);
            lookLater();
        } else if (at instanceof Waiting waiting && waiting.search().goal() != Goal.AGAIN) {
            Duration limit = known() ? settings.moveDeadline() : settings.queueDeadline();
            if (nowNanos - waiting.search().sinceNanos() >= limit.toNanos()) {
                return whyNone();
            }
        }
        return null;
    }

    // --- what the node says of the session

    /** The session was at the node already; this is its binding. */
    void adopted(int epoch) {
        session.bound(session.id(), epoch);
        if (at instanceof Opening opening) {
            at = opening.adopted();
        }
    }

    /** The session is ready for messages. */
    void opened() {
        if (!(at instanceof Opening opening)) {
            return;
        }
        Kind kind = opening.kind(session.lastNode());
        session.arrived(opening.stream().node());
        session.note(kind);
        if (known()) {
            session.rehomed(System.nanoTime() - opening.search().sinceNanos());
        }
        session.note(Kind.REPLAYED, ledger.countMayHaveRun(), "");
        become(new Open(opening.stream(), opening.guest(), false));
        if (opening.guest()) {
            trunks.register(this);
        }
    }

    /** The node let the session go in order: it is looked for at once. */
    void moved() {
        look(at.next(System.nanoTime(), false));
    }

    /** The session was cut off: it is looked for at once, or later when it was only being opened. */
    void lost() {
        if (at instanceof Opening opening) {
            at = new Waiting(opening.search().butLost());
            trunks.await(this);
        } else {
            look(at.next(System.nanoTime(), true));
        }
    }

    /** The opening came to nothing: tried again when something changes, or soon. */
    void lookLater() {
        if (at instanceof Opening opening) {
            at = new Waiting(opening.search());
            trunks.await(this);
        }
    }

    @Override
    public boolean goHome() {
        if (at instanceof Open open
                && !open.leaving()
                && trunks.shouldGo(session.slot(), open.stream().node())) {
            at = new Open(open.stream(), open.guest(), true);
            open.stream().release();
            return true;
        }
        return false;
    }

    // --- the end

    /** Lets go of the session, so that another balancer takes it over; false when it has none to let go of now. */
    boolean release() {
        if (!(at instanceof Open open)) {
            return false;
        }
        session.note(Kind.RELEASED);
        become(Nowhere.OVER);
        open.stream().reset(Reason.MOVED);
        return true;
    }

    /** Ends the session. */
    void end(Reason reason) {
        if (known()) {
            session.note(Kind.CLOSED);
        }
        if (at instanceof Waiting) {
            trunks.forget(this);
        }
        // A session that was not taken over in time is still to be had.
        Reason told = adopting() ? Reason.MOVED : reason;
        EdgeStream stream = at instanceof Opening opening ? opening.stream() : stream();
        become(Nowhere.OVER);
        if (stream != null) {
            stream.reset(told);
        }
    }

    private void become(Whereabouts next) {
        if (at instanceof Open open && open.guest()) {
            trunks.unregister(this);
        }
        at = next;
        if (next == Nowhere.OVER) {
            session.checkpoint(Bytes.EMPTY);
        }
    }
}
