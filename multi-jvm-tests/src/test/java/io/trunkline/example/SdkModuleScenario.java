package io.trunkline.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator.ValidationResponse;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ClientCapabilities;
import io.modelcontextprotocol.spec.McpSchema.ElicitResult;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The official Java SDK at both ends: its client calls a tool that was written for its servers, through the cluster. */
@Timeout(120)
final class SdkModuleScenario {

    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final BlockingQueue<ProgressNotification> progress = new LinkedBlockingQueue<>();

    @Test
    void aToolOfTheSdkTellsHowFarItIsAndAsksTheUser() throws IOException, InterruptedException {
        List<Path> modules = new ArrayList<>(SdkModuleJar.needs());
        modules.add(SdkModuleJar.make(Path.of("target", "test-cluster", "SdkModuleScenario", "modules")));
        try (TestCluster cluster = TestCluster.start(SdkModuleScenario.class, 1, 1, Map.of(), modules);
                McpSyncClient client = client(cluster)) {
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

    private McpSyncClient client(TestCluster cluster) {
        int port = cluster.httpAddress("balancer-1").getPort();
        return McpClient.sync(HttpClientStreamableHttpTransport.builder("http://127.0.0.1:" + port)
                        .endpoint("/mcp")
                        .openConnectionOnStartup(false)
                        .build())
                .requestTimeout(DEADLINE)
                .initializationTimeout(DEADLINE)
                .jsonSchemaValidator((schema, content) -> ValidationResponse.asValid("unchecked"))
                .capabilities(ClientCapabilities.builder().elicitation().build())
                .elicitation(form -> new ElicitResult(ElicitResult.Action.ACCEPT, Map.of("nights", 3)))
                .progressConsumer(progress::add)
                .build();
    }
}
