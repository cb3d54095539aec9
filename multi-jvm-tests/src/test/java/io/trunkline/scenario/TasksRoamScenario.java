package io.trunkline.scenario;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.experiment.Stage;
import io.trunkline.faults.tools.FaultTools;
import io.trunkline.faults.tools.Trace;
import io.trunkline.testkit.HttpTasks;
import io.trunkline.testkit.TestClient;
import io.trunkline.testkit.TestCluster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * Tasks are begun through one balancer and read through the other, while nodes come, leave and are killed. The tests
 * share a cluster that begins with two nodes.
 */
@Timeout(240)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class TasksRoamScenario {
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(90);

    /** Enough for all nodes, and for slots that move, to have some of them. */
    private static final int TASKS = 16;

    private static final Path DIRECTORY =
            Path.of("target", "test-cluster", "TasksRoamScenario").toAbsolutePath();
    private static final Path TRACES = DIRECTORY.resolve("traces-" + UUID.randomUUID());

    private static final HttpTasks CLIENT = new HttpTasks();

    private static TestCluster cluster;
    private static InetSocketAddress first;
    private static InetSocketAddress second;

    @BeforeAll
    static void start() throws IOException {
        cluster = TestCluster.start(
                TasksRoamScenario.class,
                2,
                2,
                Map.of(FaultTools.DIRECTORY, TRACES.toString(), "TRUNKLINE_SLOTS", "64"),
                Stage.classPath(DIRECTORY, FaultTools.class));
        first = cluster.httpAddress("balancer-1");
        second = cluster.httpAddress("balancer-2");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    @Order(1)
    void tasksRunOnceThoughTheirSlotsMoveToANodeThatJoins() throws IOException {
        Map<String, String> tasks = begin("count", "join", 20_000);
        cluster.addNode();
        for (String task : tasks.values()) {
            JsonNode got = CLIENT.get(second, task);
            assertThat(got.at("/result/status").asText()).as("%s", got).isIn("working", "completed");
        }
        Map<String, JsonNode> ended = CLIENT.listenToTheEnd(second, tasks.values());
        tasks.forEach((operation, task) -> assertThat(of(ended, task)
                        .at("/result/structuredContent/operation")
                        .asText())
                .isEqualTo(operation));
        assertEachRanOnce(tasks);
    }

    @Test
    @Order(2)
    void tasksOfANodeThatLeavesRunOnceAndTheirResultsStay() throws IOException {
        Map<String, String> done = begin("count", "done", 0);
        Map<String, String> running = begin("count", "leave", 8_000);
        CLIENT.listenToTheEnd(first, done.values());

        assertThat(cluster.member("node-1").stop(STOP_DEADLINE)).isZero();

        for (Map<String, String> tasks : List.of(done, running)) {
            tasks.forEach((operation, task) -> {
                JsonNode got = CLIENT.get(second, task);
                if (got.at("/result/status").asText().equals("working")) {
                    got = of(CLIENT.listenToTheEnd(second, List.of(task)), task);
                } else {
                    got = got.path("result");
                }
                assertThat(got.at("/result/structuredContent/operation").asText())
                        .as("%s", got)
                        .isEqualTo(operation);
            });
            assertEachRanOnce(tasks);
        }
        cluster.startAgain("node-1");
    }

    @Test
    @Order(3)
    void tasksOfANodeThatIsKilledRunAgainIfThatIsSafe() throws IOException {
        Map<String, String> safe = begin("count-again", "safe", 4_000);
        Map<String, String> unsafe = begin("count", "unsafe", 12_000);

        cluster.member("node-2").kill();

        Map<String, JsonNode> ended = CLIENT.listenToTheEnd(second, safe.values());
        safe.forEach((operation, task) -> assertThat(of(ended, task)
                        .at("/result/structuredContent/operation")
                        .asText())
                .isEqualTo(operation));
        Map<String, JsonNode> known = CLIENT.listenToTheEnd(first, unsafe.values());
        assertThat(known.values())
                .anySatisfy(task ->
                        assertThat(task.at("/error/data/reason").asText()).isEqualTo("node_lost"))
                .anySatisfy(task -> assertThat(task.path("status").asText()).isEqualTo("completed"));
        assertEachRanOnce(unsafe);
    }

    /** Begins tasks on all nodes; returns their ids by what they do. */
    private static Map<String, String> begin(String tool, String name, int millis) {
        Map<String, String> tasks = new LinkedHashMap<>();
        IntStream.range(0, TASKS).mapToObj(number -> name + "-" + number).forEach(operation -> {
            var arguments = TestClient.object().put("operation", operation).put("milliseconds", millis);
            tasks.put(operation, CLIENT.begin(first, tool, arguments));
        });
        return tasks;
    }

    private static JsonNode of(Map<String, JsonNode> all, String task) {
        return requireNonNull(all.get(task), task);
    }

    private static void assertEachRanOnce(Map<String, String> tasks) throws IOException {
        Map<String, Integer> runs = Trace.read(TRACES);
        tasks.keySet()
                .forEach(operation ->
                        assertThat(runs.get(operation)).as(operation).isEqualTo(1));
    }
}
