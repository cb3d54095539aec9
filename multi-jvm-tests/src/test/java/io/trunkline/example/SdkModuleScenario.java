package io.trunkline.example;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator.ValidationResponse;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ClientCapabilities;
import io.modelcontextprotocol.spec.McpSchema.ElicitResult;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.modelcontextprotocol.spec.McpSchema.Resource;
import io.modelcontextprotocol.spec.McpSchema.ResourceContents;
import io.modelcontextprotocol.spec.McpSchema.SubscribeRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import io.trunkline.testkit.TestClient;
import io.trunkline.testkit.TestCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The official Java SDK at both ends: its client calls tools that were written for its servers, through the cluster.
 * Clients of MCP 2026-07-28, which the SDK does not have, are our own.
 */
@Timeout(120)
final class SdkModuleScenario {

    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final BlockingQueue<ProgressNotification> progress = new LinkedBlockingQueue<>();

    private final BlockingQueue<List<Resource>> lists = new LinkedBlockingQueue<>();
    private final BlockingQueue<List<ResourceContents>> updates = new LinkedBlockingQueue<>();

    private static @Nullable TestCluster started;

    @BeforeAll
    static void start() throws IOException {
        List<Path> modules = new ArrayList<>(SdkModuleJar.needs());
        modules.add(SdkModuleJar.make(Path.of("target", "test-cluster", "SdkModuleScenario", "modules")));
        started = TestCluster.start(SdkModuleScenario.class, 1, 1, Map.of(), modules);
    }

    @AfterAll
    static void stop() {
        if (started != null) {
            started.close();
        }
    }

    @Test
    void aToolOfTheSdkTellsHowFarItIsAndAsksTheUser() throws InterruptedException {
        try (McpSyncClient client = client(false)) {
            client.initialize();
            CallToolResult result = client.callTool(CallToolRequest.builder("book")
                    .arguments(Map.of("city", "Turin"))
                    .progressToken("p-1")
                    .build());
            assertThat(((TextContent) result.content().get(0)).text()).isEqualTo("3 nights in Turin");
            assertThat(progress.poll(DEADLINE.toSeconds(), TimeUnit.SECONDS))
                    .extracting(ProgressNotification::progressToken, ProgressNotification::message)
                    .containsExactly("p-1", "found a room");
        }
    }

    @Test
    void aToolOfTheSdkPutsAResourceOnItsNodeAndChangesIt() throws InterruptedException {
        CallToolRequest shelve = CallToolRequest.builder("shelve")
                .arguments(Map.of("title", "emma"))
                .build();
        try (McpSyncClient client = client(true)) {
            client.initialize();
            CallToolResult result = client.callTool(shelve);
            assertThat(((TextContent) result.content().get(0)).text()).isEqualTo("shelf://books/emma over http");
            assertThat(lists.poll(DEADLINE.toSeconds(), TimeUnit.SECONDS))
                    .extracting(Resource::uri)
                    .contains("shelf://books/emma");
            client.subscribeResource(
                    SubscribeRequest.builder("shelf://books/emma").build());
            client.callTool(shelve);
            assertThat(updates.poll(DEADLINE.toSeconds(), TimeUnit.SECONDS))
                    .extracting(contents -> ((TextResourceContents) contents).text())
                    .containsExactly("2 copies");
        }
    }

    @Test
    void clientsWithoutASessionCallTheSameToolsAndAreTold() {
        try (TestClient listener = TestClient.connect(cluster().address());
                TestClient client = TestClient.connect(cluster().address())) {
            ObjectNode lists = stateless();
            lists.putObject("notifications").put("resourcesListChanged", true);
            listener.request("subscriptions/listen", lists);
            assertThat(listener.read().path("method").asText()).isEqualTo("notifications/subscriptions/acknowledged");
            ObjectNode shelve = stateless().put("name", "shelve");
            shelve.putObject("arguments").put("title", "persuasion");
            assertThat(client.call("tools/call", shelve).at("/content/0/text").asText())
                    .isEqualTo("shelf://books/persuasion over tcp");
            assertThat(listener.read().path("method").asText()).isEqualTo("notifications/resources/list_changed");
            assertThat(client.call("resources/read", stateless().put("uri", "shelf://books/persuasion"))
                            .at("/contents/0/text")
                            .asText())
                    .isEqualTo("1 copies");

            ObjectNode book = stateless().put("name", "book");
            book.putObject("arguments").put("city", "Turin");
            JsonNode asked = client.call("tools/call", book);
            assertThat(asked.path("resultType").asText()).isEqualTo("input_required");
            book.set("requestState", asked.path("requestState"));
            ObjectNode form =
                    book.putObject("inputResponses").putObject("form-1").put("action", "accept");
            form.putObject("content").put("nights", 3);
            assertThat(client.call("tools/call", book).at("/content/0/text").asText())
                    .isEqualTo("3 nights in Turin");
        }
    }

    /** Parameters of a request without a session. */
    private static ObjectNode stateless() {
        ObjectNode params = TestClient.object();
        ObjectNode meta = params.putObject("_meta").put("io.modelcontextprotocol/protocolVersion", "2026-07-28");
        meta.putObject("io.modelcontextprotocol/clientCapabilities")
                .putObject("elicitation")
                .putObject("form");
        return params;
    }

    private static TestCluster cluster() {
        return requireNonNull(started);
    }

    /**
     * @param listens whether it is told what no request of its has to do with
     */
    private McpSyncClient client(boolean listens) {
        int port = cluster().httpAddress("balancer-1").getPort();
        return McpClient.sync(HttpClientStreamableHttpTransport.builder("http://127.0.0.1:" + port)
                        .endpoint("/mcp")
                        .openConnectionOnStartup(listens)
                        .build())
                .requestTimeout(DEADLINE)
                .initializationTimeout(DEADLINE)
                .jsonSchemaValidator((schema, content) -> ValidationResponse.asValid("unchecked"))
                .capabilities(ClientCapabilities.builder().elicitation().build())
                .elicitation(form -> new ElicitResult(ElicitResult.Action.ACCEPT, Map.of("nights", 3)))
                .progressConsumer(progress::add)
                .resourcesChangeConsumer(lists::add)
                .resourcesUpdateConsumer(updates::add)
                .build();
    }
}
