package io.trunkline.balancer.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.trunkline.balancer.assign.Assignment;
import io.trunkline.balancer.assign.ClientKey;
import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.balancer.relay.SessionEvents.Kind;
import io.trunkline.balancer.trunk.Binding;
import io.trunkline.balancer.trunk.EdgeStream;
import io.trunkline.balancer.trunk.LoopTrunks;
import io.trunkline.balancer.trunk.StreamListener;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.jsonrpc.RequestIds;
import io.trunkline.protocol.member.Meter;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.refusal.Refusal.Executed;
import io.trunkline.protocol.session.Owner;
import io.trunkline.protocol.session.SessionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One client's exchange with its session. It finds a node when the first message comes, keeps every message until it is
 * answered, and binds the session anew when it moves or its node is lost. Belongs to the client's event loop.
 *
 * <pre>
 *   IDLE --message--> WAITING --assigned--> OPENING --opened--> OPEN
 *                        ^                     |  refused         |
 *                        +---------------------+-- moved, lost ---+        any --refused, closed--> OVER
 * </pre>
 *
 * <p>A message that a lost node had in full may have run. It is sent to the next node with that mark, and the node, which
 * knows its methods and tools, repeats it or answers that its outcome is unknown. When that node is lost as well, the next
 * one is sent the message only to answer so and to count.
 */
public final class Relay implements StreamListener, LoopTrunks.Waiter, LoopTrunks.Guest {
    private enum Phase {
        IDLE,
        WAITING,
        OPENING,
        OPEN,
        OVER
    }

    /** How often in a row the session's actor may fail without having answered anything. */
    private static final int MOST_FAILURES = 3;

    private final LoopTrunks trunks;
    private final ClientSink client;
    private final RelaySettings settings;
    private final Meter meter;
    private final SessionEvents events;
    private final ClientKey key;
    private final String transport;
    private final String remote;
    private final Ledger ledger;
    private Phase phase = Phase.IDLE;
    private @Nullable EdgeStream stream;
    private @Nullable NodeKey lastNode;
    private Owner owner = Owner.NOBODY;
    private String session = "";
    private int epoch;
    private Bytes checkpoint = Bytes.EMPTY;
    private long waitingSinceNanos;
    private long activeNanos;
    private long openDeadlineNanos;
    private int unconsumed;
    private int failures;
    /** What the client's account was told that is kept here. */
    private long counted;

    private boolean paused;
    private boolean guest;
    private boolean goingHome;
    /** Whether the session was open before, here or at another balancer: then it keeps its id and its state. */
    private boolean bound;
    /** Whether the session is at its node and is to be taken over as it is. */
    private boolean adopting;
    /** Whether the last binding was cut off rather than handed over. */
    private boolean lost;

    /**
     * The relay of a client that has said nothing yet.
     *
     * @param transport how the client is connected, for example {@code tcp}
     * @param remote the client's address, for logs and tools
     */
    public Relay(
            LoopTrunks trunks,
            ClientSink client,
            RelaySettings settings,
            Meter meter,
            SessionEvents events,
            ClientKey key,
            String transport,
            String remote) {
        this.trunks = trunks;
        this.client = client;
        this.settings = settings;
        this.meter = meter;
        this.events = events;
        this.key = key;
        this.transport = transport;
        this.remote = remote;
        this.ledger = new Ledger(settings.unansweredMessages(), settings.unansweredBytes());
    }

    /** Whose session it is; to be said before the first message. */
    public void owner(Owner known) {
        owner = known;
    }

    // --- sessions of other balancers

    /** Takes a session over that is at the node of its slot, with what runs there. Instead of a first message. */
    public void adopt(String id) {
        session = id;
        bound = true;
        adopting = true;
        activeNanos = System.nanoTime();
        place(activeNanos);
    }

    /** Takes a session over that is nowhere any more, from what it was. Instead of a first message. */
    public void restore(String id, int lastEpoch, Bytes state) {
        session = id;
        bound = true;
        epoch = lastEpoch;
        checkpoint = state;
        activeNanos = System.nanoTime();
        place(activeNanos);
    }

    /** Whether the session is being {@linkplain #adopt taken over}: no message can be taken yet. */
    public boolean adopting() {
        return adopting;
    }

    /** Lets go of the session, so that another balancer takes it over; false when it has none to let go of now. */
    public boolean release() {
        EdgeStream open = stream;
        if (phase != Phase.OPEN || open == null) {
            return false;
        }
        note(Kind.RELEASED, lastNode, 1);
        phase = Phase.OVER;
        forget();
        unbind();
        open.reset(Reason.MOVED);
        return true;
    }

