package io.trunkline.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.local.MemberProcess;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.testkit.TestClient;
import io.trunkline.testkit.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** Operators add a node, stop a node and at last stop the balancer, with clients connected all the time. */
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class MembersComeAndGoScenario {

    private static final Duration STOP_DEADLINE = Duration.ofSeconds(30);
    private static final int CLIENTS = 6;

    private static TestCluster cluster;
    private static List<TestClient> clients;

    @BeforeAll
    static void startCluster() {
        cluster = TestCluster.start(MembersComeAndGoScenario.class, 2, 1, TestCluster.FEW_SLOTS);
        clients = IntStream.range(0, CLIENTS).mapToObj(number -> initialized()).toList();
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @Test
    @Order(1)
    void aNodeIsAddedUnderLoad() {
        List<String> before = sessions();
        cluster.addNode();
        assertThat(IntStream.range(0, 9).mapToObj(number -> initialized().node()))
                .contains("node-3");
        assertThat(sessions()).isEqualTo(before);
    }

    @Test
    @Order(2)
    void aNodeIsStoppedAndItsClientsGoOnElsewhere() {
        List<String> before = sessions();
        assertThat(cluster.member("node-1").stop(STOP_DEADLINE)).isZero();
        assertThat(sessions()).isEqualTo(before);
        assertThat(clients).extracting(TestClient::node).doesNotContain("node-1");
        cluster.awaitServing();
    }

    @Test
    @Order(3)
    void theBalancerFinishesWhatIsInFlightAndTellsItsClientsWhyItGoes() throws InterruptedException {
        MemberProcess balancer = cluster.member("balancer-1");
        TestClient busy = clients.get(0);
        int id = busy.callToolLater("sleep", TestClient.object().put("milliseconds", 1_000));
        Thread stop = new Thread(() -> balancer.stop(STOP_DEADLINE), "stop");
        stop.start();
        JsonNode answer = busy.read();
        assertThat(answer.path("id").asInt()).isEqualTo(id);
        assertThat(answer.has("result")).isTrue();
        for (TestClient idle : clients.subList(1, clients.size())) {
            assertThat(idle.read().at("/error/data/reason").asText()).isEqualTo(Reason.SHUTTING_DOWN.label());
            idle.awaitClose();
        }
        stop.join(STOP_DEADLINE.toMillis());
        assertThat(balancer.awaitEnd(Duration.ofSeconds(1))).isZero();
    }

    private static TestClient initialized() {
        TestClient client = cluster.connect();
        client.initialize();
        return client;
    }

    private static List<String> sessions() {
        return clients.stream()
                .map(client -> client.whoAmI().path("session").asText())
                .toList();
    }
}
