package io.trunkline.node.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.node.mcp.catalog.Providers;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolBuilder;
import io.trunkline.node.spi.ToolResult;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeToRepeatTest {

    private final McpServer server = McpServer.create(
            McpSettings.DEFAULT,
            new Providers(
                    List.of(() -> List.of(
                            tool(Tool.named("reads").readOnly()),
                            tool(Tool.named("sets").idempotent()),
                            tool(Tool.named("writes").destructive(false)))),
                    List.of(new TestModule()),
                    List.of(new TestModule())));

    @ParameterizedTest
    @CsvSource({
        "ping,{},true",
        "initialize,{},true",
        "tools/list,{},true",
        "logging/setLevel,{},true",
        "no/such/method,{},true",
        "resources/list,{},true",
        "resources/templates/list,{},true",
        "resources/read,{},true",
        "resources/subscribe,{},true",
        "resources/unsubscribe,{},true",
        "prompts/list,{},true",
        "prompts/get,{},true",
        "completion/complete,{},true",
        "tools/call,{'name':'reads'},true",
        "tools/call,{'name':'sets'},true",
        "tools/call,{'name':'writes'},false",
        "tools/call,{'name':'elsewhere'},false",
        "tools/call,{'name':7},true",
        "tools/call,{},true",
    })
    void dependsOnTheMethodAndTheTool(String method, String params, boolean safe) {
        assertThat(safe("{'jsonrpc':'2.0','id':1,'method':'%s','params':%s}".formatted(method, params)))
                .isEqualTo(safe);
    }

    @Test
    void isTrueForABatchWhenItIsForEveryMember() {
        String ping = "{'jsonrpc':'2.0','id':1,'method':'ping'}";
        String write = "{'jsonrpc':'2.0','id':2,'method':'tools/call','params':{'name':'writes'}}";
        assertThat(safe("[" + ping + "," + ping + "]")).isTrue();
        assertThat(safe("[" + ping + "," + write + "]")).isFalse();
    }

    @Test
    void isTrueForWhatIsNotRun() {
        assertThat(safe("{'jsonrpc':'2.0','method':'tools/call','params':{'name':'writes'}}"))
                .isTrue();
        assertThat(safe("{'jsonrpc':'2.0','id':1,'result':{}}")).isTrue();
        assertThat(safe("{")).isTrue();
        assertThat(safe("")).isTrue();
    }

    private boolean safe(String message) {
        return server.safeToRepeat(message.replace('\'', '"').getBytes(UTF_8));
    }

    private static Tool tool(ToolBuilder builder) {
        return builder.blocking(call -> ToolResult.text(""));
    }
}
