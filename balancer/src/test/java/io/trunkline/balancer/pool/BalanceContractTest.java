package io.trunkline.balancer.pool;

import static io.trunkline.balancer.pool.Pools.ask;
import static io.trunkline.balancer.pool.Pools.chosen;
import static io.trunkline.balancer.pool.Pools.server;
import static io.trunkline.balancer.pool.Pools.shares;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every way of balancing promises, whatever it prefers. */
@Timeout(30)
class BalanceContractTest {
    private static final int MANY = 100_000;

    private final Pools pools = new Pools();

    @ParameterizedTest
    @EnumSource
    void sharesEvenlyAmongEquals(Balance balance) {
        Map<String, Integer> shares = shares(pools.of(balance, 1, 1, 1), MANY, true);
        assertThat(shares).hasSize(3);
        assertThat(shares.values())
                .allSatisfy(share -> assertThat(share * 3.0 / MANY).isCloseTo(1, within(0.02)));
    }

    @ParameterizedTest
    @EnumSource
    void sharesByWeightWhenRequestsAreShort(Balance balance) {
        assertSharesByWeight(shares(pools.of(balance, 5, 3, 2), MANY, true));
    }

    @ParameterizedTest
    @EnumSource
    void sharesByWeightWhenConnectionsStay(Balance balance) {
        assertSharesByWeight(shares(pools.of(balance, 5, 3, 2), MANY, false));
    }

    private static void assertSharesByWeight(Map<String, Integer> shares) {
        assertThat(shares.getOrDefault("a", 0) / (double) MANY).isCloseTo(0.5, within(0.01));
        assertThat(shares.getOrDefault("b", 0) / (double) MANY).isCloseTo(0.3, within(0.01));
        assertThat(shares.getOrDefault("c", 0) / (double) MANY).isCloseTo(0.2, within(0.01));
    }

    @ParameterizedTest
    @EnumSource
    void givesNothingToServersThatAreDownDrainedInMaintenanceOrOfNoWeight(Balance balance) {
        Pool pool = pools.of(balance, 1, 1, 1, 0, 1);
        server(pool, "a").checked(false, "refused");
        server(pool, "b").want(ServerState.DRAIN);
        server(pool, "c").want(ServerState.MAINTENANCE);
        assertThat(shares(pool, 1_000, true)).containsOnlyKeys("e");
        server(pool, "a").checked(true, "answers");
        server(pool, "b").want(ServerState.UP);
        assertThat(shares(pool, 1_000, true)).containsOnlyKeys("a", "b", "e");
    }

    @ParameterizedTest
    @EnumSource
    void givesARetryToAnotherServerAndHasNoneWhenAllHaveBeenTried(Balance balance) {
        Pool pool = pools.of(balance, 1, 1, 1);
        for (int client = 0; client < 100; client++) {
            Set<Server> tried = new HashSet<>();
            Ask ask = ask(client);
            for (int attempt = 0; attempt < 3; attempt++) {
                Server server = chosen(pool, ask);
                server.givenBack();
                assertThat(tried.add(server)).as("tried once").isTrue();
                ask = ask.after(server);
            }
            assertThat(pool.choose(ask)).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void fillsServersToTheirLimitAndNoFurther(Balance balance) throws Exception {
        Pool pool = pools.of(PoolSettings.of("web", Pools.servers(50, 1, 1, 1, 1), balance));
        inParallel(4, 1_000, client -> pool.choose(ask(client)));
        assertThat(pool.servers()).allSatisfy(one -> assertThat(one.inFlight()).isEqualTo(50));
        server(pool, "c").givenBack();
        assertThat(pool.servers()).anySatisfy(one -> assertThat(one.inFlight()).isEqualTo(49));
    }

    @ParameterizedTest
    @EnumSource
    void hasNoServerWhenAllAreDownAndSaysSo(Balance balance) {
        Pool pool = pools.of(balance, 1, 1);
        pool.servers().forEach(one -> one.checked(false, "refused"));
        assertThat(pool.choose(ask(1))).isNull();
        assertThat(pool.serves()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void servesSeveralEventLoopsAtOnceAndCountsEveryRequest(Balance balance) throws Exception {
        Pool pool = pools.of(balance, 1, 2, 3);
        inParallel(4, 5_000, client -> {
            Server server = chosen(pool, ask(client));
            server.succeeded(1);
            server.givenBack();
        });
        assertThat(pool.servers()).allSatisfy(one -> assertThat(one.inFlight()).isZero());
        assertThat(pool.servers().stream().mapToLong(Server::taken).sum()).isEqualTo(20_000);
        assertThat(pool.servers().stream().mapToLong(Server::answers).sum()).isEqualTo(20_000);
    }

    private interface Client {
        void come(int client);
    }

    private static void inParallel(int threads, int each, Client client) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        CyclicBarrier start = new CyclicBarrier(threads);
        try {
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int first = thread * each;
                tasks.add(() -> {
                    start.await(10, TimeUnit.SECONDS);
                    for (int one = first; one < first + each; one++) {
                        client.come(one);
                    }
                    return null;
                });
            }
            for (Future<Void> done : pool.invokeAll(tasks)) {
                done.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
