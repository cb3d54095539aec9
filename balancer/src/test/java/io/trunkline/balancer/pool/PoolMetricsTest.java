package io.trunkline.balancer.pool;

import static io.trunkline.balancer.pool.Pools.ask;
import static io.trunkline.balancer.pool.Pools.chosen;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.protocol.metrics.Registration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class PoolMetricsTest {
    private final Map<String, LongSupplier> series = new TreeMap<>();
    private final Pool pool = new Pools().of(Balance.ROUND_ROBIN, 1, 1);
    private final PoolMetrics metrics = new PoolMetrics(pool, this::gauge);

    private Registration gauge(String name, Map<String, String> tags, LongSupplier value) {
        String key = name + new TreeMap<>(tags);
        series.put(key, value);
        return () -> series.remove(key);
    }

    private long value(String key) {
        return Objects.requireNonNull(series.get(key), key).getAsLong();
    }

    @Test
    void tellOfEachServerWhatItDidAndHowItIs() {
        Server server = chosen(pool, ask(1));
        server.succeeded(3_000_000);
        server.failed(Failure.RESET);
        server.checked(false, "refused");
        assertThat(value("trunkline.server.taken{pool=web, server=a}")).isEqualTo(1);
        assertThat(value("trunkline.server.in_flight{pool=web, server=a}")).isEqualTo(1);
        assertThat(value("trunkline.server.answer_micros{pool=web, server=a}")).isEqualTo(3_000);
        assertThat(value("trunkline.server.failures{pool=web, reason=reset, server=a}"))
                .isEqualTo(1);
        assertThat(value("trunkline.server.up{pool=web, server=a}")).isZero();
        assertThat(value("trunkline.server.up{pool=web, server=b}")).isEqualTo(1);
        assertThat(value("trunkline.pool.servers.up{pool=web}")).isEqualTo(1);
        assertThat(value("trunkline.pool.servers{pool=web}")).isEqualTo(2);
    }

    @Test
    void endWithTheServerAndWithThePool() {
        pool.update(PoolSettings.of("web", Pools.servers(0, 1), Balance.ROUND_ROBIN));
        metrics.update();
        assertThat(series.keySet())
                .noneMatch(key -> key.contains("server=b"))
                .anyMatch(key -> key.contains("server=a"));
        metrics.close();
        assertThat(series).isEmpty();
    }
}
