package io.trunkline.balancer.pool;

import io.trunkline.protocol.metrics.Registration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * What a pool and its servers count, as gauges that are read once a second: nothing is counted twice on the way of a
 * request. Totals only rise as long as their server stays in the pool.
 */
public final class PoolMetrics implements AutoCloseable {
    /** Where gauges are registered: {@link io.trunkline.protocol.metrics.Metrics#gauge}. */
    public interface Gauges {
        Registration gauge(String name, Map<String, String> tags, LongSupplier value);
    }

    private final Pool pool;
    private final Gauges metrics;
    private final Map<Server, List<Registration>> series = new HashMap<>();
    private final List<Registration> own = new ArrayList<>();

    /** The series of this pool, until closed. */
    public PoolMetrics(Pool pool, Gauges metrics) {
        this.pool = pool;
        this.metrics = metrics;
        Map<String, String> tags = Map.of("pool", pool.name());
        own.add(metrics.gauge("trunkline.pool.waiting", tags, pool::waiting));
        own.add(metrics.gauge("trunkline.pool.servers.up", tags, () -> count(ServerState.UP)));
        own.add(metrics.gauge(
                "trunkline.pool.servers", tags, () -> pool.servers().size()));
        own.add(metrics.gauge("trunkline.pool.refused", tags, pool::refused));
        own.add(metrics.gauge(
                "trunkline.pool.retries", tags, () -> pool.retries().spent()));
        own.add(metrics.gauge(
                "trunkline.pool.retries.refused", tags, () -> pool.retries().refused()));
        update();
    }

    private long count(ServerState state) {
        return pool.servers().stream().filter(server -> server.state() == state).count();
    }

    /**
     * Begins the series of new servers and ends those of servers that have left; to be called after
     * {@link Pool#update}.
     */
    public synchronized void update() {
        series.entrySet().removeIf(one -> {
            boolean gone = one.getKey().gone();
            if (gone) {
                one.getValue().forEach(Registration::close);
            }
            return gone;
        });
        pool.servers().forEach(server -> series.computeIfAbsent(server, this::of));
    }

    private List<Registration> of(Server server) {
        List<Registration> all = new ArrayList<>();
        all.add(gauge("up", server, Map.of(), one -> one.state() == ServerState.UP ? 1 : 0));
        all.add(gauge("weight", server, Map.of(), Server::weight));
        all.add(gauge("in_flight", server, Map.of(), Server::inFlight));
        all.add(gauge("taken", server, Map.of(), Server::taken));
        all.add(gauge("answers", server, Map.of(), Server::answers));
        all.add(gauge("answer_micros", server, Map.of(), one -> one.answerNanos() / 1_000));
        for (Failure failure : Failure.values()) {
            all.add(gauge("failures", server, Map.of("reason", failure.label()), one -> one.failures(failure)));
        }
        return all;
    }

    private Registration gauge(String what, Server server, Map<String, String> more, ToLongFunction<Server> value) {
        Map<String, String> tags = new HashMap<>(more);
        tags.put("pool", pool.name());
        tags.put("server", server.name());
        LongSupplier reader = () -> value.applyAsLong(server);
        return metrics.gauge("trunkline.server." + what, tags, reader);
    }

    /** Ends all series. */
    @Override
    public synchronized void close() {
        own.forEach(Registration::close);
        series.values().forEach(all -> all.forEach(Registration::close));
        series.clear();
    }
}
