package io.trunkline.balancer.roam;

import io.trunkline.balancer.http.Exchange;
import io.trunkline.balancer.http.HttpRefusal;
import io.trunkline.balancer.session.Elsewhere;
import io.trunkline.balancer.session.HttpSession;
import io.trunkline.balancer.session.HttpSessions;
import io.trunkline.balancer.session.SessionEndpoint;
import io.trunkline.balancer.session.SessionLoop;
import io.trunkline.balancer.session.SessionSeal;
import io.trunkline.balancer.trunk.LoopTrunks;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Finds sessions that are not at this balancer: at another one, or, when no balancer holds them any more, at their
 * node, from where they are taken over. Belongs to one event loop.
 */
public final class SessionFinder implements Elsewhere {
    /** Searches for offered sessions at a time; what is offered beyond that is offered again. */
    private static final int MOST_SEARCHES = 4096;

    private final SessionLoop loop;
    private final HttpSessions sessions;
    private final LoopTrunks peers;
    private int searches;

    /** Finds sessions over these trunks to the other balancers. */
    public SessionFinder(SessionLoop loop, LoopTrunks peers) {
        this.loop = loop;
        this.sessions = loop.sessions();
        this.peers = peers;
    }

    @Override
    public void forward(Exchange exchange, String id, byte[] body) {
        if (loop.seal().genuine(id, exchange.head().owner().key())) {
            new ForwardedRequest(loop.clients(), this, peers, exchange, id, body).search();
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
            SessionEndpoint.serve(session, exchange, body, request::again);
        }
    }

    /** A node offers a session. Whose it is shows when it is asked for: nodes prove the secret, and are believed. */
    public void offered(Frame.Orphan orphan) {
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
        return sessions.enterTakenOver() ? HttpSession.takeOver(loop, id, epoch, checkpoint) : null;
    }
}
