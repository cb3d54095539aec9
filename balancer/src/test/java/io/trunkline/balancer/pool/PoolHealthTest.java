package io.trunkline.balancer.pool;

import static io.trunkline.balancer.pool.Pools.ask;
import static io.trunkline.balancer.pool.Pools.chosen;
import static io.trunkline.balancer.pool.Pools.server;
import static io.trunkline.balancer.pool.Pools.shares;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PoolHealthTest {
    private final Pools pools = new Pools();

    @Test
    void threeFailuresTakeAServerDownForThirtySecondsThenOneRequestTriesItAndBringsItBack() {
        Pool pool = pools.of(Balance.ROUND_ROBIN, 1, 1);
        Server bad = server(pool, "a");
        for (int failure = 0; failure < 3; failure++) {
            assertThat(bad.state()).isEqualTo(ServerState.UP);
            bad.failed(Failure.STATUS);
        }
        assertThat(bad.state()).isEqualTo(ServerState.DOWN);
        assertThat(shares(pool, 100, true)).containsOnlyKeys("b");
        pools.pass(Duration.ofMillis(29_999));
        assertThat(shares(pool, 100, true)).containsOnlyKeys("b");

        pools.pass(Duration.ofMillis(1));
        assertThat(chosen(pool, ask(1))).isSameAs(bad);
        assertThat(shares(pool, 100, true)).as("one tries it, no more").containsOnlyKeys("b");
        bad.succeeded(1);
        bad.givenBack();
        assertThat(bad.state()).isEqualTo(ServerState.UP);
        assertThat(shares(pool, 100, true)).containsEntry("a", 50).containsEntry("b", 50);
    }

    @Test
    void aFailedTrialLeavesTheServerAloneForAsLongAgain() {
        Pool pool = pools.of(Balance.ROUND_ROBIN, 1, 1);
        Server bad = server(pool, "a");
        fail(bad);
        pools.pass(Duration.ofSeconds(30));
        assertThat(chosen(pool, ask(1))).isSameAs(bad);
        bad.failed(Failure.CONNECT);
        bad.givenBack();
        pools.pass(Duration.ofSeconds(29));
        assertThat(shares(pool, 100, true)).containsOnlyKeys("b");
        pools.pass(Duration.ofSeconds(1));
        assertThat(chosen(pool, ask(1))).isSameAs(bad);
    }

    @Test
    void aTrialThatIsNeverHeardOfAgainMakesRoomForAnother() {
        Pool pool = pools.of(Balance.ROUND_ROBIN, 1, 1);
        fail(server(pool, "a"));
        pools.pass(Duration.ofSeconds(30));
        assertThat(chosen(pool, ask(1)).name()).isEqualTo("a");
        pools.pass(Duration.ofSeconds(30));
        assertThat(chosen(pool, ask(1)).name()).isEqualTo("a");
    }

    @Test
    void failuresThatLieFarApartOrAreRareAmongAnswersDoNotCount() {
        Pool pool = pools.of(Balance.ROUND_ROBIN, 1, 1);
        Server server = server(pool, "a");
        for (int i = 0; i < 10; i++) {
            server.failed(Failure.RESET);
            pools.pass(Duration.ofSeconds(31));
        }
        assertThat(server.state()).isEqualTo(ServerState.UP);
        for (int i = 0; i < 100; i++) {
            server.failed(Failure.RESET);
            for (int answers = 0; answers < 4; answers++) {
                server.succeeded(1);
            }
        }
        assertThat(server.state()).isEqualTo(ServerState.UP);
    }

    @Test
    void aServerThatFailsAThirdOfItsRequestsIsLeftAlone() {
        Pool pool = pools.of(Balance.ROUND_ROBIN, 1, 1);
        Server server = server(pool, "a");
        for (int i = 0; i < 20; i++) {
            server.failed(Failure.RESET);
            server.succeeded(1);
            server.succeeded(1);
        }
        assertThat(server.state()).isEqualTo(ServerState.DOWN);
    }

    @Test
    void atMostAThirdOfThePoolIsLeftAloneForFailures() {
        Pool pool = pools.of(Balance.ROUND_ROBIN, 1, 1, 1, 1, 1, 1);
        for (String name : new String[] {"a", "b", "c", "d"}) {
            fail(server(pool, name));
            pools.pass(Duration.ofMillis(1));
        }
        assertThat(shares(pool, 100, true)).containsOnlyKeys("c", "d", "e", "f");
    }

    @Test
    void nobodyIsLeftAloneForFailuresWhenLessThanHalfWouldBeLeft() {
        Pool pool = pools.of(Balance.ROUND_ROBIN, 1, 1, 1);
        server(pool, "a").checked(false, "refused");
        fail(server(pool, "b"));
        assertThat(shares(pool, 100, true)).containsOnlyKeys("b", "c");
    }

    @Test
    void theOnlyServerIsNotLeftAloneForFailures() {
        Pool pool = pools.of(Balance.LEAST_CONNECTIONS, 1);
        fail(server(pool, "a"));
        assertThat(shares(pool, 10, true)).containsOnlyKeys("a");
    }

    @Test
    void aTrialOfHashedRequestsIsOneThatBelongsToTheServer() {
        Pool pool = pools.of(Balance.SOURCE_HASH, 1, 1, 1);
        Server bad = chosen(pool, ask(7));
        fail(bad);
        pools.pass(Duration.ofSeconds(30));
        for (int client = 0; client < 100; client++) {
            Server server = pool.choose(ask(client));
            assertThat(server).isNotNull();
            if (server == bad) {
                bad.succeeded(1);
                break;
            }
        }
        assertThat(chosen(pool, ask(7))).isSameAs(bad);
    }

    @Test
    void aServerThatComesUpGetsItsShareBySlowStart() {
        PoolSettings settings = PoolSettings.of("web", Pools.servers(0, 1, 1), Balance.ROUND_ROBIN);
        Pool pool = pools.of(Pools.with(settings, Sticky.NONE, Duration.ofSeconds(10), QueueSettings.DEFAULT));
        assertThat(shares(pool, 100, true)).as("at the start all are new").containsEntry("a", 50);
        server(pool, "a").checked(false, "refused");
        server(pool, "a").checked(true, "answers");
        assertThat(shares(pool, 1_100, true)).containsEntry("a", 100);
        pools.pass(Duration.ofSeconds(5));
        assertThat(shares(pool, 1_500, true)).containsEntry("a", 500);
        pools.pass(Duration.ofSeconds(5));
        assertThat(shares(pool, 100, true)).containsEntry("a", 50);
    }

    @Test
    void aServerWithoutAnAddressGetsNothingUntilItHasOne() {
        Pool pool = pools.of(
                PoolSettings.of("web", java.util.List.of(ServerSettings.of("web.example", 80)), Balance.ROUND_ROBIN));
        assertThat(pool.choose(ask(1))).isNull();
        pool.servers().get(0).address(new java.net.InetSocketAddress(Pools.source(1), 80));
        assertThat(pool.choose(ask(1))).isNotNull();
    }

    private static void fail(Server server) {
        for (int failure = 0; failure < 3; failure++) {
            server.failed(Failure.TIMEOUT);
        }
    }
}
