package io.trunkline.balancer.http;

import io.trunkline.balancer.session.SessionSeal;
import io.trunkline.balancer.trunk.LoopTrunks;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.refusal.Reason;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds sessions that are not at this balancer: at another one, or, when no balancer holds them any more, at their node, from
 * where they are taken over. Belongs to one event loop.
 */
final class SessionFinder {
    /** Searches for offered sessions at a time; what is offered beyond that is offered again. */
    private static final int MOST_SEARCHES = 4096;

    private final HttpLoop loop;
    private final HttpSessions sessions;
    private final LoopTrunks peers;
    private int searches;

    SessionFinder(HttpLoop loop, HttpSessions sessions, LoopTrunks peers) {
        this.loop = loop;
        this.sessions = sessions;
        this.peers = peers;
    }

    /** Serves a request for a session that is not here. */
    void forward(Exchange exchange, String id, byte[] body) {
        if (loop.seal().genuine(id, exchange.head().owner().key())) {
            new ForwardedRequest(loop, peers, exchange, id, body).search();
        } else {
            exchange.refuse(HttpRefusal.noSession());
        }
    }

    /** No other balancer holds the session that this request is for: it is taken over, or it has ended. */
    void takeOver(Exchange exchange, String id, byte[] body, ForwardedRequest request) {
        if (loop.clients().leaving()) {
            if (peers.members().isEmpty()) {
                exchange.refuse(HttpRefusal.of(503, Reason.SHUTTING_DOWN.text()));
            } else {
                // One of them is about to take over what was let go of here.
                request.again(Reason.SHUTTING_DOWN);
            }
            return;
        }
        HttpSession session = here(id, 0, Bytes.EMPTY);
        if (session == null) {
            exchange.refuse(HttpRefusal.of(503, Reason.BALANCER_FULL.text()));
        } else {
            serve(session, exchange, body, request::again);
        }
    }

    /** A node offers a session. Whose it is shows when it is asked for: nodes prove the secret, and are believed. */
    void offered(Frame.Orphan orphan) {
        if (sessions.find(orphan.session()) == null
                && searches < MOST_SEARCHES
                && !loop.clients().draining()
                && SessionSeal.isSealed(orphan.session())) {
            searches++;
            new OrphanSearch(this, peers, orphan).search();
        }
    }

    void searched() {
        searches--;
    }

    void takeOver(Frame.Orphan orphan) {
        here(orphan.session(), orphan.epoch(), orphan.checkpoint());
    }

    /** The session of this id, taken over if it is not here yet; null when there is no room for it. */
    private @Nullable HttpSession here(String id, int epoch, Bytes checkpoint) {
        HttpSession session = sessions.find(id);
        if (session != null) {
            return session;
        }
        return sessions.enterTakenOver() ? HttpSession.takeOver(loop, sessions, id, epoch, checkpoint) : null;
    }

    /**
     * Hands a request to the session that it is for.
     *
     * @param elsewhere looks for the session again, when it turns out that it is not here, and why
     */
    static void serve(HttpSession session, Exchange exchange, byte[] body, @Nullable Consumer<Reason> elsewhere) {
        if (exchange.head().isPost()) {
            Envelope message = McpEndpoint.read(exchange, body);
            if (message != null) {
                post(session, exchange, message, elsewhere);
            }
            return;
        }
        exchange.own(session);
        if (exchange.head().isGet()) {
            session.onLoop(() -> session.listen(exchange, elsewhere));
        } else {
            session.onLoop(() -> session.delete(exchange, elsewhere));
        }
    }

    /** The same for a message that was read, and that a session may have. */
    static void post(HttpSession session, Exchange exchange, Envelope message, @Nullable Consumer<Reason> elsewhere) {
        exchange.own(session);
        session.onLoop(() -> session.post(exchange, message, elsewhere));
    }
}
