package io.trunkline.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.experiment.Stage;
import io.trunkline.faults.tools.FaultTools;
import io.trunkline.testkit.TestClient;
import io.trunkline.testkit.TestCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A tool that says it only reads ends the process of the node that it runs on. */
@Timeout(180)
final class OneCallEndsOneNodeScenario {
    private static final int NODES = 4;

    /** Each takes the next node. */
    private static final int OTHERS = 4;

    @Test
    void aCallIsRepeatedOnceAndThenAnsweredAndTheOthersGoOn() throws IOException {
        try (TestCluster cluster = start()) {
            TestClient guilty = client(cluster);
            List<TestClient> others =
                    IntStream.range(0, OTHERS).mapToObj(any -> client(cluster)).toList();

            JsonNode answer = guilty.exchange("tools/call", exit());

            JsonNode error = answer.path("error");
            assertThat(error.path("code").asInt()).as("%s", answer).isEqualTo(-32603);
            assertThat(error.at("/data/reason").asText()).isEqualTo("node_lost");
            assertThat(error.at("/data/executed").asText()).isEqualTo("unknown");
            assertThat(error.at("/data/attempts").asInt()).isEqualTo(2);
            assertThat(living(cluster)).isEqualTo(NODES - 2);
            for (TestClient other : others) {
                assertThat(other.callTool("add", TestClient.object().put("a", 1).put("b", 2))
                                .has("content"))
                        .isTrue();
            }
            assertThat(guilty.whoAmI().path("epoch").asInt()).isGreaterThan(2);
            assertThat(living(cluster)).isEqualTo(NODES - 2);
        }
    }

    private static TestCluster start() throws IOException {
        Path directory = Path.of("target", "test-cluster", OneCallEndsOneNodeScenario.class.getSimpleName())
                .toAbsolutePath();
        return TestCluster.start(
                OneCallEndsOneNodeScenario.class,
                NODES,
                1,
                Map.of(FaultTools.DIRECTORY, directory.resolve("traces").toString()),
                Stage.classPath(directory, FaultTools.class));
    }

    private static TestClient client(TestCluster cluster) {
        TestClient client = cluster.connect();
        client.initialize();
        return client;
    }

    private static ObjectNode exit() {
        ObjectNode params = TestClient.object().put("name", "exit");
        params.putObject("arguments");
        return params;
    }

    private static long living(TestCluster cluster) {
        return IntStream.rangeClosed(1, NODES)
                .filter(number -> cluster.member("node-" + number).isAlive())
                .count();
    }
}
