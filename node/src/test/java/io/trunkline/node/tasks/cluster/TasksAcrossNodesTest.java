package io.trunkline.node.tasks.cluster;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.cluster.DrainingNodes;
import io.trunkline.node.session.Session;
import io.trunkline.node.spi.Principal;
import io.trunkline.node.spi.TaskSupport;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolResult;
import io.trunkline.node.tasks.TaskRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.jackson.JacksonCborSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** Two nodes, one of which holds a task that the other one is asked for, with real remoting between them. */
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TasksAcrossNodesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final byte[] key = new byte[32];
    private final AtomicLong host = new AtomicLong();
    private final AtomicInteger runs = new AtomicInteger();
    private final Map<String, CompletableFuture<ToolResult>> ends = new ConcurrentHashMap<>();
    private final TaskNode holder = node();
    private final TaskNode other = node();

    private TaskNode node() {
        return new TaskNode(key, host, tool("unsafe", false), tool("safe", true));
    }

    private Tool tool(String name, boolean safe) {
        var tool = Tool.named(name).task(TaskSupport.OPTIONAL);
        return (safe ? tool.readOnly() : tool).async(call -> {
            runs.incrementAndGet();
            return end(name).copy();
        });
    }

    private CompletableFuture<ToolResult> end(String name) {
        return ends.computeIfAbsent(name, key -> new CompletableFuture<>());
    }

    @BeforeAll
    void join() {
        TaskNode.join(holder.serve(), other.serve());
        // The slot has moved away from the node that holds the tasks.
        other.slots.arrived(TaskNode.SLOT);
        host.set(other.incarnation());
    }

    @AfterEach
    void forget() {
        for (TaskNode node : List.of(holder, other)) {
            node.tasks().giveUpRunning();
            node.tasks().ended().forEach(task -> node.tasks().release(task.id()));
            node.told.clear();
        }
        host.set(other.incarnation());
        ends.clear();
        runs.set(0);
    }

    @AfterAll
    void stop() {
        holder.close();
        other.close();
    }

    @Test
    void aTaskThatRunsOnIsFoundFromTheNodeThatItsSlotHasMovedTo() {
        for (String tool : new String[] {"unsafe", "safe"}) {
            String id = holder.begin(tool);
            assertThat(other.get(id).at("/result/status").asText()).isEqualTo("working");
        }
        assertRuns(2);
        assertThat(other.tasks().count()).isZero();
    }

    @Test
    void aNodeWithoutTheSlotFindsItToo() {
        String id = other.begin("unsafe");
        assertThat(holder.get(id).at("/result/status").asText()).isEqualTo("working");
        host.set(0);
        assertThat(holder.get(id).at("/result/status").asText()).isEqualTo("working");
    }

    @Test
    void largeAnswersCome() {
        String id = holder.begin("unsafe");
        String text = "gold".repeat(900_000);
        end("unsafe").complete(ToolResult.text(text));
        JsonNode result = other.get(id).path("result");
        while (result.path("status").asText().equals("working")) {
            result = other.get(id).path("result");
        }
        assertThat(result.at("/result/content/0/text").asText().equals(text)).isTrue();
    }

    @Test
    void ofTwoNodesThatAreAskedForALostTaskOneRunsItAgain() {
        String safe;
        String unsafe;
        try (TaskNode lost = node()) {
            safe = lost.begin("safe");
            unsafe = lost.begin("unsafe");
        }
        CompletableFuture<JsonNode> first = CompletableFuture.supplyAsync(() -> holder.get(safe));
        CompletableFuture<JsonNode> second = CompletableFuture.supplyAsync(() -> other.get(safe));
        assertThat(first.join().at("/result/status").asText()).isEqualTo("working");
        assertThat(second.join().at("/result/status").asText()).isEqualTo("working");
        assertRuns(3);
        assertThat(holder.tasks().count()).isZero();
        assertThat(other.tasks().count()).isEqualTo(1);
        assertThat(holder.get(unsafe).at("/result/error/data/reason").asText()).isEqualTo("node_lost");
        assertRuns(3);
    }

    @Test
    void aRequestWaitsForASlotThatIsOnItsWayAndNotForEver() {
        String id;
        try (TaskNode lost = node()) {
            id = lost.begin("safe");
        }
        other.slots.left(TaskNode.SLOT);
        try {
            assertThat(holder.get(id).at("/error/code").asInt()).isEqualTo(-32000);
            CompletableFuture<JsonNode> asked = CompletableFuture.supplyAsync(() -> holder.get(id));
            CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(() -> other.slots.arrived(TaskNode.SLOT));
            assertThat(asked.join().at("/result/status").asText()).isEqualTo("working");
        } finally {
            other.slots.arrived(TaskNode.SLOT);
        }
    }

    @Test
    void nothingIsTakenOverWhileANodeThatMayHoldItIsSilent() {
        String id;
        try (TaskNode silent = node()) {
            id = silent.begin("unsafe");
            Cluster.get(silent.kit.system())
                    .manager()
                    .tell(Join.create(
                            Cluster.get(holder.kit.system()).selfMember().address()));
            await().atMost(PATIENCE).until(() -> other.members() == 3);
            JsonNode error = other.get(id).path("error");
            assertThat(error.path("code").asInt()).isEqualTo(-32000);
            assertThat(error.path("message").asText())
                    .isEqualTo("The node of the task does not answer: try again later");
            silent.serve();
            assertThat(other.get(id).at("/result/status").asText()).isEqualTo("working");
        }
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void whoListensElsewhereIsToldOfChangesAndOfTheNextRunWhenTheNodeIsGone() throws InterruptedException {
        String id = holder.begin("safe");
        String unsafe = holder.begin("unsafe");
        other.listen(unsafe);
        other.awaitTold("working");
        end("unsafe").complete(ToolResult.text("gold"));
        assertThat(other.awaitTold("completed").at("/result/content/0/text").asText())
                .isEqualTo("gold");

        other.listen(id);
        other.awaitTold("working");
        var address = Cluster.get(holder.kit.system()).selfMember().address();
        holder.kit.shutdownTestKit();
        Cluster.get(other.kit.system()).manager().tell(new Down(address));
        end("safe").complete(ToolResult.text("silver"));
        // The lost node's own run may have ended, too; what counts is that somebody tells.
        assertThat(other.awaitTold("completed").at("/result/content/0/text").asText())
                .isEqualTo("silver");
        assertThat(other.tasks().count()).isEqualTo(1);
    }

    @Test
    void aNodeThatLeavesHandsOverWhatHasEndedAndWaitsForTheRest() throws Exception {
        String ended = holder.begin("safe");
        String running = holder.begin("unsafe");
        end("safe").complete(ToolResult.text("silver".repeat(100_000)));
        DrainingNodes draining = new DrainingNodes(() -> Set.of(holder.incarnation(), other.incarnation()));
        CompletableFuture<Integer> done = new CompletableFuture<>();
        holder.kit.spawn(TaskDrain.create(
                holder.tasks(), holder.slots, holder.routes, draining, () -> true, Duration.ofMinutes(10), done));

        await().atMost(PATIENCE).until(() -> other.tasks().holds(ended));
        assertThat(other.get(running).at("/result/status").asText()).isEqualTo("working");
        assertThat(done).isNotDone();
        end("unsafe").complete(ToolResult.text("gold"));

        assertThat(done.get(30, TimeUnit.SECONDS)).isEqualTo(2);
        assertThat(holder.tasks().count()).isZero();
        assertThat(other.get(running).at("/result/result/content/0/text").asText())
                .isEqualTo("gold");
        assertThat(other.get(ended).at("/result/status").asText()).isEqualTo("completed");
        assertRuns(2);
    }

    @Test
    void aNodeThatLeavesGivesUpWhatRunsAtItsDeadline() throws Exception {
        String unsafe = holder.begin("unsafe");
        String safe = holder.begin("safe");
        DrainingNodes draining = new DrainingNodes(() -> Set.of(holder.incarnation(), other.incarnation()));
        CompletableFuture<Integer> done = new CompletableFuture<>();
        holder.kit.spawn(TaskDrain.create(
                holder.tasks(), holder.slots, holder.routes, draining, () -> true, Duration.ofSeconds(4), done));

        assertThat(done.get(30, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(other.get(unsafe).at("/result/error/data/reason").asText()).isEqualTo("node_lost");
        assertRuns(2);
        assertThat(other.get(safe).at("/result/status").asText()).isEqualTo("working");
        assertRuns(3);
    }

    @Test
    void whatNodesSayToEachOtherSurvivesTheWay() {
        TestProbe<Object> anybody = other.kit.createTestProbe();
        byte[] large = "gold".repeat(1_000_000).getBytes(StandardCharsets.UTF_8);
        Principal alice = new Principal("key", "https://issuer.example", "alice");
        Object[] words = {
            new TaskDesk.Find("id", anybody.getRef().narrow()),
            new TaskDesk.Found(Long.MIN_VALUE, true),
            new TaskDesk.Ask(
                    "id", alice, packed(new byte[3]), true, anybody.getRef().narrow()),
            new TaskDesk.Answer(TaskDesk.Kind.ANSWERED, packed(large), 7),
            new TaskDesk.Watch("id", alice, anybody.getRef().narrow()),
            new TaskDesk.Adopt(
                    "id",
                    Principal.NOBODY,
                    "failed",
                    5,
                    Parcel.EMPTY,
                    anybody.getRef().narrow()),
            new TaskDesk.Adopted(true),
            FarWatch.Word.CHANGED,
            new Session.WhoHosts(anybody.getRef().narrow()),
            new Session.HostedBy(Long.MAX_VALUE)
        };
        for (Object word : words) {
            other.kit.serializationTestKit().verifySerialization(word, false);
            assertThat(SerializationExtension.get(other.kit.system().classicSystem())
                            .findSerializerFor(word))
                    .as("%s", word)
                    .isInstanceOf(JacksonCborSerializer.class);
        }
    }

    @Test
    void tooMuchUnderWayIsRefusedAndWhatHasArrivedMakesRoom() throws Exception {
        Parcels parcels = other.routes.parcels();
        byte[] large = new byte[30 << 20];
        Parcel first = packed(large);
        Parcel second = packed(large);
        assertThat(parcels.pack(large)).isNull();
        assertThat(parcels.pack(new byte[Parcels.CHUNK])).isNotNull();
        byte[] opened =
                holder.routes.parcels().open(first).toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertThat(Arrays.equals(opened, large)).isTrue();
        await().atMost(PATIENCE).until(() -> parcels.pack(large) != null);
        assertThat(second.stream()).isNotNull();
    }

    /** Runs begin on threads of their own. */
    private void assertRuns(int expected) {
        await().atMost(PATIENCE).until(() -> runs.get() >= expected);
        assertThat(runs).hasValue(expected);
    }

    private Parcel packed(byte[] content) {
        return requireNonNull(other.routes.parcels().pack(content));
    }

    @Test
    @Order(Integer.MAX_VALUE - 1)
    void requestsBeyondTheBoundAreRefused() {
        host.set(0);
        String id;
        try (TaskNode lost = node()) {
            id = lost.begin("safe");
        }
        // Not at the slot's node, and the slot has none: each of them waits.
        for (int i = 0; i < 1024; i++) {
            holder.routes.ask(new TaskRequest(id, Principal.NOBODY, new byte[0]));
        }
        assertThat(holder.get(id).at("/error/message").asText())
                .isEqualTo("Too many tasks of other nodes are asked for: try again later");
    }
}