    // --- what the client does

    /** The client said something whole. Returns the number by which what belongs to it will be known; 0 when it is over. */
    public int message(byte[] message, long nowNanos) {
        if (phase == Phase.OVER) {
            return 0;
        }
        meter.messageIn(message.length);
        activeNanos = nowNanos;
        int number = ledger.add(message, nowNanos);
        if (phase == Phase.OPEN) {
            pump();
        } else if (phase == Phase.WAITING) {
            trunks.await(this);
        } else if (phase == Phase.IDLE) {
            place(nowNanos);
        }
        throttle();
        return number;
    }

    /** The id of the session, which does not change once something was answered; empty before. */
    public String session() {
        return session;
    }

    /** The client takes what it is sent again. */
    public void onWritable() {
        grant();
    }

    /** The client is gone. */
    public void close() {
        end(Reason.CLOSED);
    }

    /** Ends the exchange and tells the client why, once for each message that will get no other answer. */
    public void refuse(Refusal refusal) {
        if (phase == Phase.OVER) {
            return;
        }
        client.breakOff();
        if (phase == Phase.OPEN) {
            ledger.cutOff();
        }
        List<ClientSink.Answer> answers = new ArrayList<>();
        for (Ledger.Entry entry = ledger.take(); entry != null; entry = ledger.take()) {
            byte[] answer = answer(entry, refusal);
            if (answer != null) {
                answers.add(new ClientSink.Answer(entry.number, Bytes.wrap(answer)));
            }
        }
        if (answers.isEmpty()) {
            answers.add(new ClientSink.Answer(0, Bytes.wrap(refusal.toJsonRpc())));
        }
        events.record(session, Kind.REFUSED, lastNode(), epoch, refusal.reason().label());
        end(refusal.reason());
        client.refuse(refusal, answers);
    }

    /** Whether something waits for an answer. */
    public boolean busy() {
        return !ledger.isEmpty();
    }

    /** Whether the client may say more now; what it says nevertheless is taken, and refused with the rest. */
    public boolean takesMore() {
        return !adopting && !ledger.exhausted();
    }

    /** Looks at the deadlines; called once in a while. */
    public void tick(long nowNanos) {
        // What was not granted for want of memory may be now.
        grant();
        if (phase == Phase.WAITING && adopting) {
            if (nowNanos - waitingSinceNanos >= settings.moveDeadline().toNanos()) {
                refuse(Refusal.of(trunks.whyNone(bound)));
            }
        } else if (phase == Phase.WAITING && !bound) {
            if (nowNanos - waitingSinceNanos >= settings.queueDeadline().toNanos()) {
                refuse(Refusal.of(trunks.whyNone(bound)));
            } else if (trunks.whyNone(bound) == Reason.ALL_FULL) {
                client.wantsRoom();
            }
        } else if (phase == Phase.WAITING) {
            giveUpOld(nowNanos);
        } else if (phase == Phase.OPENING && openDeadlineNanos - nowNanos <= 0) {
            openLate();
        }
    }

    /** The session waits for a node: the client stays, but what it asked is not kept waiting for longer than it may. */
    private void giveUpOld(long nowNanos) {
        boolean some = false;
        for (Ledger.Entry oldest = ledger.oldest(); oldest != null; oldest = ledger.oldest()) {
            long since = oldest.arrivedNanos - waitingSinceNanos > 0 ? oldest.arrivedNanos : waitingSinceNanos;
            if (nowNanos - since < settings.moveDeadline().toNanos()) {
                break;
            }
            ledger.take();
            Reason why = oldest.mayHaveRun ? Reason.NODE_LOST : trunks.whyNone(bound);
            tell(oldest, Refusal.of(why));
            note(oldest.mayHaveRun ? Kind.UNKNOWN : Kind.FAILED, lastNode, 1);
            some = true;
        }
        if (some) {
            client.flush();
            throttle();
            settledIfEmpty();
        }
    }

    private void openLate() {
        EdgeStream late = stream;
        if (!bound || late == null) {
            refuse(Refusal.of(Reason.TIMED_OUT));
            return;
        }
        late.reset(adopting ? Reason.MOVED : Reason.TIMED_OUT);
        stream = null;
        placeAgain();
    }

    // --- finding a node

