package io.trunkline.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.local.MemberProcess;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.testkit.TestClient;
import io.trunkline.testkit.TestCluster;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A balancer is started before any node. */
@Timeout(120)
final class BalancerFirstScenario {

    private static final Map<String, String> IMPATIENT = Map.of("TRUNKLINE_QUEUE_DEADLINE", "500ms");

    @Test
    void clientsAreToldThatThereIsNoNodeAndAreServedOnceThereAreSome() {
        try (TestCluster cluster = TestCluster.prepare(BalancerFirstScenario.class, 2, 1, IMPATIENT)) {
            MemberProcess balancer = cluster.start("balancer-1");
            cluster.awaitAlive(balancer);
            assertThat(cluster.serves(balancer)).isFalse();
            TestClient early = cluster.connect();
            assertThat(early.exchange("ping", TestClient.object())
                            .at("/error/data/reason")
                            .asText())
                    .isEqualTo(Reason.NO_NODE.label());
            early.awaitClose();

            cluster.start("node-1");
            cluster.start("node-2");
            cluster.awaitServing();
            TestClient first = initialized(cluster);
            TestClient second = initialized(cluster);
            assertThat(first.node()).isNotEqualTo(second.node());
            assertThat(balancer.isAlive()).isTrue();
        }
    }

    private static TestClient initialized(TestCluster cluster) {
        TestClient client = cluster.connect();
        client.initialize();
        return client;
    }
}
