package io.trunkline.node.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.spi.Icon;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolProvider;
import io.trunkline.node.spi.ToolResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolListTest {

    private static final Tool RICH = Tool.named("rich")
            .title("Rich")
            .description("Has everything.")
            .outputSchema("{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}}}")
            .icon(new Icon("https://example.com/a.png", "image/png", List.of("48x48")))
            .readOnly()
            .openWorld(false)
            .blocking(call -> ToolResult.text(""));

    @ParameterizedTest
    @CsvSource({
        "2024-11-05,false,false,false,false,false",
        "2025-03-26,true,true,false,false,false",
        "2025-06-18,true,false,true,true,false",
        "2025-11-25,true,false,true,true,true",
    })
    void showsTheFieldsThatTheVersionKnows(
            String version, boolean hints, boolean hintTitle, boolean title, boolean output, boolean icons) {
        try (TestSession session = TestSession.of(version, RICH)) {
            JsonNode tool = tool(list(session, "{}"), "rich");
            assertThat(tool.path("description").asText()).isEqualTo("Has everything.");
            assertThat(tool.path("inputSchema").path("type").asText()).isEqualTo("object");
            assertThat(tool.path("annotations").path("readOnlyHint").asBoolean(false))
                    .isEqualTo(hints);
            assertThat(tool.path("annotations").has("openWorldHint")).isEqualTo(hints);
            assertThat(tool.path("annotations").has("idempotentHint")).isFalse();
            assertThat(tool.path("annotations").has("title")).isEqualTo(hintTitle);
            assertThat(tool.has("title")).isEqualTo(title);
            assertThat(tool.has("outputSchema")).isEqualTo(output);
            assertThat(tool.has("icons")).isEqualTo(icons);
        }
    }

    @Test
    void isSortedByNameAndComesInPages() {
        try (TestSession session = new TestSession(TestSettings.withPageSize(2), RICH).initialize("2025-11-25")) {
            List<String> names = new ArrayList<>();
            String params = "{}";
            for (int page = 0; page < 3; page++) {
                JsonNode result = list(session, params);
                result.path("tools").forEach(tool -> names.add(tool.path("name").asText()));
                assertThat(result.path("tools").size()).isEqualTo(page < 2 ? 2 : 1);
                assertThat(result.has("nextCursor")).isEqualTo(page < 2);
                params = "{\"cursor\":" + result.path("nextCursor") + "}";
            }
            assertThat(names).containsExactly("add", "echo", "rich", "sleep", "whoami");
        }
    }

    @Test
    void goesOnAfterAToolThatIsGone() {
        String cursor;
        try (TestSession session = new TestSession(TestSettings.withPageSize(3), RICH).initialize("2025-11-25")) {
            cursor = list(session, "{}").path("nextCursor").toString();
        }
        try (TestSession session = new TestSession(TestSettings.withPageSize(3)).initialize("2025-11-25")) {
            assertThat(list(session, "{\"cursor\":" + cursor + "}")
                            .path("tools")
                            .path(0)
                            .path("name")
                            .asText())
                    .isEqualTo("sleep");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"%%%\"", "\"bm90aGluZw\"", "7", "{}"})
    void refusesCursorsThatItDidNotGive(String cursor) {
        try (TestSession session = TestSession.of("2025-11-25")) {
            int number = session.request(1, "tools/list", "{\"cursor\":" + cursor + "}");
            assertThat(session.peer.answer(number).path("error").path("code").asInt())
                    .isEqualTo(-32602);
        }
    }

    @Test
    void acceptsAbsentAndNullParameters() {
        try (TestSession session = TestSession.of("2025-11-25")) {
            assertThat(list(session, "null").path("tools")).hasSize(4);
            assertThat(list(session, "{\"cursor\":null,\"_meta\":{}}").path("tools"))
                    .hasSize(4);
        }
    }

    @Test
    void refusesANameThatTwoProvidersOffer() {
        ToolProvider one = () -> List.of(RICH);
        ToolProvider two = () -> List.of(RICH);
        assertThatThrownBy(() -> McpServer.create(McpSettings.DEFAULT, List.of(one, two)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("tool rich: offered by ")
                .hasMessageContaining(" and by ");
    }

    private static JsonNode list(TestSession session, String params) {
        return session.peer.answer(session.request(77, "tools/list", params)).path("result");
    }

    private static JsonNode tool(JsonNode result, String name) {
        for (JsonNode tool : result.path("tools")) {
            if (tool.path("name").asText().equals(name)) {
                return tool;
            }
        }
        throw new AssertionError(name + " is not in " + result);
    }
}
