package io.trunkline.balancer.pool;

import static io.trunkline.balancer.pool.Rendezvous.cost;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Takes the server with the fewest requests under way for its weight; among equals the one whose turn it is, or the one
 * that the request's source belongs to.
 */
final class FewestInFlight implements Preference {
    /** How far it looks among the turns for one of the equals. */
    private static final int LOOKED_AT = 64;

    private final boolean bySource;
    private final AtomicInteger turn = new AtomicInteger();

    FewestInFlight(boolean bySource) {
        this.bySource = bySource;
    }

    @Override
    public @Nullable Server choose(Ask ask, Members members) {
        long key = bySource ? Rendezvous.hash(ask) : 0;
        Server least = null;
        int equals = 0;
        long load = 0;
        int weight = 1;
        for (int i = 0; i < members.size(); i++) {
            Server server = members.server(i);
            if (!Members.takes(server, ask)) {
                continue;
            }
            int own = server.inFlight();
            long difference = own * (long) weight - load * members.weight(i);
            if (least == null || difference < 0) {
                least = server;
                load = own;
                weight = members.weight(i);
                equals = 1;
            } else if (difference == 0) {
                equals++;
                if (bySource && cost(key, server, members.weight(i)) < cost(key, least, weight)) {
                    least = server;
                    load = own;
                    weight = members.weight(i);
                }
            }
        }
        return bySource || equals < 2 || least == null ? least : inTurn(least, load, weight, ask, members);
    }

    private Server inTurn(Server least, long load, int weight, Ask ask, Members members) {
        for (int i = 0; i < LOOKED_AT; i++) {
            int index = members.indexAtTurn(turn.getAndIncrement());
            Server server = members.server(index);
            if (server.inFlight() * (long) weight <= load * members.weight(index) && Members.takes(server, ask)) {
                return server;
            }
        }
        return least;
    }
}
