package io.trunkline.balancer.pool;

import static io.trunkline.balancer.pool.Pools.ask;
import static io.trunkline.balancer.pool.Pools.asksWithKey;
import static io.trunkline.balancer.pool.Pools.asksWithToken;
import static io.trunkline.balancer.pool.Pools.chosen;
import static io.trunkline.balancer.pool.Pools.server;
import static io.trunkline.balancer.pool.Pools.shares;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PoolTest {
    private final Pools pools = new Pools();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<String> told = new ArrayList<>();

    @Test
    void roundRobinGivesEachOfThreeServersTenOfThirtyRequests() {
        assertThat(shares(pools.of(Balance.ROUND_ROBIN, 1, 1, 1), 30, true))
                .containsEntry("a", 10)
                .containsEntry("b", 10)
                .containsEntry("c", 10);
    }

    @Test
    void roundRobinMixesTheTurnsOfAHeavyServerWithThoseOfTheOthers() {
        Pool pool = pools.of(Balance.ROUND_ROBIN, 4, 1, 1);
        StringBuilder turns = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            turns.append(chosen(pool, ask(i)).name());
        }
        assertThat(turns.toString()).doesNotContain("aaa");
    }

    @Test
    void twoBalancersSendEveryKeyAndEverySourceToTheSameServer() {
        Pool one = pools.of(Balance.SOURCE_HASH, 3, 2, 1);
        Pool other = pools.of(Balance.SOURCE_HASH, 3, 2, 1);
        for (int client = 0; client < 1_000; client++) {
            assertThat(chosen(one, ask(client)).name())
                    .isEqualTo(chosen(other, ask(client)).name());
            String key = "tenant-" + client;
            assertThat(chosen(one, asksWithKey(key)).name())
                    .isEqualTo(chosen(other, asksWithKey(key)).name());
        }
    }

    @Test
    void aServerThatGoesMovesItsOwnSourcesOnly() {
        Pool pool = pools.of(Balance.SOURCE_HASH, 1, 1, 1, 1);
        List<String> before = new ArrayList<>();
        for (int client = 0; client < 1_000; client++) {
            before.add(chosen(pool, ask(client)).name());
        }
        server(pool, "b").checked(false, "refused");
        for (int client = 0; client < 1_000; client++) {
            if (!before.get(client).equals("b")) {
                assertThat(chosen(pool, ask(client)).name()).isEqualTo(before.get(client));
            }
        }
    }

    @Test
    void aTokenLeadsToItsServerWhileThatDrainsAndThroughEveryBalancer() {
        Pool pool = pools.of(Balance.ROUND_ROBIN, 1, 1, 1);
        Server own = server(pool, "b");
        own.want(ServerState.DRAIN);
        Pool other = pools.of(Balance.ROUND_ROBIN, 1, 1, 1);
        for (int i = 0; i < 100; i++) {
            assertThat(chosen(pool, asksWithToken(own.token()))).isSameAs(own);
            assertThat(chosen(other, asksWithToken(own.token())).name()).isEqualTo("b");
        }
    }

    @Test
    void aTokenOfAServerThatIsDownOrUnknownIsAsGoodAsNone() {
        Pool pool = pools.of(Balance.ROUND_ROBIN, 1, 1);
        Server own = server(pool, "b");
        own.checked(false, "refused");
        assertThat(chosen(pool, asksWithToken(own.token())).name()).isEqualTo("a");
        assertThat(chosen(pool, asksWithToken("AAAAAAAAAAAA")).name()).isEqualTo("a");
    }

    @Test
    void aTokenSaysNothingOfTheServer() {
        Server server = pools.of(Balance.ROUND_ROBIN, 1).servers().get(0);
        assertThat(server.token()).matches("[A-Za-z0-9_-]{12}");
    }

    @Test
    void aReloadKeepsWhatIsUnderWayAndTheTokensOfServersThatStay() {
        Pool pool = pools.of(Balance.ROUND_ROBIN, 1, 1);
        Server stays = server(pool, "a");
        Server goes = server(pool, "b");
        chosen(pool, asksWithToken(stays.token()));
        pool.update(PoolSettings.of("web", Pools.servers(0, 3), Balance.LEAST_CONNECTIONS));
        assertThat(pool.servers()).containsExactly(stays);
        assertThat(stays.inFlight()).isEqualTo(1);
        assertThat(stays.weight()).isEqualTo(3);
        assertThat(goes.gone()).isTrue();
        goes.givenBack();
    }

    @Test
    void whoWaitsGetsTheNextFreePlaceInOrder() {
        Pool pool = limited(1, 10);
        Server only = chosen(pool, ask(1));
        wait(pool, "first");
        wait(pool, "second");
        only.givenBack();
        channel.runPendingTasks();
        assertThat(told).containsExactly("first a");
        assertThat(pool.waiting()).isEqualTo(1);
        only.givenBack();
        channel.runPendingTasks();
        assertThat(told).containsExactly("first a", "second a");
        assertThat(only.inFlight()).isEqualTo(1);
    }

    @Test
    void whoWaitsLongerThanTheDeadlineIsRefused() {
        Pool pool = limited(1, 10);
        chosen(pool, ask(1));
        wait(pool, "first");
        channel.advanceTimeBy(4_999, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertThat(told).isEmpty();
        channel.advanceTimeBy(2, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertThat(told).containsExactly("first refused");
        assertThat(pool.waiting()).isZero();
    }

    @Test
    void theQueueIsBoundedAndTakesNobodyWhoCannotWait() {
        Pool pool = limited(1, 1);
        chosen(pool, ask(1));
        Pool.Wait first = wait(pool, "first");
        assertThat(pool.await(ask(3), channel.eventLoop(), waiter("second"))).isNull();
        assertThat(first.cancel()).isTrue();
        assertThat(first.cancel()).isFalse();
        pool.servers().get(0).givenBack();
        channel.runPendingTasks();
        assertThat(told).isEmpty();
        assertThat(pool.servers().get(0).inFlight()).isZero();
    }

    @Test
    void aServerThatComesUpServesThoseWhoWait() {
        Pool pool = limited(1, 10);
        Server only = pool.servers().get(0);
        only.checked(false, "refused");
        wait(pool, "first");
        only.checked(true, "answers");
        channel.runPendingTasks();
        assertThat(told).containsExactly("first a");
    }

    @Test
    void retriesAreAFifthOfTheRequestsAndOneASecond() {
        Pool pool = pools.of(Balance.ROUND_ROBIN, 1, 1);
        int retries = spend(pool);
        assertThat(retries).as("for the start").isEqualTo(10);
        for (int i = 0; i < 400; i++) {
            chosen(pool, ask(i));
        }
        assertThat(spend(pool)).isEqualTo(80);
        assertThat(spend(pool)).isZero();
        pools.pass(Duration.ofSeconds(3));
        assertThat(spend(pool)).isEqualTo(3);
    }

    private static int spend(Pool pool) {
        int retries = 0;
        while (pool.retries().retry()) {
            retries++;
        }
        return retries;
    }

    private Pool limited(int limit, int queue) {
        PoolSettings settings = PoolSettings.of("web", Pools.servers(limit, 1), Balance.ROUND_ROBIN);
        return pools.of(
                Pools.with(settings, Sticky.NONE, Duration.ZERO, new QueueSettings(queue, Duration.ofSeconds(5))));
    }

    private Pool.Wait wait(Pool pool, String name) {
        return Objects.requireNonNull(pool.await(ask(2), channel.eventLoop(), waiter(name)));
    }

    private Pool.Waiter waiter(String name) {
        return new Pool.Waiter() {
            @Override
            public void served(Server server) {
                told.add(name + " " + server);
            }

            @Override
            public void refused() {
                told.add(name + " refused");
            }
        };
    }
}
