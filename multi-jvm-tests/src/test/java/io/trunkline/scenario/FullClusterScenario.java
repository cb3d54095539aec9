package io.trunkline.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.local.MemberProcess;
import io.trunkline.testkit.Alone;
import io.trunkline.testkit.SteadyCalls;
import io.trunkline.testkit.TestClient;
import io.trunkline.testkit.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients find a node when there is least room for them: a node is lost while all are full, and nodes are lost while
 * those that replace others host no slot yet.
 *
 * <p>{@code -Dtrunkline.repair.rounds=15} repeats the second one.
 */
@Alone
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class FullClusterScenario {

    private static final Logger LOG = LoggerFactory.getLogger(FullClusterScenario.class);

    private static final int NODES = 4;
    private static final int LIMIT = 500;
    private static final int ROUNDS = Integer.getInteger("trunkline.repair.rounds", 1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(2);
    private static final Duration BEFORE = Duration.ofSeconds(1);
    /** Two thousand clients at this pace, or two dozen, are some load for two processors and not all they can take. */
    private static final Duration PACE_OF_MANY = Duration.ofMillis(500);

    private static final Duration PACE = Duration.ofMillis(100);
    private static final Duration AFTER = Duration.ofSeconds(5);

    private static TestCluster cluster;

    @BeforeAll
    static void startCluster() {
        cluster = TestCluster.start(
                FullClusterScenario.class, NODES, 1, Map.of("TRUNKLINE_SESSION_LIMIT", Integer.toString(LIMIT)));
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @Test
    @Order(1)
    void theSessionsOfALostNodeFindRoomWhenAllNodesAreFull() {
        List<TestClient> clients = connect(NODES * LIMIT);
        assertThat(clients.stream().collect(Collectors.groupingBy(TestClient::node, Collectors.counting())))
                .as("sessions by node")
                .hasSize(NODES)
                .allSatisfy((node, sessions) -> assertThat(sessions).isEqualTo(LIMIT));
        assertThat(cluster.serves(cluster.member("balancer-1"))).isFalse();
        await().atMost(PATIENCE).pollInterval(POLL).until(() -> status().equals("full"));
        SteadyCalls calls = SteadyCalls.by(clients, PACE_OF_MANY);
        try (calls) {
            callFor(BEFORE, calls);
            cluster.member("node-2").kill();
            callFor(AFTER, calls);
        }
        LOG.info("a full node was killed: {} calls, the longest took {}", calls.calls(), calls.longest());
        assertThat(calls.failures()).isEmpty();
        assertThat(calls.longest()).isLessThan(ANSWERED_WITHIN);
        assertThat(clients).extracting(TestClient::node).doesNotContain("node-2");
        assertThat(cluster.serves(cluster.member("balancer-1")))
                .as("above the limit nothing new is taken")
                .isFalse();
        clients.forEach(TestClient::close);
        cluster.startAgain("node-2");
    }

    @Test
    @Order(2)
    @Timeout(3_600)
    void nodesThatHaveJoinedTakeEveryoneWhenTheOthersAreLostAtOnce() {
        for (int round = 1; round <= ROUNDS; round++) {
            boolean odd = round % 2 == 1;
            repairThenLose(
                    round,
                    List.of(odd ? "node-1" : "node-3", odd ? "node-2" : "node-4"),
                    List.of(odd ? "node-3" : "node-1", odd ? "node-4" : "node-2"));
        }
    }

    private static void repairThenLose(int round, List<String> repaired, List<String> lost) {
        List<TestClient> clients = connect(24);
        kill(repaired);
        long killed = System.nanoTime();
        repaired.forEach(cluster::start);
        await().atMost(PATIENCE).pollInterval(POLL).until(() -> isRepaired(repaired, killed));
        SteadyCalls calls = SteadyCalls.by(clients, PACE);
        Duration newcomer;
        try (calls) {
            // Not a moment more: what was repaired hosts few slots or none.
            await().atMost(PATIENCE).pollInterval(POLL).until(() -> calls.calls() >= clients.size());
            kill(lost);
            long start = System.nanoTime();
            connect().close();
            newcomer = Duration.ofNanos(System.nanoTime() - start);
            callFor(AFTER, calls);
        }
        LOG.info(
                "round {}: {} calls, the longest took {}; a new client was served after {}",
                round,
                calls.calls(),
                calls.longest(),
                newcomer);
        assertThat(calls.failures()).as("round %s", round).isEmpty();
        assertThat(calls.longest()).as("round %s", round).isLessThan(ANSWERED_WITHIN);
        assertThat(newcomer).as("round %s", round).isLessThan(ANSWERED_WITHIN);
        clients.forEach(TestClient::close);
        // Not with their first seeds: those may be the two that were lost, and would found a cluster of their own.
        lost.forEach(cluster::start);
        cluster.awaitServing();
    }

    /** At once: what is sent again to the second while the first dies would have lost two nodes, and be refused. */
    private static void kill(List<String> nodes) {
        MemberProcess.kill(nodes.stream().map(cluster::member).toList());
    }

    /**
     * Whether the balancer serves and sees these nodes healthy in a life that began after the kill, and the others,
     * too.
     */
    private static boolean isRepaired(List<String> repaired, long killedNanos) {
        JsonNode view = cluster.statistics();
        double sinceKill = (System.nanoTime() - killedNanos) / 1e9;
        long fresh = view.path("backends")
                .valueStream()
                .filter(node -> repaired.contains(node.path("name").asText()))
                .filter(node -> node.path("health").asInt() == 1)
                .filter(node -> node.path("uptime_seconds").asDouble() < sinceKill)
                .count();
        return fresh == repaired.size()
                && view.at("/cluster/members/healthy").asInt() == NODES + 1
                && cluster.serves(cluster.member("balancer-1"));
    }

    private static TestClient connect() {
        TestClient client = cluster.connect();
        client.initialize();
        return client;
    }

    private static List<TestClient> connect(int count) {
        return IntStream.range(0, count).mapToObj(number -> connect()).toList();
    }

    private static void callFor(Duration time, SteadyCalls calls) {
        await().pollDelay(time).atMost(time.plus(PATIENCE)).until(() -> calls.calls() > 0);
    }

    private static String status() {
        JsonNode view = cluster.statistics();
        return view.at("/cluster/status").asText();
    }
}
