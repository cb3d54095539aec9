package io.trunkline.node.mcp;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.protocol.jsonrpc.JsonLimits;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class McpSettingsTest {

    @Test
    void nameTheKeyAndTheValueThatIsWrong() {
        assertThatThrownBy(() -> new McpSettings.Limits(0, 1, 1, 1, 1))
                .hasMessage("mcp.limits.in-flight: 0 (expected: > 0)");
        assertThatThrownBy(() -> new McpSettings.Limits(1, 1, 1, 1, -1))
                .hasMessage("mcp.limits.answer-bytes: -1 (expected: > 0)");
        assertThatThrownBy(() -> new McpSettings.Tools(Duration.ZERO, 1, 1, 1))
                .hasMessage("mcp.tools.timeout: PT0S (expected: > 0)");
        assertThatThrownBy(() -> new McpSettings.Tools(Duration.ofSeconds(1), 1, 1, 0))
                .hasMessage("mcp.tools.pool-queue: 0 (expected: > 0)");
        assertThatThrownBy(() -> new McpSettings.Server(" ", "", "1", ""))
                .hasMessage("mcp.server: name \" \", version \"1\" (expected: not blank)");
        assertThatThrownBy(() -> TestSettings.withPageSize(0)).hasMessage("mcp.page-size: 0 (expected: > 0)");
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new McpSettings.Tasks(second, second, Duration.ZERO, second, 1, 1, 1))
                .hasMessage("mcp.tasks.max-ttl: PT0S (expected: >= 1 ms)");
        assertThatThrownBy(() -> new McpSettings.Tasks(second, second, second, second, 1, 0, 1))
                .hasMessage("mcp.tasks.held-per-principal: 0 (expected: > 0)");
        assertThatThrownBy(() -> new JsonLimits(64, 1, 1, 1, 1, 0)).hasMessage("json.max-id-length: 0 (expected: > 0)");
    }
}
