package io.trunkline.balancer.relay;

import io.netty.buffer.ByteBuf;
import io.trunkline.balancer.assign.ClientKey;
import io.trunkline.balancer.relay.SessionEvents.Kind;
import io.trunkline.balancer.trunk.LoopTrunks;
import io.trunkline.balancer.trunk.StreamListener;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.metrics.Meter;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.session.Owner;
import java.util.List;

/**
 * One client's exchange with its session: keeps every message until it is answered, and sends on what its {@link Home}
 * has a node for. Belongs to the client's event loop.
 */
public final class Relay implements StreamListener {
    /** How often in a row the session's actor may fail without having answered anything. */
    private static final int MOST_FAILURES = 3;

    private final ClientSink client;
    private final RelaySettings settings;
    private final Meter meter;
    private final Ledger ledger;
    private final SessionRecord session;
    private final Home home;
    private final Flow flow;
    private final Brake brake;
    private int failures;

    /** The relay of a client that has said nothing yet, and is connected by this transport from that address. */
    public Relay(
            LoopTrunks trunks,
            ClientSink client,
            RelaySettings settings,
            Meter meter,
            SessionEvents events,
            ClientKey key,
            String transport,
            String remote) {
        this.client = client;
        this.settings = settings;
        this.meter = meter;
        this.ledger = new Ledger(settings.unansweredMessages(), settings.unansweredBytes());
        this.session = new SessionRecord(events, key, client::mint, transport, remote);
        this.home = new Home(trunks, settings, session, ledger, this);
        this.flow = new Flow(client, ledger, home);
        this.brake = new Brake(client, ledger, session);
    }

    /** Whose session it is; to be said before the first message. */
    public void owner(Owner known) {
        session.owner(known);
    }

    /** Takes a session over that is at the node of its slot, with what runs there. Instead of a first message. */
    public void adopt(String id) {
        home.adopt(id);
    }

    /** Takes a session over that is nowhere any more, from what it was. Instead of a first message. */
    public void restore(String id, int lastEpoch, Bytes state) {
        home.restore(id, lastEpoch, state);
    }

    /** Whether the session is being {@linkplain #adopt taken over}: no message can be taken yet. */
    public boolean adopting() {
        return home.adopting();
    }

    /** Lets go of the session, so that another balancer takes it over; false when it has none to let go of now. */
    public boolean release() {
        if (!home.release()) {
            return false;
        }
        brake.end();
        return true;
    }

    // --- what the client does

    /**
     * The client said something whole. Returns the number by which what belongs to it will be known; 0 when it is over.
     */
    public int message(byte[] message, long nowNanos) {
        if (home.isOver()) {
            return 0;
        }
        meter.messageIn(message.length);
        int number = ledger.add(message, nowNanos);
        home.active(nowNanos);
        onRoom();
        return number;
    }

    /** The id of the session, which does not change once something was answered; empty before. */
    public String session() {
        return session.id();
    }

    /** The client takes what it is sent again. */
    public void onWritable() {
        flow.grant();
    }

    /** The client is gone. */
    public void close() {
        end(Reason.CLOSED);
    }

    /** Ends the exchange and tells the client why, once for each message that will get no other answer. */
    public void refuse(Refusal refusal) {
        if (home.isOver()) {
            return;
        }
        client.breakOff();
        if (home.stream() != null) {
            ledger.cutOff();
        }
        List<ClientSink.Answer> answers = refusals().toAll(refusal);
        session.note(Kind.REFUSED, 1, refusal.reason().label());
        end(refusal.reason());
        client.refuse(refusal, answers);
    }

    /** Whether something waits for an answer. */
    public boolean busy() {
        return !ledger.isEmpty();
    }

    /** Whether the client may say more now; what it says nevertheless is taken, and refused with the rest. */
    public boolean takesMore() {
        return !home.adopting() && !ledger.exhausted();
    }

    /** Looks at the deadlines; called once in a while. */
    public void tick(long nowNanos) {
        // What was not granted for want of memory may be now.
        flow.grant();
        Reason refused = home.tick(nowNanos);
        if (refused != null) {
            refuse(Refusal.of(refused));
        } else if (home.wantsRoom()) {
            client.wantsRoom();
        } else if (home.homeless() && refusals().giveUp(nowNanos, home.waitingSinceNanos(), home.whyNone())) {
            client.flush();
            someSettled();
        }
    }

    // --- what the node does

    @Override
    public void onAdopted(int epoch, int handled, List<Integer> running) {
        home.adopted(epoch);
        ledger.startAfter(handled);
        client.adopted(epoch, running);
    }

    @Override
    public void onOpened() {
        home.opened();
        onRoom();
    }

    @Override
    public void onData(int number, boolean note, boolean last, ByteBuf payload) {
        int length = payload.readableBytes();
        boolean answers = number != 0 && !note;
        client.gather(number, answers, payload, last);
        flow.gathered(length);
        if (last) {
            meter.messageOut(length);
            if (answers) {
                answered(number);
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
        flow.grant();
        someSettled();
    }

    @Override
    public void onDone(int number) {
        if (ledger.settle(number) != null) {
            client.unanswered(number);
            someSettled();
        }
    }

    @Override
    public void onPart(int number, int retryMillis) {
        client.part(number, retryMillis);
    }

    @Override
    public void onRoom() {
        flow.send();
        brake.update();
    }

    @Override
    public void onCheckpoint(Bytes state) {
        if (!home.isOver()) {
            session.checkpoint(state);
            brake.count();
        }
    }

    @Override
    public void onReset(Reason reason, int handled, String text) {
        flow.streamEnded();
        switch (reason) {
            case NODE_FULL, DRAINING, NOT_HOSTED -> {
                if (home.isOpening()) {
                    home.lookLater();
                } else {
                    // The node opened it and lost the slot at the same moment: no node is lost.
                    ledger.refused();
                    cutOff();
                }
            }
            case MOVED -> {
                client.breakOff();
                ledger.handOver(handled);
                brake.update();
                home.moved();
            }
            case INTERNAL -> {
                // The session's actor failed, not the client. It goes on from its checkpoint, but not for ever.
                if (home.known() && ++failures <= MOST_FAILURES) {
                    cutOff();
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
        if (!home.isOver()) {
            end(Reason.INTERNAL);
            client.broken();
        }
    }

    @Override
    public void onTrunkLost() {
        flow.streamEnded();
        cutOff();
    }

    /** The node is gone without a word. */
    private void cutOff() {
        if (!home.isOpening()) {
            client.breakOff();
            ledger.cutOff();
            session.note(Kind.LOST);
            brake.update();
        }
        home.lost();
    }

    private Refusals refusals() {
        return new Refusals(client, settings, ledger, session);
    }

    private void someSettled() {
        brake.update();
        if (ledger.isEmpty()) {
            client.settled();
        }
    }

    private void answered(int number) {
        Ledger.Entry entry = ledger.settle(number);
        if (entry != null) {
            failures = 0;
            meter.latency(System.nanoTime() - entry.arrivedNanos);
        }
    }

    private void end(Reason reason) {
        home.end(reason);
        brake.end();
    }
}
