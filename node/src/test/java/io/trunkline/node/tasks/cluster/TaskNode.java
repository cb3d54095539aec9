package io.trunkline.node.tasks.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import io.trunkline.node.cluster.HostedSlots;
import io.trunkline.node.mcp.Conversation;
import io.trunkline.node.mcp.McpServer;
import io.trunkline.node.mcp.Peer;
import io.trunkline.node.mcp.catalog.Providers;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.session.Session;
import io.trunkline.node.spi.SessionInfo;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.tasks.SharedTasks;
import io.trunkline.protocol.member.SystemConfig;
import io.trunkline.protocol.metrics.Metrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;

/** A node as far as tasks go: an engine, a desk, and a client; a test says which node hosts the slot of all tasks. */
final class TaskNode implements Peer, AutoCloseable {

    static final int SLOT = 17;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String META = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"test\",\"version\":\"1\"},"
            + "\"io.modelcontextprotocol/clientCapabilities\":"
            + "{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}}";

    final HostedSlots slots = new HostedSlots();
    final McpServer server;
    final ActorTestKit kit =
            ActorTestKit.create("trunkline", ConfigFactory.parseString("""
                pekko.cluster.roles = [node]
                pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                pekko.remote.artery.bind { hostname = "127.0.0.1", port = 0 }
                pekko.jvm-exit-on-fatal-error = off
                pekko.coordinated-shutdown.run-by-jvm-shutdown-hook = off
                pekko.loglevel = WARNING
                """).withFallback(SystemConfig.load()));
    final TaskRoutes routes;
    final BlockingQueue<JsonNode> told = new LinkedBlockingQueue<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Map<Integer, BlockingQueue<JsonNode>> answers = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final Conversation conversation;

    /**
     * A node that is no member yet.
     *
     * @param host the incarnation of the node that hosts the slot; 0 while there is none
     */
    TaskNode(byte[] key, AtomicLong host, Tool... tools) {
        server = McpServer.create(
                McpSettings.DEFAULT,
                new Providers(List.of(() -> List.of(tools)), List.of(), List.of()),
                key,
                new Metrics());
        routes = new TaskRoutes(kit.system(), "node", kit.spawn(region(host)), slots);
        conversation = server.open(this, new byte[0]);
    }

    private static Behavior<ShardingEnvelope<Session.Command>> region(AtomicLong host) {
        return Behaviors.receiveMessage(word -> {
            if (word.message() instanceof Session.WhoHosts ask && host.get() != 0) {
                ask.replyTo().tell(new Session.HostedBy(host.get()));
            }
            return Behaviors.same();
        });
    }

    /** Opens the desk. */
    TaskNode serve() {
        kit.system()
                .systemActorOf(
                        TaskDesk.create(tasks(), slots, routes, "node", () -> false), TaskDesk.NAME, Props.empty());
        tasks().connect(routes);
        return this;
    }

    /** Makes one cluster of them. */
    static void join(TaskNode... nodes) {
        Cluster founder = Cluster.get(nodes[0].kit.system());
        for (TaskNode node : nodes) {
            Cluster.get(node.kit.system())
                    .manager()
                    .tell(Join.create(founder.selfMember().address()));
        }
        for (TaskNode node : nodes) {
            await().atMost(PATIENCE).until(() -> node.members() == nodes.length);
        }
    }

    long members() {
        return StreamSupport.stream(
                        Cluster.get(kit.system()).state().getMembers().spliterator(), false)
                .filter(member -> member.status() == MemberStatus.up())
                .count();
    }

    long incarnation() {
        return Cluster.get(kit.system()).selfMember().uniqueAddress().longUid();
    }

    SharedTasks tasks() {
        return server.sharedTasks();
    }

    // ---- the client

    /** Calls a tool and returns the id of the task. */
    String begin(String tool) {
        return ask("tools/call", "\"name\":\"" + tool + "\",\"arguments\":{}")
                .at("/result/taskId")
                .asText();
    }

    JsonNode get(String task) {
        return ask("tasks/get", "\"taskId\":\"" + task + "\"");
    }

    void listen(String task) {
        send("subscriptions/listen", "\"notifications\":{\"taskIds\":[\"" + task + "\"]}");
    }

    JsonNode ask(String method, String params) {
        int number = send(method, params);
        try {
            JsonNode answer = requireNonNull(answers.get(number)).poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (answer == null) {
                throw new AssertionError("no answer to " + method);
            }
            return answer;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private int send(String method, String params) {
        int number = numbers.incrementAndGet();
        answers.put(number, new LinkedBlockingQueue<>());
        String message = "{\"jsonrpc\":\"2.0\",\"id\":" + number + ",\"method\":\"" + method + "\",\"params\":{"
                + params + "," + META + "}}";
        thread.execute(() -> conversation.receive(message.getBytes(UTF_8), number));
        return number;
    }

    /** What the client is told of a task until it has this status. */
    JsonNode awaitTold(String status) throws InterruptedException {
        while (true) {
            JsonNode message = told.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("never told: " + status);
            }
            if (message.at("/params/status").asText().equals(status)) {
                return message.path("params");
            }
        }
    }

    @Override
    public SessionInfo session() {
        return new SessionInfo("s", "node", SLOT, 1, "tcp", "");
    }

    @Override
    public void send(byte[] message, int number) {
        requireNonNull(answers.get(number)).add(json(message));
    }

    @Override
    public void tell(byte[] message, int relatedTo) {
        told.add(json(message));
    }

    private static JsonNode json(byte[] message) {
        try {
            return JSON.readTree(message);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void part(int number, int retryMillis) {}

    @Override
    public void done(int number) {}

    @Override
    public void checkpoint(byte[] state) {}

    @Override
    public Executor executor() {
        return thread;
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
        server.close();
        thread.shutdown();
    }
}
