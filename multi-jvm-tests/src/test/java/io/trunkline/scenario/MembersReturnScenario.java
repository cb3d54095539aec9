package io.trunkline.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trunkline.local.MemberProcess;
import io.trunkline.testkit.Alone;
import io.trunkline.testkit.TestClient;
import io.trunkline.testkit.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.Set;
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

/** The cluster gives members up: those that live come back by themselves, those that are dead are removed at once. */
@Alone
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class MembersReturnScenario {

    private static final Logger LOG = LoggerFactory.getLogger(MembersReturnScenario.class);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int CLIENTS = 6;
    private static final int SLOTS = 256;

    /** The failure detector and the resolver alone would take 11 s; a busy machine may take its time for the proof. */
    private static final Duration SOONER_THAN_SILENCE = Duration.ofSeconds(8);

    private static TestCluster cluster;
    private static List<TestClient> clients;

    @BeforeAll
    static void startCluster() {
        cluster = TestCluster.start(MembersReturnScenario.class, 3, 1, TestCluster.WRITABLE_MANAGEMENT);
        clients = IntStream.range(0, CLIENTS)
                .mapToObj(number -> cluster.connect())
                .toList();
        clients.forEach(TestClient::initialize);
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @Test
    @Order(1)
    void aBalancerThatIsDownedKeepsItsClientsAndComesBack() {
        List<String> before = sessions();
        MemberProcess balancer = cluster.member("balancer-1");
        cluster.down("balancer-1");
        await().atMost(PATIENCE).pollInterval(POLL).until(() -> {
            assertThat(sessions()).isEqualTo(before);
            return balancer.hasLogged("member.life_ended");
        });
        await().atMost(PATIENCE).pollInterval(POLL).until(() -> {
            assertThat(sessions()).isEqualTo(before);
            return balancer.hasLogged("member.life_began")
                    && cluster.membersKnownTo("node-1").contains("balancer-1");
        });
        cluster.awaitServing();
        assertThat(sessions()).isEqualTo(before);
        TestClient newcomer = cluster.connect();
        newcomer.initialize();
        assertThat(newcomer.node()).startsWith("node-");
    }

    @Test
    @Order(2)
    void aNodeThatIsFrozenIsRemovedAndComesBackWhenItThaws() {
        MemberProcess node = cluster.member("node-2");
        long frozen = System.nanoTime();
        node.freeze();
        await().atMost(PATIENCE).pollInterval(POLL).until(() -> hasRemoved("node-1", "node-2"));
        Duration until = Duration.ofNanos(System.nanoTime() - frozen);
        LOG.info("frozen node removed after {}", until);
        assertThat(until).isGreaterThan(Duration.ofSeconds(9));
        node.thaw();
        await().atMost(PATIENCE).pollInterval(POLL).until(() -> node.hasLogged("member.life_began"));
        cluster.awaitServing();
        assertThat(node.isAlive()).isTrue();
    }

    @Test
    @Order(3)
    void aKilledNodeIsRemovedAtOnceAlsoWhenItHostsTheCoordinator() {
        long killed = System.nanoTime();
        cluster.member("node-1").kill();
        await().atMost(PATIENCE).pollInterval(POLL).until(() -> hasRemoved("node-3", "node-1"));
        Duration removed = Duration.ofNanos(System.nanoTime() - killed);
        await().atMost(PATIENCE).pollInterval(POLL).until(() -> cluster.slotsOf("node-2", "node-3") == SLOTS);
        Duration placed = Duration.ofNanos(System.nanoTime() - killed);
        LOG.info("killed coordinator removed after {}, its slots placed after {}", removed, placed);
        assertThat(placed).isLessThan(SOONER_THAN_SILENCE);
        cluster.awaitServing();
    }

    /**
     * The nodes are each other's seeds and the balancer is nobody's: they found a new cluster, and it has to find
     * them.
     */
    @Test
    @Order(4)
    void aBalancerFindsTheClusterOfNodesThatWereAllStartedAgain() {
        cluster.member("node-2").kill();
        cluster.member("node-3").kill();
        cluster.startAgain("node-1", "node-2", "node-3");
        TestClient newcomer = cluster.connect();
        newcomer.initialize();
        assertThat(newcomer.node()).startsWith("node-");
    }

    @Test
    @Order(5)
    void aKilledBalancerIsRemovedAsSoonAsItIsMissed() {
        long killed = System.nanoTime();
        cluster.member("balancer-1").kill();
        await().atMost(PATIENCE).pollInterval(POLL).until(() -> hasRemoved("node-1", "balancer-1"));
        Duration removed = Duration.ofNanos(System.nanoTime() - killed);
        LOG.info("killed balancer removed after {}", removed);
        assertThat(removed).isLessThan(SOONER_THAN_SILENCE);
    }

    private static boolean hasRemoved(String asked, String removed) {
        Set<String> known = cluster.membersKnownTo(asked);
        return known.contains(asked) && !known.contains(removed);
    }

    private static List<String> sessions() {
        return clients.stream()
                .map(client -> client.whoAmI().path("session").asText())
                .toList();
    }
}
