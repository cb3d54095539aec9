package io.trunkline.balancer.pool;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Which servers of a pool get requests, and how many, as of one moment. Immutable. */
final class Members {
    /** The most turns of a round; weights are rounded when there are more. */
    private static final int TURNS = 8_192;

    private static final int DRAWS = 8;

    private static final long STEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final List<Server> servers;
    private final int[] weights;
    private final int[] turns;
    private final Map<String, Server> byToken;
    private final List<Server> onTrial;
    private final long lasts;
    private final long made;

    private Members(
            List<Server> servers,
            int[] weights,
            Map<String, Server> byToken,
            List<Server> onTrial,
            long made,
            long lasts) {
        this.servers = List.copyOf(servers);
        this.weights = weights;
        this.turns = turns(weights);
        this.byToken = Map.copyOf(byToken);
        this.onTrial = List.copyOf(onTrial);
        this.made = made;
        this.lasts = lasts;
    }

    /**
     * The members of a pool now.
     *
     * <p>Servers that checks found down are out. Of those that failed requests at most a third is out, and at least one
     * may be, those that failed first; none when less than half of the pool would be left: then it is not the servers
     * that are to blame, or there is nothing better.
     */
    static Members of(List<Server> all, long slowStartNanos, long now) {
        List<Server> known = new ArrayList<>();
        List<Server> out = new ArrayList<>();
        int inService = 0;
        for (Server server : all) {
            boolean serves = server.wanted() == ServerState.UP && server.weight() > 0;
            inService += serves ? 1 : 0;
            if (server.wanted() != ServerState.MAINTENANCE && server.reachable()) {
                known.add(server);
                if (serves && server.passive().out()) {
                    out.add(server);
                }
            }
        }
        out.sort(Comparator.comparingLong(server -> server.passive().until() - now));
        List<Server> leftAlone = out.subList(0, Math.min(out.size(), Math.max(1, inService / 3)));
        long candidates = known.stream().filter(Members::serves).count() - leftAlone.size();
        if (candidates * 2 < inService) {
            leftAlone = List.of();
        }
        List<Server> servers = new ArrayList<>(known);
        servers.removeAll(leftAlone);
        Map<String, Server> byToken = new HashMap<>();
        servers.forEach(server -> byToken.put(server.token(), server));
        servers.removeIf(server -> !serves(server));
        List<Server> onTrial = new ArrayList<>();
        long lasts = Long.MAX_VALUE;
        for (Server server : leftAlone) {
            long left = server.passive().until() - now;
            if (left <= 0) {
                onTrial.add(server);
            } else {
                lasts = Math.min(lasts, left);
            }
        }
        int[] weights = new int[servers.size()];
        for (int i = 0; i < weights.length; i++) {
            int warmth = servers.get(i).warmth(slowStartNanos, now);
            weights[i] = servers.get(i).weight() * warmth;
            lasts = warmth < 100 ? Math.min(lasts, STEP_NANOS) : lasts;
        }
        return new Members(servers, weights, byToken, onTrial, now, lasts);
    }

    private static boolean serves(Server server) {
        return server.wanted() == ServerState.UP && server.weight() > 0;
    }

    /** Whether time alone has changed something since. */
    boolean outdated(long now) {
        return now - made >= lasts;
    }

    int size() {
        return servers.size();
    }

    Server server(int at) {
        return servers.get(at);
    }

    /** A hundred times its weight, less while it is new. */
    int weight(int at) {
        return weights[at];
    }

    /** The server with this token that takes what belongs to it; null when there is none. */
    @Nullable
    Server withToken(String token) {
        return byToken.get(token);
    }

    /** Servers that one request may try. */
    List<Server> onTrial() {
        return onTrial;
    }

    /** The server whose turn it is, in a round in which each has as many turns as it has weight, well mixed. */
    @Nullable
    Server atTurn(int turn) {
        return turns.length == 0 ? null : servers.get(indexAtTurn(turn));
    }

    /** The index of that server, when there is one. */
    int indexAtTurn(int turn) {
        return turns[Integer.remainderUnsigned(turn, turns.length)];
    }

    /** One that takes the request, at random by weight; null when none does. */
    @Nullable
    Server any(Ask ask) {
        int turn = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
            turn = ThreadLocalRandom.current().nextInt();
            Server server = atTurn(turn);
            if (server == null || takes(server, ask)) {
                return server;
            }
        }
        // The next one would have the shares of those that take nothing as well: only when chance has not found one.
        int first = Math.floorMod(turn, servers.size());
        for (int i = 0; i < servers.size(); i++) {
            Server server = servers.get((first + i) % servers.size());
            if (takes(server, ask)) {
                return server;
            }
        }
        return null;
    }

    /** Whether the server has a place and has not been tried. */
    static boolean takes(Server server, Ask ask) {
        return !server.full() && !ask.tried().contains(server);
    }

    private record Turn(int index, int weight, int nth) {
        double at() {
            return (nth + 0.5) / weight;
        }
    }

    private static int[] turns(int[] weights) {
        int divisor = 0;
        long total = 0;
        for (int weight : weights) {
            divisor = gcd(weight, divisor);
            total += weight;
        }
        long round = divisor == 0 ? 0 : Math.min(total / divisor, TURNS);
        PriorityQueue<Turn> next = new PriorityQueue<>(Comparator.comparingDouble(Turn::at));
        int length = 0;
        for (int i = 0; i < weights.length; i++) {
            int turns = (int) Math.max(1, Math.round((double) weights[i] * round / total));
            next.add(new Turn(i, turns, 0));
            length += turns;
        }
        int[] all = new int[length];
        for (int i = 0; i < length; i++) {
            Turn turn = next.remove();
            all[i] = turn.index;
            next.add(new Turn(turn.index, turn.weight, turn.nth + 1));
        }
        return all;
    }

    private static int gcd(int one, int other) {
        return other == 0 ? one : gcd(other, one % other);
    }
}
