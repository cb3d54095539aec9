package io.trunkline.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trunkline.local.MemberProcess;
import io.trunkline.testkit.Alone;
import io.trunkline.testkit.TestClient;
import io.trunkline.testkit.TestCluster;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A supervisor starts the first of the seeds again while the others live and cannot answer. */
@Alone
@Timeout(180)
final class FounderReturnsScenario {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Twice what a founder waits when nobody is there, with time to start. */
    private static final Duration LONG_ENOUGH_TO_FOUND = Duration.ofSeconds(8);

    @Test
    void itWaitsForThemAndFoundsNoSecondCluster() {
        try (TestCluster cluster = TestCluster.start(FounderReturnsScenario.class, 2, 1, Map.of())) {
            TestClient client = cluster.connect();
            client.initialize();
            MemberProcess other = cluster.member("node-2");
            MemberProcess balancer = cluster.member("balancer-1");
            other.freeze();
            balancer.freeze();
            cluster.member("node-1").kill();
            MemberProcess founder = cluster.startAsSupervised("node-1");
            cluster.awaitAlive(founder);
            await().during(LONG_ENOUGH_TO_FOUND)
                    .atMost(PATIENCE)
                    .until(() -> cluster.membersKnownTo("node-1").isEmpty());
            other.thaw();
            balancer.thaw();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(cluster.membersKnownTo("node-1"))
                            .containsExactlyInAnyOrder("node-1", "node-2", "balancer-1"));
            cluster.awaitServing();
            assertThat(client.whoAmI().path("session").asText()).isNotEmpty();
        }
    }
}
