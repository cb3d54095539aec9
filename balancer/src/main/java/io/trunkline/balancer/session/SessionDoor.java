package io.trunkline.balancer.session;

import io.trunkline.balancer.http.Exchange;
import io.trunkline.balancer.http.HttpConnection;
import io.trunkline.balancer.http.HttpRefusal;
import io.trunkline.balancer.limits.Place;
import io.trunkline.balancer.limits.SourceLimits;
import io.trunkline.protocol.refusal.Reason;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Gives new sessions their places, or tells their clients why there is none. Belongs to one event loop. */
final class SessionDoor {
    private final SessionLoop loop;

    SessionDoor(SessionLoop loop) {
        this.loop = loop;
    }

    /**
     * A place for the session that this request opens, at its source; another one is taken among all
     * {@link HttpSessions}.
     *
     * @return null when there is none, and the client has been told
     */
    @Nullable
    Place enter(Exchange exchange, HttpConnection connection) {
        SourceLimits sources = loop.clients().sources();
        if (loop.clients().leaving()) {
            refuse(exchange, Reason.SHUTTING_DOWN);
            return null;
        }
        Place place = sources.enter(connection.pace().address(), exchange.head().owner());
        InetAddress address = connection.remote().getAddress();
        Reason full = place == null
                ? Reason.RATE_LIMITED
                : loop.sessions().enter(address, connection.pace().address());
        if (full == null) {
            return place;
        }
        if (place != null) {
            place.leave();
        }
        refuse(exchange, full);
        return null;
    }

    private void refuse(Exchange exchange, Reason why) {
        loop.clients().ended(why);
        exchange.refuse(why == Reason.RATE_LIMITED ? HttpRefusal.limited() : HttpRefusal.of(503, why.text()));
    }
}
