package io.trunkline.scenario;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientSseClientTransport;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator.ValidationResponse;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ClientCapabilities;
import io.modelcontextprotocol.spec.McpSchema.CompleteRequest;
import io.modelcontextprotocol.spec.McpSchema.CreateMessageResult;
import io.modelcontextprotocol.spec.McpSchema.ElicitResult;
import io.modelcontextprotocol.spec.McpSchema.LoggingLevel;
import io.modelcontextprotocol.spec.McpSchema.LoggingMessageNotification;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.modelcontextprotocol.spec.McpSchema.Prompt;
import io.modelcontextprotocol.spec.McpSchema.PromptReference;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceRequest;
import io.modelcontextprotocol.spec.McpSchema.Resource;
import io.modelcontextprotocol.spec.McpSchema.ResourceContents;
import io.modelcontextprotocol.spec.McpSchema.Role;
import io.modelcontextprotocol.spec.McpSchema.SubscribeRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.modelcontextprotocol.spec.McpSchema.UnsubscribeRequest;
import io.trunkline.testkit.CuttableWay;
import io.trunkline.testkit.TcpMcpTransport;
import io.trunkline.testkit.TestCluster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Scripted sessions with the official Java SDK, over each transport that it has and over TCP: somebody else's reading
 * of the same protocol.
 *
 * <p>The SDK's own schema validator needs another version of its library than the node uses, so it is left out:
 * whether results match their schemas is tested where they are made. The SDK has no way to cancel a call, and does not
 * come back to an event stream that was cut.
 */
@Timeout(120)
@SuppressWarnings("deprecation") // MCP 2026-07-28 deprecates some of what older clients do
final class JavaSdkScenario {

    private static final Duration REQUEST_DEADLINE = Duration.ofSeconds(10);
    private static final String WATCHED = "test://watched-resource";

    private static @Nullable TestCluster started;

    private final BlockingQueue<ProgressNotification> progress = new LinkedBlockingQueue<>();
    private final BlockingQueue<LoggingMessageNotification> logs = new LinkedBlockingQueue<>();
    private final BlockingQueue<List<ResourceContents>> updates = new LinkedBlockingQueue<>();

    @BeforeAll
    static void start() {
        started = TestCluster.startWithPack(JavaSdkScenario.class, 1, 1, Map.of());
    }

    @AfterAll
    static void stop() {
        if (started != null) {
            started.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "http"})
    void theOfficialSdkHasAWholeSession(String kind) throws InterruptedException {
        try (McpSyncClient client = client(transport(kind))) {
            assertThat(client.initialize().capabilities().tools()).isNotNull();
            client.subscribeResource(SubscribeRequest.builder(WATCHED).build());
            lists(client);
            calls(client);
            hearsOfProgressAndLogs(client);
            answersForItsUser(client);
            answersForItsModel(client);
            reads(client);
            completes(client);
            hearsOfTheResource();
            client.unsubscribeResource(UnsubscribeRequest.builder(WATCHED).build());
            assertThat(client.ping()).isNotNull();
        }
    }

    /** The deprecated transport means the protocol of its time, in which the server asks for samples alone. */
    @Test
    void theOfficialSdkHasASessionOverTheDeprecatedTransport() throws InterruptedException {
        try (McpSyncClient client = client(transport("sse"))) {
            assertThat(client.initialize().protocolVersion()).isEqualTo("2024-11-05");
            client.subscribeResource(SubscribeRequest.builder(WATCHED).build());
            lists(client);
            assertThat(textOf(call(client, "add", Map.of("a", 2, "b", 40)))).isEqualTo("{\"sum\":42}");
            hearsOfProgressAndLogs(client);
            answersForItsModel(client);
            reads(client);
            hearsOfTheResource();
            assertThat(client.ping()).isNotNull();
        }
    }

