package io.trunkline.balancer.relay;

import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.balancer.relay.SessionEvents.Kind;
import io.trunkline.balancer.trunk.EdgeStream;
import org.jspecify.annotations.Nullable;

/** Where a session may be; each state with what is known only in it. */
sealed interface Whereabouts {
    /** At no node, and looked for by nobody. */
    enum Nowhere implements Whereabouts {
        /** The client has said nothing yet. */
        IDLE,
        /** The session has ended, or belongs to another balancer. */
        OVER
    }

    /** At no node; the trunks ask again when something changes. */
    record Waiting(Search search) implements Whereabouts {}

    /** A node was asked to take it. */
    record Opening(Search search, EdgeStream stream, boolean guest, long deadlineNanos) implements Whereabouts {
        /** The node had it already: from now on it is a session like those that were open before. */
        Opening adopted() {
            Search again = new Search(Goal.AGAIN, search.sinceNanos, search.lost, search.homeward);
            return new Opening(again, stream, guest, deadlineNanos);
        }

        /**
         * What has happened to the session when this opening succeeds.
         *
         * @param last the node that had the session before; null when none had it through this balancer
         */
        Kind kind(@Nullable NodeKey last) {
            if (guest) {
                return Kind.GUEST;
            }
            if (search.goal == Goal.FIRST) {
                return Kind.OPENED;
            }
            if (last == null) {
                return Kind.ADOPTED;
            }
            return search.homeward ? Kind.HOME : stream.node().equals(last) ? Kind.REBOUND : Kind.MOVED;
        }
    }

    /**
     * It is at a node.
     *
     * @param leaving whether it is a guest that was asked to go home
     */
    record Open(EdgeStream stream, boolean guest, boolean leaving) implements Whereabouts {}

    /** What is looked for. */
    enum Goal {
        /** A new session, wherever the policy says, with an id that it gets there. */
        FIRST,
        /** A session that is at the node of its slot, to be taken over as it is. */
        ADOPT,
        /** A session that was open before, here or at another balancer: it keeps its id and its state. */
        AGAIN
    }

    /**
     * Looking for a node.
     *
     * @param lost whether the session was cut off rather than handed over
     * @param homeward whether it was a guest that was asked to go home
     */
    record Search(Goal goal, long sinceNanos, boolean lost, boolean homeward) {
        Search(Goal goal, long sinceNanos) {
            this(goal, sinceNanos, false, false);
        }

        /** The same search, which another node has cut off. */
        Search butLost() {
            return new Search(goal, sinceNanos, true, homeward);
        }
    }

    /** What is looked for; null when the session is at a node, or nowhere. */
    default @Nullable Search search() {
        return null;
    }

    /** Whether the session is at its node and is to be taken over as it is. */
    default boolean adopting() {
        Search search = search();
        return search != null && search.goal == Goal.ADOPT;
    }

    /** Whether the session was open before, here or at another balancer. */
    default boolean known() {
        Search search = search();
        return search == null ? this instanceof Open : search.goal != Goal.FIRST;
    }

    /** The search that begins when this ends: for the same, or else for the session that was open. */
    default Search next(long nowNanos, boolean lost) {
        Search before = search();
        return before == null
                ? new Search(Goal.AGAIN, nowNanos, lost, this instanceof Open open && open.leaving)
                : new Search(before.goal, nowNanos, lost || before.lost, before.homeward);
    }
}
