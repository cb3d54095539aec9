package io.trunkline.balancer.pool;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Weighted rendezvous hashing: each key has its own order of the servers, the same in every balancer. A server that
 * comes or goes moves only the keys that are its own.
 */
final class Rendezvous {
    private Rendezvous() {}

    static long hash(String key) {
        long h = 0xCBF29CE484222325L;
        for (int i = 0; i < key.length(); i++) {
            h = (h ^ key.charAt(i)) * 0x100000001B3L;
        }
        return mixed(h);
    }

    static long hash(InetAddress source) {
        long h = 0xCBF29CE484222325L;
        for (byte part : source.getAddress()) {
            h = (h ^ (part & 0xFF)) * 0x100000001B3L;
        }
        return mixed(h);
    }

    /** What the request is hashed by. */
    static long hash(Ask ask) {
        String key = ask.key();
        return key == null ? hash(ask.source()) : hash(key);
    }

    /** The first server in the key's order that has not been tried, full or not; null when there is none. */
    static @Nullable Server first(long key, Members members, List<Server> tried) {
        Server best = null;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < members.size(); i++) {
            Server server = members.server(i);
            double cost = cost(key, server, members.weight(i));
            if (cost < least && !tried.contains(server)) {
                best = server;
                least = cost;
            }
        }
        return best;
    }

    /** Whether the server comes before all the members in the key's order. */
    static boolean prefers(long key, Server server, Members members) {
        double own = cost(key, server, server.weight() * 100);
        for (int i = 0; i < members.size(); i++) {
            if (cost(key, members.server(i), members.weight(i)) < own) {
                return false;
            }
        }
        return true;
    }

    /** Exponentially distributed, so that the least of all is a server's as often as its weight says. */
    static double cost(long key, Server server, int weight) {
        double unit = ((mixed(key ^ server.seed()) >>> 11) + 0.5) * 0x1p-53;
        return -Math.log(unit) / weight;
    }

    /** The finalizer of SplitMix64: what is close together is far apart afterwards. */
    static long mixed(long value) {
        long h = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        h = (h ^ (h >>> 27)) * 0x94D049BB133111EBL;
        return h ^ (h >>> 31);
    }
}