    @Test
    void aSessionOfTheOfficialSdkOutlivesItsConnections() throws IOException {
        try (CuttableWay way = CuttableWay.to(cluster().httpAddress("balancer-1"));
                McpSyncClient client = client(streamable(way.address()))) {
            client.initialize();
            Object session = sessionOf(client);
            assertThat(way.cut()).as("connections that were cut").isPositive();
            // A request on a connection of which the SDK does not know yet that it was cut fails: it does not try
            // again.
            await().atMost(REQUEST_DEADLINE)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(sessionOf(client)).isEqualTo(session));
        }
    }

    private static Object sessionOf(McpSyncClient client) {
        Map<?, ?> whoami =
                (Map<?, ?>) requireNonNull(call(client, "whoami", Map.of()).structuredContent());
        return requireNonNull(whoami.get("session"));
    }

    private static void lists(McpSyncClient client) {
        assertThat(client.listTools().tools())
                .extracting(Tool::name)
                .contains("echo", "add", "sleep", "whoami", "test_elicitation");
        assertThat(client.listResources().resources()).extracting(Resource::uri).contains(WATCHED);
        assertThat(client.listPrompts().prompts()).extracting(Prompt::name).contains("test_simple_prompt");
    }

    private static void calls(McpSyncClient client) {
        assertThat(textOf(call(client, "echo", Map.of("text", "hello")))).isEqualTo("hello");
        assertThat(call(client, "add", Map.of("a", 2, "b", 40)).structuredContent())
                .isEqualTo(Map.of("sum", 42));
        assertThat(call(client, "add", Map.of("a", "two", "b", 40)).isError())
                .as("arguments against the schema")
                .isTrue();
    }

    private void hearsOfProgressAndLogs(McpSyncClient client) throws InterruptedException {
        client.callTool(CallToolRequest.builder("test_tool_with_progress")
                .arguments(Map.of())
                .progressToken("progress-1")
                .build());
        for (double step : List.of(0.0, 50.0, 100.0)) {
            ProgressNotification next = progress.poll(REQUEST_DEADLINE.toSeconds(), TimeUnit.SECONDS);
            assertThat(next)
                    .isNotNull()
                    .extracting(ProgressNotification::progress)
                    .isEqualTo(step);
        }
        client.setLoggingLevel(LoggingLevel.INFO);
        call(client, "test_tool_with_logging", Map.of());
        for (int message = 0; message < 3; message++) {
            assertThat(logs.poll(REQUEST_DEADLINE.toSeconds(), TimeUnit.SECONDS))
                    .as("log message %d", message)
                    .isNotNull();
        }
    }

    private void hearsOfTheResource() throws InterruptedException {
        List<ResourceContents> updated = updates.poll(REQUEST_DEADLINE.toSeconds(), TimeUnit.SECONDS);
        assertThat(updated).extracting(ResourceContents::uri).containsExactly(WATCHED);
    }

    private static void answersForItsUser(McpSyncClient client) {
        assertThat(textOf(call(client, "test_elicitation", Map.of("message", "What?"))))
                .contains("What? As you like");
    }

    private static void answersForItsModel(McpSyncClient client) {
        assertThat(textOf(call(client, "test_sampling", Map.of("prompt", "Hello"))))
                .isEqualTo("LLM response: Good day");
    }

    private static void reads(McpSyncClient client) {
        assertThat(client.readResource(ReadResourceRequest.builder("test://static-text")
                                .build())
                        .contents())
                .singleElement()
                .isInstanceOfSatisfying(
                        TextResourceContents.class,
                        text -> assertThat(text.text()).contains("static text resource"));
    }

    private static void completes(McpSyncClient client) {
        CompleteRequest request = CompleteRequest.builder(
                        new PromptReference("test_prompt_with_arguments"),
                        new CompleteRequest.CompleteArgument("arg1", "test"))
                .build();
        assertThat(client.completeCompletion(request).completion().values()).containsExactly("test", "testing");
    }

    private McpSyncClient client(McpClientTransport transport) {
        return McpClient.sync(transport)
                .requestTimeout(REQUEST_DEADLINE)
                .initializationTimeout(REQUEST_DEADLINE)
                .jsonSchemaValidator((schema, content) -> ValidationResponse.asValid("unchecked"))
                .capabilities(
                        ClientCapabilities.builder().sampling().elicitation().build())
                .elicitation(form -> new ElicitResult(
                        ElicitResult.Action.ACCEPT, Map.of("response", form.message() + " As you like")))
                .sampling(request -> CreateMessageResult.builder(Role.ASSISTANT, "Good day", "none")
                        .build())
                .progressConsumer(progress::add)
                .loggingConsumer(logs::add)
                .resourcesUpdateConsumer(updates::add)
                .build();
    }

    @SuppressWarnings("deprecation") // as is the transport that it is for
    private static McpClientTransport transport(String kind) {
        return switch (kind) {
            case "tcp" -> new TcpMcpTransport(cluster().address());
            case "http" -> streamable(cluster().httpAddress("balancer-1"));
            case "sse" ->
                HttpClientSseClientTransport.builder(base(cluster().httpAddress("balancer-1")))
                        .sseEndpoint("/mcp/sse")
                        .build();
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static McpClientTransport streamable(InetSocketAddress address) {
        return HttpClientStreamableHttpTransport.builder(base(address))
                .endpoint("/mcp")
                .resumableStreams(true)
                .openConnectionOnStartup(false)
                .build();
    }

    private static String base(InetSocketAddress address) {
        return "http://127.0.0.1:" + address.getPort();
    }

    private static TestCluster cluster() {
        return requireNonNull(started);
    }

    private static CallToolResult call(McpSyncClient client, String tool, Map<String, Object> arguments) {
        return client.callTool(
                CallToolRequest.builder(tool).arguments(arguments).build());
    }

    private static String textOf(CallToolResult result) {
        return ((TextContent) result.content().get(0)).text();
    }
}
