package io.trunkline.node.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolTest {

    private static final ToolHandler.Blocking NOTHING = call -> ToolResult.text("");

    @ParameterizedTest
    @ValueSource(strings = {"a", "getUser", "DATA_EXPORT_v2", "admin.tools.list", "a-b", "0"})
    void acceptsNamesOfTheSpecification(String name) {
        assertThat(Tool.named(name).blocking(NOTHING).name()).isEqualTo(name);
        assertThat(Tool.named("n".repeat(128)).blocking(NOTHING).name()).hasSize(128);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a,b", "a/b", "\u00e4", "a\n"})
    void refusesOtherNames(String name) {
        ToolBuilder tool = Tool.named(name);
        assertThatThrownBy(() -> tool.blocking(NOTHING))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("tool name: \"" + name + "\" (expected: ");
        assertThatThrownBy(() -> Tool.named("n".repeat(129)).blocking(NOTHING))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "{}", "{\"type\":\"string\"}", "{\"type\":[\"object\"]}"})
    void refusesSchemasThatAreNotForObjects(String schema) {
        assertThatThrownBy(() -> Tool.named("a").inputSchema(schema).blocking(NOTHING))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("input schema of tool a: ");
        assertThatThrownBy(() -> Tool.named("a").outputSchema(schema).blocking(NOTHING))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("output schema of tool a: ");
    }

    @Test
    void takesAnyObjectWithoutASchema() {
        assertThat(Tool.named("a").blocking(NOTHING).inputSchema()).hasToString("{\"type\":\"object\"}");
    }

    @Test
    void doesNotChangeWithTheTreeItWasMadeFrom() {
        ObjectNode schema = new ObjectMapper().createObjectNode().put("type", "object");
        Tool tool = Tool.named("a").inputSchema(schema).outputSchema(schema).blocking(NOTHING);
        schema.put("type", "string");
        assertThat(tool.inputSchema().path("type").asText()).isEqualTo("object");
        assertThat(tool.outputSchema()).isEqualTo(tool.inputSchema());
    }

    @Test
    void refusesUselessTimesAndUnsafeIcons() {
        assertThatThrownBy(() -> Tool.named("a").timeout(Duration.ZERO).blocking(NOTHING))
                .hasMessage("timeout of tool a: PT0S (expected: > 0)");
        assertThatThrownBy(() -> new Icon("javascript:alert(1)", "", List.of()))
                .hasMessageContaining("expected: an https: or data: URI");
    }

    @Test
    void isSafeToRepeatOnlyWhenItSaysSo() {
        assertThat(Tool.named("a").blocking(NOTHING).annotations().safeToRepeat())
                .isFalse();
        assertThat(Tool.named("a")
                        .destructive(false)
                        .blocking(NOTHING)
                        .annotations()
                        .safeToRepeat())
                .isFalse();
        assertThat(Tool.named("a").readOnly().blocking(NOTHING).annotations().safeToRepeat())
                .isTrue();
        assertThat(Tool.named("a").idempotent().blocking(NOTHING).annotations().safeToRepeat())
                .isTrue();
    }
}
