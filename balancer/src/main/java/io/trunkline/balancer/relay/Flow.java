package io.trunkline.balancer.relay;

import io.trunkline.balancer.trunk.EdgeStream;

/**
 * Sends a client's messages to its node as far as the node takes them, and grants the node as many bytes as the client
 * has taken. Belongs to the client's event loop.
 */
final class Flow {
    private final ClientSink client;
    private final Ledger ledger;
    private final Home home;
    private int gathered;

    Flow(ClientSink client, Ledger ledger, Home home) {
        this.client = client;
        this.ledger = ledger;
        this.home = home;
    }

    /** Sends what has not been sent; nothing while the session is not open. */
    void send() {
        EdgeStream open = home.stream();
        for (Ledger.Entry next = ledger.nextUnsent(); next != null && open != null; next = ledger.nextUnsent()) {
            next.sent += open.send(
                    next.message, next.number, next.sent, next.mayHaveRun, next.mayHaveRun && next.heard, next.losses);
            if (next.sent < next.message.length) {
                return;
            }
            ledger.sent();
        }
    }

    /** So many bytes of the node were gathered for the client. */
    void gathered(int bytes) {
        gathered += bytes;
    }

    /** Grants the node what was gathered and taken, unless the client takes no more, or holds too much. */
    void grant() {
        if (gathered > 0 && client.writable() && client.account().mayGrow()) {
            EdgeStream open = home.stream();
            if (open != null) {
                open.consumed(gathered);
            }
            gathered = 0;
        }
    }

    /** The stream is over: the next one is granted nothing for bytes of this one. */
    void streamEnded() {
        gathered = 0;
    }
}
