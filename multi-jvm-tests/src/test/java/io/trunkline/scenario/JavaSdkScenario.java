package io.trunkline.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator.ValidationResponse;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.trunkline.testkit.TcpMcpTransport;
import io.trunkline.testkit.TestCluster;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A scripted session with the official Java SDK: somebody else's reading of the same protocol.
 *
 * <p>The SDK's own schema validator needs another version of its library than the node uses, so it is left out: whether
 * results match their schemas is tested where they are made.
 */
@Timeout(120)
final class JavaSdkScenario {

    private static final Duration REQUEST_DEADLINE = Duration.ofSeconds(10);

    @Test
    void theOfficialSdkInitializesListsAndCallsTools() {
        try (TestCluster cluster = TestCluster.start(JavaSdkScenario.class, 1);
                McpSyncClient client = McpClient.sync(new TcpMcpTransport(cluster.address()))
                        .requestTimeout(REQUEST_DEADLINE)
                        .initializationTimeout(REQUEST_DEADLINE)
                        .jsonSchemaValidator((schema, content) -> ValidationResponse.asValid("unchecked"))
                        .build()) {
            assertThat(client.initialize().capabilities().tools()).isNotNull();
            assertThat(client.listTools().tools()).extracting(Tool::name).contains("echo", "add", "sleep", "whoami");
            CallToolResult echo = call(client, "echo", Map.of("text", "hello"));
            assertThat(echo.content())
                    .singleElement()
                    .isInstanceOfSatisfying(
                            TextContent.class,
                            content -> assertThat(content.text()).isEqualTo("hello"));
            assertThat(call(client, "add", Map.of("a", 2, "b", 40)).structuredContent())
                    .isEqualTo(Map.of("sum", 42));
            assertThat(call(client, "add", Map.of("a", "two", "b", 40)).isError())
                    .as("arguments against the schema")
                    .isTrue();
            assertThat(client.ping()).isNotNull();
        }
    }

    private static CallToolResult call(McpSyncClient client, String tool, Map<String, Object> arguments) {
        return client.callTool(
                CallToolRequest.builder(tool).arguments(arguments).build());
    }
}
