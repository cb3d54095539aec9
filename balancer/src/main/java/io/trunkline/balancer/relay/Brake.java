package io.trunkline.balancer.relay;

/**
 * Counts what is kept of a client, its unanswered messages and the state of its session, and stops reading it while
 * that is too much. Belongs to the client's event loop.
 */
final class Brake {
    private final ClientSink client;
    private final Ledger ledger;
    private final SessionRecord session;
    /** What the client's account was told. */
    private long counted;

    private boolean paused;

    Brake(ClientSink client, Ledger ledger, SessionRecord session) {
        this.client = client;
        this.ledger = ledger;
        this.session = session;
    }

    /** Something was added, sent or settled. */
    void update() {
        count();
        boolean full = ledger.full();
        if (full != paused) {
            paused = full;
            client.pause(full);
        }
    }

    /** Forgets all messages; what happens from now on stops nobody and lets nobody go on. */
    void end() {
        paused = false;
        ledger.clear();
        count();
    }

    /** Something is kept, or is kept no more, that does not change whether the client is read. */
    void count() {
        long now = ledger.cost() + session.checkpoint().length();
        if (now != counted) {
            client.account().take(now - counted);
            counted = now;
        }
    }
}
