package io.trunkline.balancer.relay;

import io.netty.buffer.Unpooled;
import io.trunkline.balancer.relay.SessionEvents.Kind;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import java.util.ArrayList;
import java.util.List;

/** Tells a client what it is told instead of answers to its messages. Belongs to the client's event loop. */
final class Refusals {
    private final ClientSink client;
    private final RelaySettings settings;
    private final Ledger ledger;
    private final SessionRecord session;

    Refusals(ClientSink client, RelaySettings settings, Ledger ledger, SessionRecord session) {
        this.client = client;
        this.settings = settings;
        this.ledger = ledger;
        this.session = session;
    }

    /** Takes every message out of the ledger; one answer for each that needs one, and at least one in all. */
    List<ClientSink.Answer> toAll(Refusal refusal) {
        List<ClientSink.Answer> answers = new ArrayList<>();
        for (Ledger.Entry entry = ledger.take(); entry != null; entry = ledger.take()) {
            byte[] answer = entry.answer(refusal, session.lastName());
            if (answer != null) {
                answers.add(new ClientSink.Answer(entry.number, Bytes.wrap(answer)));
            }
        }
        if (answers.isEmpty()) {
            answers.add(new ClientSink.Answer(0, Bytes.wrap(refusal.toJsonRpc())));
        }
        return answers;
    }

    /**
     * Answers the messages that have waited for a node for as long as they may; the client stays.
     *
     * @param sinceNanos since when there is none
     * @param why there is none
     * @return whether there were any
     */
    boolean giveUp(long nowNanos, long sinceNanos, Reason why) {
        boolean some = false;
        long limitNanos = settings.moveDeadline().toNanos();
        for (Ledger.Entry oldest = ledger.oldest(); oldest != null; oldest = ledger.oldest()) {
            long since = oldest.arrivedNanos - sinceNanos > 0 ? oldest.arrivedNanos : sinceNanos;
            if (nowNanos - since < limitNanos) {
                break;
            }
            ledger.take();
            tell(oldest, Refusal.of(oldest.mayHaveRun ? Reason.NODE_LOST : why));
            session.note(oldest.mayHaveRun ? Kind.UNKNOWN : Kind.FAILED);
            some = true;
        }
        return some;
    }

    /** Answers a message that was taken out of the ledger. */
    void tell(Ledger.Entry entry, Refusal refusal) {
        byte[] answer = entry.answer(refusal, session.lastName());
        if (answer != null) {
            client.gather(entry.number, true, Unpooled.wrappedBuffer(answer), true);
        } else {
            client.unanswered(entry.number);
        }
    }
}
