package io.trunkline.balancer.pool;

import io.trunkline.protocol.member.Expect;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One pool.
 *
 * @param servers at most 1,000; the order does not matter
 * @param slowStart how long a server that came up takes to get its whole share; zero: it gets it at once
 */
public record PoolSettings(
        String name,
        List<ServerSettings> servers,
        Balance balance,
        Sticky sticky,
        Duration slowStart,
        PassiveSettings passive,
        CheckSettings check,
        ConnectionSettings connections,
        QueueSettings queue) {
    private static final int MOST = 1_000;

    public PoolSettings {
        Expect.that(name.matches("[A-Za-z0-9._-]{1,64}"), "name", '"' + name + '"', "1 to 64 of A-Z a-z 0-9 . _ -");
        servers = List.copyOf(servers);
        Expect.that(!servers.isEmpty() && servers.size() <= MOST, "servers", servers.size(), "1 to " + MOST);
        Set<String> names = new HashSet<>();
        for (ServerSettings server : servers) {
            Expect.that(names.add(server.name()), "servers", server.name(), "each name once in a pool");
        }
        Expect.that(!slowStart.isNegative() && slowStart.toHours() <= 1, "slow-start", slowStart, "0s to 1h");
    }

    /** A pool as it is when nothing else is said. */
    public static PoolSettings of(String name, List<ServerSettings> servers, Balance balance) {
        return new PoolSettings(
                name,
                servers,
                balance,
                Sticky.NONE,
                Duration.ZERO,
                PassiveSettings.DEFAULT,
                CheckSettings.CONNECT,
                ConnectionSettings.DEFAULT,
                QueueSettings.DEFAULT);
    }
}
