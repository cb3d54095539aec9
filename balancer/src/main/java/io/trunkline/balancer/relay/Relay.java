package io.trunkline.balancer.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.trunkline.balancer.BalancerEvents;
import io.trunkline.balancer.assign.Assignment;
import io.trunkline.balancer.assign.ClientKey;
import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.balancer.trunk.EdgeStream;
import io.trunkline.balancer.trunk.LoopTrunks;
import io.trunkline.balancer.trunk.StreamListener;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.member.Meter;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.session.SessionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One client's exchange with its session. It finds a node when the first message comes, keeps every message until it is
 * answered, and binds the session anew when it moves. Belongs to the client's event loop.
 *
 * <pre>
 *   IDLE --message--> WAITING --assigned--> OPENING --opened--> OPEN
 *                        ^                     |  refused         |
 *                        +---------------------+------- moved ----+        any --refused, closed--> OVER
 * </pre>
 */
public final class Relay implements StreamListener, LoopTrunks.Waiter {
    private enum Phase {
        IDLE,
        WAITING,
        OPENING,
        OPEN,
        OVER
    }

    private final LoopTrunks trunks;
    private final ClientSink client;
    private final RelaySettings settings;
    private final Meter meter;
    private final ClientKey key;
    private final String transport;
    private final String remote;
    private final Ledger ledger;
    private Phase phase = Phase.IDLE;
    private @Nullable EdgeStream stream;
    private @Nullable NodeKey lastNode;
    private String session = "";
    private int epoch;
    private Bytes checkpoint = Bytes.EMPTY;
    private long placeDeadlineNanos;
    private long openDeadlineNanos;
    private int unconsumed;
    private boolean paused;
    private boolean inMessage;

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
            ClientKey key,
            String transport,
            String remote) {
        this.trunks = trunks;
        this.client = client;
        this.settings = settings;
        this.meter = meter;
        this.key = key;
        this.transport = transport;
        this.remote = remote;
        this.ledger = new Ledger(settings.unansweredMessages(), settings.unansweredBytes());
    }

    // --- what the client does

    /** The client said something whole. */
    public void message(byte[] message, long nowNanos) {
        if (phase == Phase.OVER) {
            return;
        }
        meter.messageIn(message.length);
        ledger.add(message, nowNanos);
        if (phase == Phase.OPEN) {
            pump();
        } else if (phase == Phase.IDLE) {
            place(settings.queueDeadline(), nowNanos);
        }
        throttle();
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
        breakOff();
        List<byte[]> answers = new ArrayList<>();
        for (Ledger.Entry entry = ledger.take(); entry != null; entry = ledger.take()) {
            byte[] answer = RequestIds.answer(entry.message, id -> answer(refusal, id));
            if (answer != null) {
                answers.add(answer);
            }
        }
        if (answers.isEmpty()) {
            answers.add(refusal.toJsonRpc());
        }
        end(refusal.reason());
        client.refuse(refusal, answers);
    }

    /** Whether something waits for an answer. */
    public boolean busy() {
        return !ledger.isEmpty();
    }

    /** Whether the client may say more now; what it says nevertheless is taken, and refused with the rest. */
    public boolean takesMore() {
        return !ledger.exhausted();
    }

    /** Looks at the deadlines; called once in a while. */
    public void tick(long nowNanos) {
        if (phase == Phase.WAITING && placeDeadlineNanos - nowNanos <= 0) {
            Reason why = trunks.whyNone();
            refuse(new Refusal(why, ""));
        } else if (phase == Phase.OPENING && openDeadlineNanos - nowNanos <= 0) {
            refuse(Refusal.of(Reason.TIMED_OUT));
        }
    }

    // --- finding a node

    private void place(Duration patience, long nowNanos) {
        phase = Phase.WAITING;
        placeDeadlineNanos = nowNanos + patience.toNanos();
        retry();
    }

    @Override
    public void retry() {
        if (phase != Phase.WAITING) {
            return;
        }
        Assignment place = session.isEmpty() ? trunks.assign(key) : trunks.assign(SessionId.slotOf(session));
        if (place == null || !open(place)) {
            trunks.await(this);
        }
    }

    private boolean open(Assignment place) {
        String id = session.isEmpty() ? trunks.mint(place) : session;
        EdgeStream opened = trunks.open(place.node(), id, epoch + 1, transport, remote, checkpoint, this);
        if (opened == null) {
            return false;
        }
        stream = opened;
        unconsumed = 0;
        session = id;
        epoch++;
        phase = Phase.OPENING;
        openDeadlineNanos = System.nanoTime() + settings.openDeadline().toNanos();
        return true;
    }

    // --- what the node does

    @Override
    public void onOpened() {
        phase = Phase.OPEN;
        EdgeStream bound = stream;
        if (bound != null && lastNode != null && !bound.node().equals(lastNode)) {
            BalancerEvents.sessionMoved(session, lastNode, bound.node(), epoch);
        }
        lastNode = bound == null ? null : bound.node();
        pump();
        throttle();
    }

    @Override
    public void onData(int answers, boolean last, ByteBuf payload) {
        int length = payload.readableBytes();
        client.gather(payload, last);
        inMessage = !last;
        unconsumed += length;
        if (last) {
            meter.messageOut(length);
            if (answers != 0) {
                settle(answers);
            }
        }
    }

    @Override
    public void onTurnEnd() {
        client.flush();
        grant();
        throttle();
        if (ledger.isEmpty()) {
            client.settled();
        }
    }

    @Override
    public void onDone(int number) {
        if (ledger.settle(number) != null) {
            throttle();
            if (ledger.isEmpty()) {
                client.settled();
            }
        }
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
        checkpoint = state;
    }

    @Override
    public void onReset(Reason reason, int handled, String text) {
        stream = null;
        boolean neverOpened = phase == Phase.OPENING;
        switch (reason) {
            case NODE_FULL, DRAINING, NOT_HOSTED -> {
                if (neverOpened) {
                    placeAgain();
                } else {
                    refuse(new Refusal(reason, text));
                }
            }
            case MOVED -> {
                breakOff();
                answerTakenUp(handled);
                client.flush();
                ledger.rewind();
                throttle();
                place(settings.moveDeadline(), System.nanoTime());
            }
            default -> refuse(new Refusal(reason, text));
        }
    }

    @Override
    public void onTrunkLost() {
        stream = null;
        if (phase == Phase.OPENING) {
            placeAgain();
        } else {
            refuse(new Refusal(Reason.NODE_LOST, lastNode == null ? "" : lastNode.name()));
        }
    }

    /** The open failed before anything was sent; a session that was open elsewhere before keeps its id and slot. */
    private void placeAgain() {
        if (checkpoint.length() == 0 && lastNode == null) {
            session = "";
        }
        phase = Phase.WAITING;
        trunks.await(this);
    }

    /** A message whose rest will never come ends here, so that the next one starts on a line of its own. */
    private void breakOff() {
        if (inMessage) {
            inMessage = false;
            client.gather(Unpooled.EMPTY_BUFFER, true);
        }
    }

    /** Messages that the former node took up but did not answer: whether they ran is not known. */
    private void answerTakenUp(int handled) {
        Refusal unknown = new Refusal(Reason.MOVED, "");
        for (Ledger.Entry entry = ledger.takeUpTo(handled); entry != null; entry = ledger.takeUpTo(handled)) {
            byte[] answer = RequestIds.answer(entry.message, id -> answer(unknown, id));
            if (answer != null) {
                client.gather(Unpooled.wrappedBuffer(answer), true);
            }
        }
    }

    private byte[] answer(Refusal refusal, String id) {
        String node = lastNode == null ? "" : ",\"node\":\"" + Refusal.escape(lastNode.name()) + "\"";
        boolean mayHaveRun = refusal.reason() == Reason.NODE_LOST || refusal.reason() == Reason.MOVED;
        return refusal.toJsonRpc(id, node + (mayHaveRun ? ",\"executed\":\"unknown\"" : ""));
    }

    private void settle(int number) {
        Ledger.Entry entry = ledger.settle(number);
        if (entry != null) {
            meter.latency(System.nanoTime() - entry.arrivedNanos);
        }
    }

    // --- flow

    private void pump() {
        EdgeStream bound = stream;
        for (Ledger.Entry next = ledger.nextUnsent(); next != null && bound != null; next = ledger.nextUnsent()) {
            next.sent += bound.send(next.message, next.number, next.sent);
            if (next.sent < next.message.length) {
                return;
            }
            ledger.sent();
        }
    }

    /** Grants the node as many bytes as the client has taken. */
    private void grant() {
        if (unconsumed > 0 && client.writable()) {
            if (stream != null) {
                stream.consumed(unconsumed);
            }
            unconsumed = 0;
        }
    }

    private void throttle() {
        boolean full = ledger.full();
        if (full != paused && phase != Phase.OVER) {
            paused = full;
            client.pause(full);
        }
    }

    private void end(Reason reason) {
        if (phase == Phase.WAITING) {
            trunks.forget(this);
        }
        phase = Phase.OVER;
        if (stream != null) {
            stream.reset(reason);
            stream = null;
        }
    }
}
