package io.trunkline.node.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.node.mcp.catalog.Providers;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.modules.LeftOut;
import io.trunkline.node.spi.Completion;
import io.trunkline.node.spi.Content;
import io.trunkline.node.spi.Prompt;
import io.trunkline.node.spi.PromptResult;
import io.trunkline.node.spi.Resource;
import io.trunkline.node.spi.ResourceProvider;
import io.trunkline.node.spi.ResourceTemplate;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolProvider;
import io.trunkline.node.spi.ToolResult;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeftOutTest {

    private static final String BROKEN = """
            {"type":"object","properties":{"a":{"type":"string","pattern":"("}}}""";

    /** Of one jar of modules. */
    public static final class GoodTools implements ToolProvider {
        @Override
        public Collection<Tool> tools() {
            return List.of(TestModule.tool("good"));
        }
    }

    /** Cannot be made. */
    public static final class ThrowingTools implements ToolProvider {
        public ThrowingTools() {
            throw new IllegalStateException("no database");
        }

        @Override
        public Collection<Tool> tools() {
            return List.of();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                BROKEN,
                "{\"type\":\"object\",\"properties\":7}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#/nowhere\"}}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"pattern\":\"(?<=x(?:ab?)+)b\"}}}",
            })
    void aToolWhoseSchemaCannotBeServedIsLeftOutAlone(String schema) {
        ToolProvider provider = () -> List.of(
                TestModule.tool("a"),
                Tool.named("b").inputSchema(schema).blocking(call -> ToolResult.text("")),
                Tool.named("c").outputSchema(schema).blocking(call -> ToolResult.text("")),
                TestModule.tool("d"));
        try (TestSession session = new TestSession(McpSettings.DEFAULT, providers(provider))) {
            session.initialize("2025-11-25");
            assertThat(tools(session)).containsExactly("a", "d");
            assertThat(session.ask("""
                            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"b","arguments":{}}}""").path("error").path("message").asText()).isEqualTo("Unknown tool: b");
            assertThat(session.events.all).hasSize(2);
            assertThat(session.events.all.get(0)).startsWith("left out tool b input schema of tool b: ");
            assertThat(session.events.all.get(1)).startsWith("left out tool c output schema of tool c: ");
        }
    }

    @Test
    void aTemplateThatCannotBeMatchedIsLeftOutAlone() {
        ResourceProvider provider = new ResourceProvider() {
            @Override
            public Collection<Resource> resources() {
                return List.of(Resource.at("test://a").text("a"));
            }

            @Override
            public Collection<ResourceTemplate> resourceTemplates() {
                return List.of(template("test://{a}{b}"), template("test://x/{a}"));
            }
        };
        Prompt prompt = Prompt.named("p")
                .required("n", "")
                .complete(call -> CompletableFuture.completedFuture(Completion.NONE))
                .blocking(call -> PromptResult.of());
        Providers providers = new Providers(List.of(), List.of(provider), List.of(() -> List.of(prompt)));
        try (TestSession session = new TestSession(McpSettings.DEFAULT, providers)) {
            session.initialize("2025-11-25");
            assertThat(session.ask("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/templates/list\"}")
                            .at("/result/resourceTemplates")
                            .findValuesAsText("uriTemplate"))
                    .containsExactly("test://x/{a}");
            assertThat(session.events.all)
                    .singleElement()
                    .satisfies(event -> assertThat(event).startsWith("left out resource template test://{a}{b} "));
        }
    }

    @Test
    void aProviderThatFailsIsLeftOutAlone() {
        ToolProvider broken = () -> {
            throw new IllegalStateException("no database");
        };
        ToolProvider unlinked = () -> {
            throw new NoClassDefFoundError("com/example/Gone");
        };
        try (TestSession session = new TestSession(McpSettings.DEFAULT, providers(broken, new GoodTools(), unlinked))) {
            session.initialize("2025-11-25");
            assertThat(tools(session)).containsExactly("good");
            assertThat(session.events.all)
                    .containsExactly(
                            "left out tool * java.lang.IllegalStateException: no database",
                            "left out tool * java.lang.NoClassDefFoundError: com/example/Gone");
        }
    }

    @Test
    void whatIsLeftOutDoesNotStandInTheWayOfAChange() {
        TestModule module = new TestModule();
        module.tools.add(Tool.named("b").inputSchema(BROKEN).blocking(call -> ToolResult.text("")));
        try (TestSession session = new TestSession(McpSettings.DEFAULT, module.providers())) {
            session.initialize("2025-11-25");
            assertThat(tools(session)).isEmpty();
            module.tools.add(TestModule.tool("a"));
            module.change();
            assertThat(tools(session)).containsExactly("a");
            module.tools.add(Tool.named("c").inputSchema(BROKEN).blocking(call -> ToolResult.text("")));
            assertThatThrownBy(module::change)
                    .as("what is broken now was not before")
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("input schema of tool c");
            module.tools.clear();
            module.tools.add(TestModule.tool("b"));
            module.change();
            assertThat(tools(session)).containsExactly("b");
        }
    }

    @Test
    void aBrokenJarTakesOnlyItselfOut(@TempDir Path jar) throws IOException {
        Path services = Files.createDirectories(jar.resolve("META-INF/services"));
        Files.createDirectories(jar.resolve("com/example"));
        Files.write(jar.resolve("com/example/Damaged.class"), "no class".getBytes(UTF_8));
        Files.writeString(
                services.resolve(ToolProvider.class.getName()),
                String.join(
                        "\n",
                        "com.example.Gone",
                        "com.example.Damaged",
                        ThrowingTools.class.getName(),
                        LeftOutTest.class.getName(),
                        GoodTools.class.getName()));
        Files.writeString(services.resolve(ResourceProvider.class.getName()), "com.example.Gone\nthis is no name");
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {jar.toUri().toURL()}, LeftOutTest.class.getClassLoader())) {
            Providers providers = Providers.installed(loader);
            assertThat(providers.tools()).hasAtLeastOneElementOfType(GoodTools.class);
            assertThat(providers.leftOut())
                    .extracting(LeftOut::name)
                    .contains(
                            "com.example.Gone",
                            "com.example.Damaged",
                            ThrowingTools.class.getName(),
                            LeftOutTest.class.getName());
            assertThat(providers.leftOut()).anyMatch(one -> one.problem().contains("no database"));
            try (TestSession session = new TestSession(McpSettings.DEFAULT, providers)) {
                session.initialize("2025-11-25");
                assertThat(tools(session)).contains("good");
                assertThat(session.events.all).anyMatch(event -> event.startsWith("left out module com.example.Gone "));
            }
        }
    }

    private static ResourceTemplate template(String text) {
        return ResourceTemplate.of(text).blocking(read -> List.<Content.ResourceContents>of());
    }

    private static Providers providers(ToolProvider... tools) {
        return new Providers(List.of(tools), List.of(), List.of());
    }

    private static List<String> tools(TestSession session) {
        return session.ask("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}")
                .at("/result/tools")
                .findValuesAsText("name");
    }
}
