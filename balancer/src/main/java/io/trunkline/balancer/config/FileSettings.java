package io.trunkline.balancer.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.trunkline.balancer.pool.PoolSettings;
import io.trunkline.balancer.pool.Sticky;
import io.trunkline.protocol.member.Expect;
import io.trunkline.protocol.member.SettingsException;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration file says of servers outside the cluster. A file that says nothing of them is as good as none.
 * The keys under {@code trunkline}, {@code pekko} and {@code kamon} of the same file are read elsewhere.
 *
 * @param listeners by name
 * @param routes in the order in which they are tried
 * @param pools by name
 * @param metricsInterval time between two reports of metrics; null: as it is without a file
 */
public record FileSettings(
        Map<String, ListenerSettings> listeners,
        List<RouteSettings> routes,
        Map<String, PoolSettings> pools,
        @Nullable Duration metricsInterval) {
    /** Nothing for servers outside the cluster. */
    public static final FileSettings NONE = new FileSettings(Map.of(), List.of(), Map.of(), null);

    private static final List<String> READ_ELSEWHERE = List.of("trunkline", "pekko", "kamon");
    private static final List<String> OF_ALL_POOLS = List.of("health", "connections", "queue");

    public FileSettings {
        listeners = Collections.unmodifiableMap(new TreeMap<>(listeners));
        routes = List.copyOf(routes);
        pools = Collections.unmodifiableMap(new TreeMap<>(pools));
    }

    /**
     * Reads a file.
     *
     * @throws SettingsException when something of it is wrong; one line that says where, what, and what is expected
     */
    public static FileSettings read(Path file) {
        return Expect.readable(() -> from(ConfigFactory.parseFile(
                        new File(file.toString()), ConfigParseOptions.defaults().setAllowMissing(false))
                .resolve()));
    }

    static FileSettings from(Config whole) {
        BlockSettings file = BlockSettings.of(whole);
        return file.read(() -> {
            READ_ELSEWHERE.forEach(file::has);
            LoadBalancerSettings profile = LoadBalancerSettings.from(file, whole);
            // Once for their own errors; then under those of each pool.
            PoolBlockSettings.checkHealth(file.block("health"));
            PoolBlockSettings.connections(file.block("connections"));
            PoolBlockSettings.queue(file.block("queue"));
            Config ofAllPools = ConfigFactory.empty();
            for (String key : OF_ALL_POOLS) {
                ofAllPools = whole.hasPath(key) ? ofAllPools.withValue(key, whole.getValue(key)) : ofAllPools;
            }
            Map<String, PoolSettings> pools = new TreeMap<>();
            file.named("pools", ofAllPools.withFallback(profile.pools()))
                    .forEach((name, block) -> pools.put(name, PoolBlockSettings.from(name, block)));
            Map<String, ListenerSettings> listeners = new TreeMap<>();
            Map<String, String> ports = new HashMap<>();
            file.named("listeners", ConfigFactory.empty()).forEach((name, block) -> {
                ListenerSettings listener = ListenerSettings.from(name, block);
                listeners.put(name, listener);
                requireKnown(block, listener, pools);
                String other = ports.put(listener.host() + ":" + listener.port(), name);
                if (other != null && listener.port() != 0) {
                    throw block.wrong("port", listener.port() + " (expected: another one than that of " + other + ")");
                }
            });
            List<RouteSettings> routes = new ArrayList<>();
            for (BlockSettings block : file.list("routes")) {
                RouteSettings route = RouteSettings.from(block);
                requireKnown(block, route, listeners, pools);
                routes.add(route);
            }
            int seconds = profile.metricsSeconds();
            return new FileSettings(listeners, routes, pools, seconds == 0 ? null : Duration.ofSeconds(seconds));
        });
    }

    private static void requireKnown(BlockSettings block, ListenerSettings listener, Map<String, PoolSettings> pools) {
        if (listener.pool().isEmpty()) {
            return;
        }
        PoolSettings pool = requirePool(block, "pool", listener.pool(), pools);
        if (listener.protocol() == ListenerSettings.Protocol.TCP
                && pool.sticky().kind() != Sticky.Kind.NONE) {
            throw block.wrong(
                    "pool",
                    pool.name() + " (expected: a pool without sticky, because a listener of bytes sees no "
                            + pool.sticky().kind().label() + "; source-hash keeps clients with their server)");
        }
    }

    private static void requireKnown(
            BlockSettings block,
            RouteSettings route,
            Map<String, ListenerSettings> listeners,
            Map<String, PoolSettings> pools) {
        ListenerSettings listener = listeners.get(route.listener());
        if (listener == null || listener.protocol() != ListenerSettings.Protocol.HTTP) {
            throw block.wrong(
                    "listener",
                    route.listener() + " (expected: the name of a listener with protocol = http; there are "
                            + names(listeners.keySet()) + ")");
        }
        requirePool(block, "pool", route.pool(), pools);
        RouteSettings.Canary canary = route.canary();
        if (canary != null) {
            requirePool(block, "canary.pool", canary.pool(), pools);
        }
    }

    private static PoolSettings requirePool(
            BlockSettings block, String key, String name, Map<String, PoolSettings> pools) {
        PoolSettings pool = pools.get(name);
        if (pool == null) {
            throw block.wrong(key, name + " (expected: the name of a pool; there are " + names(pools.keySet()) + ")");
        }
        return pool;
    }

    private static String names(Set<String> names) {
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    /**
     * Refuses limits of listeners for which the process may not open enough files: each client has a connection of its
     * own and one to a server.
     *
     * @param connections that the process has room for
     */
    public void requireFiles(int connections) {
        int left = connections;
        for (ListenerSettings listener : listeners.values()) {
            left -= 2 * listener.connectionLimit();
            Expect.that(
                    left >= 0,
                    "listeners." + listener.name() + ".connection-limit",
                    listener.connectionLimit(),
                    "limits that need, twice the sum of all, at most " + connections
                            + " connections, for which this process may open files; ulimit -n raises that");
        }
    }

    /** What there is, in a few words. */
    public String summary() {
        int servers =
                pools.values().stream().mapToInt(pool -> pool.servers().size()).sum();
        return listeners.size() + " listeners, " + routes.size() + " routes, " + pools.size() + " pools, " + servers
                + " servers";
    }
}