    private void place(long nowNanos) {
        phase = Phase.WAITING;
        waitingSinceNanos = nowNanos;
        retry();
    }

    @Override
    public void retry() {
        if (phase == Phase.WAITING && !(bound ? openAgain() : openFirst())) {
            trunks.await(this);
        }
    }

    private boolean openFirst() {
        Assignment place = trunks.assign(key, waitingSinceNanos);
        epoch = 0;
        return place != null && open(place.node(), client.mint(place.slot()), trunks.isGuest(place));
    }

    @Override
    public boolean known() {
        return bound;
    }

    @Override
    public long activeNanos() {
        return activeNanos;
    }

    private boolean openAgain() {
        LoopTrunks.Place place = trunks.place(SessionId.slotOf(session), lost, waitingSinceNanos);
        // A session that is to be taken over as it is, is where its slot is.
        return place != null && !(adopting && place.guest()) && open(place.node(), session, place.guest());
    }

    private boolean open(NodeKey node, String id, boolean asGuest) {
        String lostNode = bound && ledger.countMayHaveRun() > 0 ? lastNode() : "";
        int next = adopting ? Frame.ADOPT : epoch + 1;
        EdgeStream opened =
                trunks.open(node, new Binding(id, next, transport, remote, checkpoint, asGuest, lostNode, owner), this);
        if (opened == null) {
            return false;
        }
        stream = opened;
        unconsumed = 0;
        session = id;
        guest = asGuest;
        epoch = next;
        phase = Phase.OPENING;
        openDeadlineNanos = System.nanoTime() + settings.openDeadline().toNanos();
        return true;
    }

    // --- what the node does

    @Override
    public void onAdopted(int now, int handled, List<Integer> running) {
        epoch = now;
        ledger.startAfter(handled);
        adopting = false;
        client.adopted(now, running);
    }

    @Override
    public void onOpened() {
        phase = Phase.OPEN;
        EdgeStream opened = Objects.requireNonNull(stream);
        note(bindingKind(opened.node()), opened.node(), 1);
        if (bound) {
            events.rehomed(System.nanoTime() - waitingSinceNanos);
        }
        note(Kind.REPLAYED, opened.node(), ledger.countMayHaveRun());
        lastNode = opened.node();
        bound = true;
        lost = false;
        goingHome = false;
        if (guest) {
            trunks.register(this);
        }
        pump();
        throttle();
    }

    private Kind bindingKind(NodeKey node) {
        if (guest) {
            return Kind.GUEST;
        }
        if (bound && lastNode == null) {
            return Kind.ADOPTED;
        }
        return !bound ? Kind.OPENED : goingHome ? Kind.HOME : node.equals(lastNode) ? Kind.REBOUND : Kind.MOVED;
    }

    private void note(Kind kind, @Nullable NodeKey node, int count) {
        events.record(session, kind, node == null ? "" : node.name(), epoch, count, "");
    }

    @Override
    public void onData(int number, boolean note, boolean last, ByteBuf payload) {
        int length = payload.readableBytes();
        boolean answers = number != 0 && !note;
        client.gather(number, answers, payload, last);
        unconsumed += length;
        if (last) {
            meter.messageOut(length);
            if (answers) {
                settle(number);
            } else if (note) {
                ledger.heard(number);
            }
        } else {
            meter.pieceOut(length);
        }
    }

    @Override
    public void onTurnEnd() {
        client.flush();
        grant();
        throttle();
        settledIfEmpty();
    }

    @Override
    public void onDone(int number) {
        if (ledger.settle(number) != null) {
            client.unanswered(number);
            throttle();
            settledIfEmpty();
        }
    }

    @Override
    public void onPart(int number, int retryMillis) {
        client.part(number, retryMillis);
    }

    @Override
    public void onRoom() {
        if (phase == Phase.OPEN) {
            pump();
            throttle();
        }
    }

    @Override
    public void onCheckpoint(Bytes state) {
        if (phase != Phase.OVER) {
            checkpoint = state;
            count();
        }
    }

    @Override
    public void onReset(Reason reason, int handled, String text) {
        boolean neverOpened = phase == Phase.OPENING;
        unbind();
        switch (reason) {
            case NODE_FULL, DRAINING, NOT_HOSTED -> {
                if (neverOpened) {
                    placeAgain();
                } else {
                    // The node opened it and lost the slot at the same moment: no node is lost.
                    ledger.refused();
                    cutOff(false);
                }
            }
            case MOVED -> {
                client.breakOff();
                ledger.handOver(handled);
                throttle();
                place(System.nanoTime());
            }
            case INTERNAL -> {
                // The session's actor failed, not the client. It goes on from its checkpoint, but not for ever.
                if (bound && ++failures <= MOST_FAILURES) {
                    cutOff(neverOpened);
                } else {
                    refuse(new Refusal(reason, text));
                }
            }
            default -> refuse(new Refusal(reason, text));
        }
    }

