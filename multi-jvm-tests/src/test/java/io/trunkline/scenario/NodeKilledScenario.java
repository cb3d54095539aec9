package io.trunkline.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.testkit.TestClient;
import io.trunkline.testkit.TestCluster;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One of two nodes is killed under its clients. */
@Timeout(120)
final class NodeKilledScenario {

    private static final int CLIENTS = 8;
    private static final int NEWCOMERS = 6;
    private static final String VICTIM = "node-1";
    private static final String SURVIVOR = "node-2";

    @Test
    void itsClientsKeepTheirConnectionsAndSessionsAndNewOnesGoElsewhere() {
        try (TestCluster cluster = TestCluster.start(NodeKilledScenario.class, 2)) {
            Map<String, List<TestClient>> clients = openSessions(cluster);
            List<TestClient> stricken = clients.getOrDefault(VICTIM, List.of());
            List<TestClient> spared = clients.getOrDefault(SURVIVOR, List.of());
            assertThat(stricken).isNotEmpty().hasSameSizeAs(spared);
            List<String> sessions = sessionsOf(stricken);

            TestClient busy = stricken.get(0);
            int repeatable = busy.callToolLater("sleep", TestClient.object().put("milliseconds", 3_000));
            cluster.member(VICTIM).kill();

            JsonNode answer = busy.read();
            assertThat(answer.path("id").asInt()).isEqualTo(repeatable);
            assertThat(answer.has("result")).isTrue();
            assertThat(sessionsOf(stricken)).isEqualTo(sessions);
            assertThat(stricken).allSatisfy(client -> {
                assertThat(client.node()).isEqualTo(SURVIVOR);
                assertThat(client.whoAmI().path("epoch").asInt()).isGreaterThan(1);
            });
            assertThat(nodesOf(newcomers(cluster))).containsOnly(SURVIVOR);
            for (TestClient client : spared) {
                assertThat(client.node()).isEqualTo(SURVIVOR);
                assertThat(client.whoAmI().path("epoch").asInt()).isEqualTo(1);
            }
        }
    }

    private static List<String> sessionsOf(List<TestClient> clients) {
        return clients.stream()
                .map(client -> client.whoAmI().path("session").asText())
                .toList();
    }

    private static Map<String, List<TestClient>> openSessions(TestCluster cluster) {
        return IntStream.range(0, CLIENTS)
                .mapToObj(number -> initialized(cluster))
                .collect(Collectors.groupingBy(TestClient::node));
    }

    private static List<TestClient> newcomers(TestCluster cluster) {
        return IntStream.range(0, NEWCOMERS)
                .mapToObj(number -> initialized(cluster))
                .toList();
    }

    private static TestClient initialized(TestCluster cluster) {
        TestClient client = cluster.connect();
        client.initialize();
        return client;
    }

    private static List<String> nodesOf(List<TestClient> clients) {
        return clients.stream().map(TestClient::node).toList();
    }
}
