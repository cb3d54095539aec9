package io.trunkline.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.testkit.LineSocket;
import io.trunkline.testkit.TestClient;
import io.trunkline.testkit.TestCluster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** TCP clients of a cluster at rest: two nodes and a balancer with the settings of production. */
@Timeout(120)
final class TcpScenario {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int NODES = 2;
    private static final int METHOD_NOT_FOUND = -32601;
    private static final int PARSE_ERROR = -32700;

    private static TestCluster cluster;

    @BeforeAll
    static void startCluster() {
        cluster = TestCluster.start(TcpScenario.class, NODES);
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @Test
    void onePingFromAShellIsAnsweredThoughTheClientHasNothingMoreToSay() throws IOException {
        try (LineSocket socket = LineSocket.connect(new InetSocketAddress(0), cluster.address())) {
            socket.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}");
            socket.endOutput();
            assertThat(socket.read(SOON)).hasValue("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
            assertThat(socket.read(SOON)).as("the end").isEmpty();
        }
    }

    @Test
    void aSessionListsAndCallsTools() {
        try (TestClient client = cluster.connect()) {
            assertThat(client.initialize().path("serverInfo").path("name").asText())
                    .isNotEmpty();
            assertThat(client.call("tools/list", TestClient.object()).path("tools"))
                    .extracting(tool -> tool.path("name").asText())
                    .contains("echo", "add", "sleep", "whoami");
            JsonNode sum =
                    client.callTool("add", TestClient.object().put("a", 2).put("b", 40));
            assertThat(sum.path("structuredContent").path("sum").asInt()).isEqualTo(42);
            JsonNode echo = client.callTool("echo", TestClient.object().put("text", "dvě věci — 両方"));
            assertThat(echo.path("content").path(0).path("text").asText()).isEqualTo("dvě věci — 両方");
        }
    }

    @Test
    void aClientStaysWithItsNode() {
        try (TestClient client = cluster.connect()) {
            client.initialize();
            JsonNode first = client.whoAmI();
            for (int call = 0; call < 50; call++) {
                assertThat(client.whoAmI()).isEqualTo(first);
            }
        }
    }

    @Test
    void newClientsTakeTurnsBetweenTheNodes() {
        Map<String, Integer> perNode = new TreeMap<>();
        for (int count = 0; count < 20; count++) {
            TestClient client = cluster.connect();
            client.initialize();
            perNode.merge(client.node(), 1, Integer::sum);
        }
        assertThat(perNode).containsExactlyInAnyOrderEntriesOf(Map.of("node-1", 10, "node-2", 10));
    }

    @Test
    void anUnknownMethodIsAnsweredWithAnErrorAndTheSessionGoesOn() {
        try (TestClient client = cluster.connect()) {
            client.initialize();
            JsonNode answer = client.exchange("no/such/method", TestClient.object());
            assertThat(answer.path("error").path("code").asInt()).isEqualTo(METHOD_NOT_FOUND);
            assertThat(client.call("ping", TestClient.object())).isEmpty();
        }
    }

    @Test
    void aLineThatIsNoJsonIsAnsweredWithAParseError() {
        try (TestClient client = cluster.connect()) {
            client.sendLine("{\"jsonrpc\":");
            JsonNode answer = client.read();
            assertThat(answer.path("id").isNull()).isTrue();
            assertThat(answer.path("error").path("code").asInt()).isEqualTo(PARSE_ERROR);
        }
    }

    @Test
    void answersComeInAnyOrderButEachOnce() {
        try (TestClient client = cluster.connect()) {
            client.initialize();
            List<Integer> sent = new ArrayList<>();
            for (int count = 0; count < 30; count++) {
                sent.add(client.request("ping", TestClient.object()));
            }
            List<Integer> answered = new ArrayList<>();
            for (int count = 0; count < sent.size(); count++) {
                answered.add(client.read().path("id").asInt());
            }
            assertThat(answered).containsExactlyInAnyOrderElementsOf(sent);
        }
    }
}
