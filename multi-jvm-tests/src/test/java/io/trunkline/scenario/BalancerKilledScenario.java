package io.trunkline.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trunkline.local.MemberProcess;
import io.trunkline.testkit.TestClient;
import io.trunkline.testkit.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two balancers share one port, and one of them is killed. */
@Timeout(120)
final class BalancerKilledScenario {

    /** So many that the kernel, which deals connections out by a hash, gives some to each balancer. */
    private static final int CLIENTS = 24;

    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void theClientsOfTheOtherGoOnAndNewOnesAreServed() {
        try (TestCluster cluster = TestCluster.start(BalancerKilledScenario.class, 2, 2, Map.of())) {
            MemberProcess victim = cluster.member("balancer-1");
            MemberProcess survivor = cluster.member("balancer-2");
            List<TestClient> clients = connect(cluster, CLIENTS);
            await().atMost(SOON).until(() -> cluster.connections(victim) + cluster.connections(survivor) == CLIENTS);
            int spared = cluster.connections(survivor);
            assertThat(spared).isBetween(1, CLIENTS - 1);

            victim.kill();

            // Nothing was under way: whoever lost its connection reads its end, the others nothing.
            Map<Boolean, List<TestClient>> byFate =
                    clients.stream().collect(Collectors.partitioningBy(TestClient::isClosed));
            assertThat(byFate.get(false)).hasSize(spared);
            assertThat(byFate.get(false))
                    .allSatisfy(client -> assertThat(client.node()).startsWith("node-"));
            connect(cluster, CLIENTS);
            await().atMost(SOON).until(() -> cluster.connections(survivor) == spared + CLIENTS);
        }
    }

    private static List<TestClient> connect(TestCluster cluster, int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> {
                    TestClient client = cluster.connect();
                    client.initialize();
                    return client;
                })
                .toList();
    }
}
