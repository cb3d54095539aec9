package io.trunkline.balancer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.balancer.pool.Balance;
import io.trunkline.balancer.pool.CheckSettings;
import io.trunkline.balancer.pool.PassiveSettings;
import io.trunkline.balancer.pool.PoolSettings;
import io.trunkline.balancer.pool.QueueSettings;
import io.trunkline.balancer.pool.Sticky;
import io.trunkline.protocol.member.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileSettingsTest {
    private static final Path EXAMPLE = Path.of("..", "deploy", "examples", "trunkline.conf");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void readsTheExample() {
        FileSettings file = FileSettings.read(EXAMPLE);
        assertThat(file.summary()).isEqualTo("2 listeners, 2 routes, 5 pools, 9 servers");
        PoolSettings api = pool(file, "api");
        assertThat(api.balance()).isEqualTo(Balance.ROUND_ROBIN);
        assertThat(api.sticky()).isEqualTo(new Sticky(Sticky.Kind.COOKIE, "SERVERID"));
        assertThat(api.slowStart()).hasSeconds(30);
        assertThat(api.servers().get(0).weight()).isEqualTo(3);
        assertThat(api.check().kind()).isEqualTo(CheckSettings.Kind.HTTP);
        assertThat(pool(file, "database").connections().proxyProtocol()).isEqualTo(2);
        RouteSettings.Canary canary =
                Objects.requireNonNull(file.routes().get(0).canary());
        assertThat(canary.percent()).isEqualTo(5);
    }

    @Test
    void theValuesOfTheExampleAreThoseThatHoldWithoutThem() {
        PoolSettings site = pool(FileSettings.read(EXAMPLE), "site");
        assertThat(site).isEqualTo(PoolSettings.of("site", site.servers(), Balance.ROUND_ROBIN));
    }

    @Test
    void readsTheExampleOfSevenServices() {
        FileSettings file = FileSettings.read(EXAMPLE.resolveSibling("services.conf"));
        assertThat(file.summary()).isEqualTo("1 listeners, 3 routes, 3 pools, 7 servers");
        assertThat(pool(file, "diagram").balance()).isEqualTo(Balance.ROUND_ROBIN);
        assertThat(pool(file, "ai").balance()).isEqualTo(Balance.LEAST_CONNECTIONS);
        assertThat(pool(file, "collaboration").balance()).isEqualTo(Balance.SOURCE_HASH);
        assertThat(pool(file, "ai").connections().kept()).isEqualTo(10);
        assertThat(pool(file, "ai").check().interval()).hasSeconds(5);
    }

    @Test
    void aFileThatSaysNothingOfServersIsAsGoodAsNone() throws IOException {
        assertThat(FileSettings.read(file("trunkline.balancer.edge.port = 9000")))
                .isEqualTo(FileSettings.NONE);
    }

    @Test
    void refusesMoreConnectionsThanTheProcessMayHave() throws IOException {
        FileSettings file = FileSettings.read(file("""
                listeners.a { port = 1, connection-limit = 400 }
                listeners.b { port = 2, connection-limit = 101 }
                """));
        file.requireFiles(1_002);
        assertThatThrownBy(() -> file.requireFiles(1_001))
                .hasMessageStartingWith("listeners.b.connection-limit: 101 (expected: limits that need,");
    }

    @Test
    void jsonIsAccepted() throws IOException {
        FileSettings file = FileSettings.read(
                file("{\"pools\": {\"web\": {\"servers\": [{\"address\": \"[::1]:80\", \"weight\": 2}]}}}"));
        assertThat(pool(file, "web").servers().get(0).host()).isEqualTo("::1");
    }

    @Test
    void whatHoldsForAllPoolsHoldsUnlessAPoolSaysOtherwise() throws IOException {
        FileSettings file = FileSettings.read(file("""
                health { interval = 7s, fall = 5 }
                queue.limit = 3
                pools.a { servers = ["10.0.0.1:80"], health.fall = 9 }
                pools.b { servers = ["10.0.0.1:80"] }
                """));
        assertThat(pool(file, "a").check().fall()).isEqualTo(9);
        assertThat(pool(file, "a").check().interval()).hasSeconds(7);
        assertThat(pool(file, "b").check().fall()).isEqualTo(5);
        assertThat(pool(file, "b").queue()).isEqualTo(new QueueSettings(3, Duration.ofSeconds(5)));
    }

    @Test
    void theBlockLoadBalancerIsUnderstoodAsItStandsAndOverruledByWhatIsSaidElsewhere() throws IOException {
        String block = """
                loadBalancer {
                  connectionPoolSize = 10
                  backendCheckInterval = 5
                  backendFailureThreshold = 4
                  connectionIdleTimeout = 61
                  backendConnectTimeout = 6
                  metricsInterval = 10
                }
                pools.web.servers = ["10.0.0.1:80"]
                """;
        FileSettings file = FileSettings.read(file(block));
        PoolSettings web = pool(file, "web");
        assertThat(web.connections().kept()).isEqualTo(10);
        assertThat(web.connections().idle()).hasSeconds(61);
        assertThat(web.connections().connect()).hasSeconds(6);
        assertThat(web.check().interval()).hasSeconds(5);
        assertThat(web.check().fall()).isEqualTo(4);
        assertThat(web.passive()).isEqualTo(new PassiveSettings(4, Duration.ofSeconds(30)));
        assertThat(file.metricsInterval()).hasSeconds(10);
        PoolSettings other = pool(FileSettings.read(file(block + "connections.kept = 5")), "web");
        assertThat(other.connections().kept()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "pools.web.servrs = []|1|pools.web.servers: missing (expected: a value, beside servrs)",
                "pools.web { servers = [\"a:1\"]\\nballance = x }|2|pools.web.ballance: unknown (expected: one of balance, connections,",
                "poools.web.servers = []|1|poools: unknown (expected: one of connections, health, kamon,",
                "pools.web.servers = []|1|pools.web.servers: [] (expected: 1 to 1000)",
                "pools.web.servers = 7|1|pools.web.servers: 7 (expected: a list)",
                "pools.web = 7|1|pools.web: 7 (expected: a block in braces)",
                "pools.web.servers = [\"10.0.0.1\"]|1|pools.web.servers.0.address: \"10.0.0.1\" (expected: host:port)",
                "pools.web { servers = [\"a:1\"]\\nbalance = fastest }|2|pools.web.balance: fastest (expected: one of round-robin,",
                "pools.web { servers = [\"a:1\"]\\nhealth.interval = 3 }|2|pools.web.health.interval: 3 (expected: a number and ms,",
                "pools.web { servers = [\"a:1\"]\\nhealth.interval = 1ms }|2|pools.web.health.interval: \"1ms\" (expected: 100ms to 1h)",
                "pools.web { servers = [\"a:1\"]\\nhealth.status = ok }|2|pools.web.health.status: \"ok\" (expected: a status or two",
                "pools.web { servers = [\"a:1\"]\\nqueue.limit = many }|2|pools.web.queue.limit: \"many\" (expected: a whole number)",
                "pools.web { servers = [\"a:1\"]\\nsticky { by = header } }|2|pools.web.sticky.name: \"\" (expected: the name of a header)",
                "health.rise = 0|1|health.rise: 0 (expected: 1..100)",
                "loadBalancer.connectionPoolSize = 0|1|loadBalancer.connectionPoolSize: 0 (expected: 1..3600)",
                "loadBalancer.poolSize = 1|1|loadBalancer.poolSize: unknown (expected: one of backendCheckInterval,",
                "listeners.in { protocol = tcp, port = 1 }|1|listeners.in.pool: \"\" (expected: a pool, because bytes have no routes)",
                "listeners.in { pool = web }|1|listeners.in.port: missing (expected: a value, beside pool)",
                "listeners.in { port = 70000 }|1|listeners.in.port: 70000 (expected: 0..65535)",
                "listeners.in { port = 1, pool = web }|1|listeners.in.pool: web (expected: the name of a pool; there are none)",
                "listeners.a.port = 1\\nlisteners.b.port = 1|2|listeners.b.port: 1 (expected: another one than that of a)",
                "routes = [{ listener = in, pool = web }]|1|routes.0.listener: in (expected: the name of a listener with protocol = http; there are none)",
                "pools.w.servers = [\"a:1\"]\\nlisteners.i.port = 1\\nroutes = [{ listener = i, pool = w, canary { pool = w, percent = 5 } }]|3|routes.0.canary.pool: \"w\" (expected: another pool than the route's own)",
                "pools.w.servers = [\"a:1\"]\\nlisteners.i.port = 1\\nroutes = [{ listener = i, pool = w, canary { pool = x, percent = 5% } }]|3|routes.0.canary.percent: 5% (expected: 0 to 100, with up to two decimals)",
                "pools.w { servers = [\"a:1\"], sticky.by = cookie }\\nlisteners.i { port = 1, protocol = tcp, pool = w }|2|listeners.i.pool: w (expected: a pool without sticky,",
            })
    void anErrorNamesFileLineKeyValueAndWhatIsExpected(String text, int line, String message) throws IOException {
        Path file = file(text.replace("\\n", "\n"));
        assertThatThrownBy(() -> FileSettings.read(file))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith(file + ":" + line + ": " + message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void whatIsNoHoconOrNotThereIsAnErrorThatNamesTheFile() throws IOException {
        Path file = file("pools { web { ");
        assertThatThrownBy(() -> FileSettings.read(file))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(file + ": 1");
        Path missing = directory.resolve("missing.conf");
        assertThatThrownBy(() -> FileSettings.read(missing))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(missing.toString());
    }

    private static PoolSettings pool(FileSettings file, String name) {
        return Objects.requireNonNull(file.pools().get(name), name);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("test.conf"), text);
    }
}
