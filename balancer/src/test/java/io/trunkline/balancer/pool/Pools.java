package io.trunkline.balancer.pool;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** Pools and clients for tests, with a clock that stands still until it is moved. */
final class Pools {
    final AtomicLong nanos = new AtomicLong(1_000_000_000L);

    /** A pool of servers a, b, c ... with these weights. */
    Pool of(Balance balance, int... weights) {
        return of(PoolSettings.of("web", servers(0, weights), balance));
    }

    Pool of(PoolSettings settings) {
        return new Pool(settings, "secret".getBytes(StandardCharsets.UTF_8), nanos::get);
    }

    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    static List<ServerSettings> servers(int limit, int... weights) {
        List<ServerSettings> all = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            all.add(new ServerSettings(
                    Character.toString((char) ('a' + i)), "127.0.0." + (i + 1), 80, weights[i], limit));
        }
        return all;
    }

    static PoolSettings with(PoolSettings pool, Sticky sticky, Duration slowStart, QueueSettings queue) {
        return new PoolSettings(
                pool.name(),
                pool.servers(),
                pool.balance(),
                sticky,
                slowStart,
                pool.passive(),
                pool.check(),
                pool.connections(),
                queue);
    }

    static Ask ask(int client) {
        return new Ask(source(client));
    }

    static Ask asksWithToken(String token) {
        return new Ask(source(1), token, null, List.of());
    }

    static Ask asksWithKey(String key) {
        return new Ask(source(key.hashCode()), null, key, List.of());
    }

    static InetAddress source(int client) {
        try {
            return InetAddress.getByAddress(
                    new byte[] {10, (byte) (client >> 16), (byte) (client >> 8), (byte) client});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    static Server chosen(Pool pool, Ask ask) {
        return Objects.requireNonNull(pool.choose(ask), "no server");
    }

    static Server server(Pool pool, String name) {
        return pool.servers().stream()
                .filter(server -> server.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** How many of so many requests, each of another client, each server gets. */
    static Map<String, Integer> shares(Pool pool, int requests, boolean givenBack) {
        Map<String, Integer> shares = new TreeMap<>();
        for (int i = 0; i < requests; i++) {
            Server server = chosen(pool, ask(i));
            shares.merge(server.name(), 1, Integer::sum);
            if (givenBack) {
                server.givenBack();
            }
        }
        return shares;
    }

    static int sum(int... weights) {
        return Arrays.stream(weights).sum();
    }
}
