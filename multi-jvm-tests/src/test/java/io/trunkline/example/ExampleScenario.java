package io.trunkline.example;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.testkit.TestClient;
import io.trunkline.testkit.TestCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** The tools of docs/TOOLS.md run on a cluster, and a new version of their jar takes over node by node. */
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ExampleScenario {

    private static final Duration STOP_DEADLINE = Duration.ofSeconds(60);

    private static Path jar;
    private static TestCluster cluster;

    @BeforeAll
    static void dropTheJarAndStartTheCluster() throws IOException {
        jar = ExampleJar.dropInto(Path.of("target", "test-cluster", "ExampleScenario", "modules"));
        cluster = TestCluster.start(ExampleScenario.class, 2, 1, TestCluster.FEW_SLOTS, List.of(jar.toAbsolutePath()));
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @Test
    @Order(1)
    void aToolAnswersAtOnce() {
        TestClient client = clientWithAUser();
        assertThat(textOf(client.callTool("reverse", text("trunkline")))).isEqualTo("enilknurt");
    }

    @Test
    @Order(1)
    void aToolThatTakesItsTimeTellsHowFarItIs() {
        TestClient client = clientWithAUser();
        ObjectNode params = TestClient.object().put("name", "dictate");
        params.set("arguments", text("abc"));
        params.putObject("_meta").put("progressToken", "p");
        int id = client.request("tools/call", params);
        for (int letter = 1; letter <= 3; letter++) {
            JsonNode progress = client.read();
            assertThat(progress.path("method").asText()).isEqualTo("notifications/progress");
            assertThat(progress.path("params").path("progress").asInt()).isEqualTo(letter);
            assertThat(progress.path("params").path("total").asInt()).isEqualTo(3);
        }
        JsonNode answer = client.read();
        assertThat(answer.path("id").asInt()).isEqualTo(id);
        assertThat(textOf(answer.path("result"))).isEqualTo("3 letters");
    }

    @Test
    @Order(1)
    void aToolThatIsCancelledAnswersNothing() {
        TestClient client = clientWithAUser();
        // A hundred seconds of dictation, of which the deadline of the client would not see the end.
        int id = client.callToolLater("dictate", text("x".repeat(1_000)));
        client.sendLine(
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":" + id + "}}");
        assertThat(textOf(client.callTool("reverse", text("ab")))).isEqualTo("ba");
    }

    @Test
    @Order(1)
    void aToolAsksTheUserOnceAndRemembersTheAnswer() {
        TestClient client = clientWithAUser();
        assertThat(greetedAfterAQuestion(client, "Ada")).isEqualTo("Hello Ada!");
        assertThat(textOf(client.callTool("greet", TestClient.object()))).isEqualTo("Hello Ada!");
    }

    @Test
    @Order(2)
    void aChangedJarIsTakenUpNodeByNodeWhileTheClientStays() throws IOException {
        TestClient client = clientWithAUser();
        greetedAfterAQuestion(client, "Grace");
        ExampleJar.replaceWithChanged(jar, "Greeting", "\"Hello \"", "\"Good day, \"");

        for (String node : List.of("node-1", "node-2")) {
            assertThat(cluster.member(node).stop(STOP_DEADLINE)).isZero();
            cluster.start(node);
            cluster.awaitServing();
        }

        assertThat(textOf(client.callTool("greet", TestClient.object()))).isEqualTo("Good day, Grace!");
    }

    /** A client whose user can fill in forms. */
    private static TestClient clientWithAUser() {
        TestClient client = cluster.connect();
        ObjectNode params = TestClient.object().put("protocolVersion", "2025-11-25");
        params.putObject("capabilities").putObject("elicitation");
        params.putObject("clientInfo").put("name", "test-client").put("version", "1");
        client.call("initialize", params);
        client.sendLine("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        return client;
    }

    private static String greetedAfterAQuestion(TestClient client, String name) {
        int id = client.callToolLater("greet", TestClient.object());
        JsonNode question = client.read();
        assertThat(question.path("method").asText()).isEqualTo("elicitation/create");
        ObjectNode answer = TestClient.object().put("jsonrpc", "2.0");
        answer.set("id", question.get("id"));
        answer.putObject("result").put("action", "accept").putObject("content").put("name", name);
        client.sendLine(answer.toString());
        JsonNode greeting = client.read();
        assertThat(greeting.path("id").asInt()).isEqualTo(id);
        return textOf(greeting.path("result"));
    }

    private static ObjectNode text(String text) {
        return TestClient.object().put("text", text);
    }

    private static String textOf(JsonNode result) {
        return result.path("content").path(0).path("text").asText();
    }
}
