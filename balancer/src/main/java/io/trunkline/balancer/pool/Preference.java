package io.trunkline.balancer.pool;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Prefers one of the servers that take a request. Called by all event loops at once; does not block. */
interface Preference {
    /** One that has a place and has not been tried; null when there is none, or the request should wait for its own. */
    @Nullable
    Server choose(Ask ask, Members members);

    /** A new one of this kind, for one pool. */
    static Preference of(Balance balance) {
        return switch (balance) {
            case ROUND_ROBIN -> roundRobin();
            case LEAST_CONNECTIONS -> new FewestInFlight(false);
            case LEAST_CONNECTIONS_SOURCE_HASH -> new FewestInFlight(true);
            case SOURCE_HASH -> Preference::byHash;
            case RANDOM_TWO_CHOICES -> Preference::bestOfTwo;
        };
    }

    /** The servers in turn. The share of one that takes nothing goes to all others, and a retry uses up no turn. */
    private static Preference roundRobin() {
        AtomicInteger turn = new AtomicInteger();
        return (ask, members) -> {
            if (!ask.tried().isEmpty()) {
                return members.any(ask);
            }
            Server server = members.atTurn(turn.getAndIncrement());
            return server == null || Members.takes(server, ask) ? server : members.any(ask);
        };
    }

    /**
     * The server that the request's key, or its source, belongs to. When that one is full it waits: it would not be
     * sticky elsewhere.
     */
    static @Nullable Server byHash(Ask ask, Members members) {
        Server server = Rendezvous.first(Rendezvous.hash(ask), members, ask.tried());
        return server == null || server.full() ? null : server;
    }

    /** The one with less to do of two that are drawn by weight. */
    private static @Nullable Server bestOfTwo(Ask ask, Members members) {
        Server one = members.any(ask);
        Server other = members.atTurn(ThreadLocalRandom.current().nextInt());
        if (one == null || other == null || !Members.takes(other, ask)) {
            return one;
        }
        return (long) other.inFlight() * one.weight() < (long) one.inFlight() * other.weight() ? other : one;
    }
}