    @Override
    public void onBroken(Throwable cause) {
        client.account().failed(cause);
        if (phase != Phase.OVER) {
            unbind();
            end(Reason.INTERNAL);
            client.broken();
        }
    }

    @Override
    public void onTrunkLost() {
        boolean neverOpened = phase == Phase.OPENING;
        unbind();
        cutOff(neverOpened);
    }

    @Override
    public boolean goHome() {
        EdgeStream at = stream;
        if (phase != Phase.OPEN || goingHome || at == null || !trunks.shouldGo(SessionId.slotOf(session), at.node())) {
            return false;
        }
        goingHome = true;
        at.release();
        return true;
    }

    private void unbind() {
        stream = null;
        if (guest) {
            trunks.unregister(this);
        }
    }

    /** The node is gone without a word. */
    private void cutOff(boolean neverOpened) {
        lost = true;
        if (neverOpened) {
            placeAgain();
            return;
        }
        client.breakOff();
        ledger.cutOff();
        note(Kind.LOST, lastNode, 1);
        throttle();
        place(System.nanoTime());
    }

    /** The open failed before anything was sent: tried again when something changes, or soon. */
    private void placeAgain() {
        phase = Phase.WAITING;
        trunks.await(this);
    }

    /** What the client is told instead of an answer to this message; null when it needs none. */
    private byte @Nullable [] answer(Ledger.Entry entry, Refusal refusal) {
        Executed executed = entry.mayHaveRun ? Executed.UNKNOWN : Executed.NO;
        return RequestIds.answer(entry.message, id -> refusal.toJsonRpc(id, lastNode(), executed, entry.attempts()));
    }

    private void tell(Ledger.Entry entry, Refusal refusal) {
        byte[] answer = answer(entry, refusal);
        if (answer != null) {
            client.gather(entry.number, true, Unpooled.wrappedBuffer(answer), true);
        } else {
            client.unanswered(entry.number);
        }
    }

    private String lastNode() {
        return lastNode == null ? "" : lastNode.name();
    }

    private void settledIfEmpty() {
        if (ledger.isEmpty()) {
            client.settled();
        }
    }

    private void settle(int number) {
        Ledger.Entry entry = ledger.settle(number);
        if (entry != null) {
            failures = 0;
            meter.latency(System.nanoTime() - entry.arrivedNanos);
        }
    }

    // --- flow

    private void pump() {
        EdgeStream open = stream;
        for (Ledger.Entry next = ledger.nextUnsent(); next != null && open != null; next = ledger.nextUnsent()) {
            next.sent += open.send(
                    next.message, next.number, next.sent, next.mayHaveRun, next.mayHaveRun && next.heard, next.losses);
            if (next.sent < next.message.length) {
                return;
            }
            ledger.sent();
        }
    }

    /** Grants the node as many bytes as the client has taken. */
    private void grant() {
        if (unconsumed > 0 && client.writable() && client.account().mayGrow()) {
            if (stream != null) {
                stream.consumed(unconsumed);
            }
            unconsumed = 0;
        }
    }

    private void throttle() {
        count();
        boolean full = ledger.full();
        if (full != paused && phase != Phase.OVER) {
            paused = full;
            client.pause(full);
        }
    }

    /** Counts what is kept of the client: messages that are not answered, and the state of its session. */
    private void count() {
        long now = ledger.cost() + checkpoint.length();
        if (now != counted) {
            client.account().take(now - counted);
            counted = now;
        }
    }

    private void forget() {
        ledger.clear();
        checkpoint = Bytes.EMPTY;
        count();
    }

    private void end(Reason reason) {
        if (phase == Phase.WAITING) {
            trunks.forget(this);
        }
        if (bound && phase != Phase.OVER) {
            note(Kind.CLOSED, lastNode, 1);
        }
        phase = Phase.OVER;
        forget();
        EdgeStream open = stream;
        if (open != null) {
            unbind();
            // A session that was not taken over in time is still to be had.
            open.reset(adopting ? Reason.MOVED : reason);
        }
    }
}
