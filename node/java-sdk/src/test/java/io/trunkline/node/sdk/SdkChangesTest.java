package io.trunkline.node.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.modelcontextprotocol.server.McpServerFeatures.SyncCompletionSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncPromptSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceTemplateSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.CompleteResult;
import io.modelcontextprotocol.spec.McpSchema.CompleteResult.CompleteCompletion;
import io.modelcontextprotocol.spec.McpSchema.ElicitUrlRequest;
import io.modelcontextprotocol.spec.McpSchema.ElicitationCompleteNotification;
import io.modelcontextprotocol.spec.McpSchema.GetPromptResult;
import io.modelcontextprotocol.spec.McpSchema.Prompt;
import io.modelcontextprotocol.spec.McpSchema.PromptArgument;
import io.modelcontextprotocol.spec.McpSchema.PromptReference;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceResult;
import io.modelcontextprotocol.spec.McpSchema.Resource;
import io.modelcontextprotocol.spec.McpSchema.ResourceTemplate;
import io.modelcontextprotocol.spec.McpSchema.ResourcesUpdatedNotification;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.trunkline.node.sdk.SdkSession.Era;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A module that adds, removes and updates while the node runs. */
class SdkChangesTest {

    private static final ServerCapabilities EVERYTHING = ServerCapabilities.builder()
            .tools(true)
            .resources(true, true)
            .prompts(true)
            .build();

    private final AtomicReference<SdkServer> kept = new AtomicReference<>();

    @Test
    void announcesOnlyWhatMayChange() {
        SdkModule fixed = server -> server.addTool(tool("a", "1"));
        try (SdkSession session = new SdkSession(fixed)) {
            assertThat(capabilities(session)).hasToString("{\"logging\":{},\"tools\":{}}");
        }
        SdkModule tools = server -> server.capabilities(
                ServerCapabilities.builder().tools(true).resources(true, false).build());
        try (SdkSession session = new SdkSession(fixed, tools)) {
            assertThat(capabilities(session).path("tools")).hasToString("{\"listChanged\":true}");
            assertThat(capabilities(session).has("resources")).isFalse();
            assertThat(capabilities(session).has("prompts")).isFalse();
        }
        try (SdkSession session = new SdkSession(module(EVERYTHING))) {
            assertThat(capabilities(session).path("resources"))
                    .hasToString("{\"subscribe\":true,\"listChanged\":true}");
        }
    }

    @Test
    void toolsComeGoAndAreReplaced() {
        try (SdkSession session = new SdkSession(module(EVERYTHING))) {
            server().addTool(tool("b", "1"));
            assertThat(method(session)).isEqualTo("notifications/tools/list_changed");
            assertThat(call(session, "b")).isEqualTo("1");
            server().addTool(tool("b", "2"));
            assertThat(method(session)).isEqualTo("notifications/tools/list_changed");
            assertThat(call(session, "b")).isEqualTo("2");
            assertThat(server().listTools()).extracting(Tool::name).containsExactly("b");
            server().removeTool("nothing");
            server().removeTool("b");
            assertThat(method(session)).isEqualTo("notifications/tools/list_changed");
            assertThat(session.result("tools/list", "{}").path("tools")).isEmpty();
            server().notifyToolsListChanged();
            assertThat(method(session)).isEqualTo("notifications/tools/list_changed");
        }
    }

    @Test
    void resourcesAndTemplatesComeAndGo() {
        try (SdkSession session = new SdkSession(module(EVERYTHING))) {
            server().addResource(new SyncResourceSpecification(
                    Resource.builder("test://one", "one").build(), (exchange, request) -> read(request.uri())));
            assertThat(method(session)).isEqualTo("notifications/resources/list_changed");
            server().addResourceTemplate(new SyncResourceTemplateSpecification(
                    ResourceTemplate.builder("test://many/{n}", "many").build(),
                    (exchange, request) -> read(request.uri())));
            assertThat(method(session)).isEqualTo("notifications/resources/list_changed");
            assertThat(server().listResources()).hasSize(1);
            assertThat(server().listResourceTemplates()).hasSize(1);
            session.result("resources/read", "{\"uri\":\"test://one\"}");
            session.result("resources/read", "{\"uri\":\"test://many/1\"}");
            server().removeResource("test://one");
            server().removeResourceTemplate("test://many/{n}");
            server().notifyResourcesListChanged();
            assertThat(method(session)).isEqualTo("notifications/resources/list_changed");
            assertThat(session.result("resources/list", "{}").path("resources")).isEmpty();
            assertThat(session.result("resources/templates/list", "{}").path("resourceTemplates"))
                    .isEmpty();
        }
    }

    @Test
    void promptsComeAndGoAndWhatCompletesThemStays() {
        Prompt prompt = Prompt.builder("p")
                .arguments(List.of(PromptArgument.builder("a").build()))
                .build();
        SyncPromptSpecification specification = new SyncPromptSpecification(
                prompt,
                (exchange, request) -> GetPromptResult.builder(List.of()).build());
        try (SdkSession session = new SdkSession(module(EVERYTHING))) {
            server().addCompletion(new SyncCompletionSpecification(
                    new PromptReference("p"),
                    (exchange, request) -> new CompleteResult(new CompleteCompletion(List.of("x"), 1, false))));
            server().addPrompt(specification);
            assertThat(method(session)).isEqualTo("notifications/prompts/list_changed");
            server().removePrompt("p");
            assertThat(server().listPrompts()).isEmpty();
            server().addPrompt(specification);
            server().notifyPromptsListChanged();
            assertThat(session.result("completion/complete", """
                            {"ref":{"type":"ref/prompt","name":"p"},"argument":{"name":"a","value":""}}""")
                            .at("/completion/values/0")
                            .asText())
                    .isEqualTo("x");
        }
    }

    @Test
    void whoHasSubscribedIsToldOfUpdates() {
        SdkModule module = server -> {
            kept.set(server);
            server.capabilities(EVERYTHING);
            server.addResource(new SyncResourceSpecification(
                    Resource.builder("test://one", "one").build(), (exchange, request) -> read(request.uri())));
        };
        try (SdkSession session = new SdkSession(module)) {
            session.result("resources/subscribe", "{\"uri\":\"test://one\"}");
            server().notifyResourcesUpdated(new ResourcesUpdatedNotification("test://other"));
            server().notifyResourcesUpdated(new ResourcesUpdatedNotification("test://one"));
            assertThat(session.next()).hasToString("""
                    {"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"test://one"}}""");
        }
    }

    @Test
    void whoListensWithoutASessionIsTold() {
        try (SdkSession session = new SdkSession(module(EVERYTHING))) {
            session.request(Era.STATELESS, "subscriptions/listen", "{\"notifications\":{\"toolsListChanged\":true}}");
            assertThat(method(session)).isEqualTo("notifications/subscriptions/acknowledged");
            server().addTool(tool("b", "1"));
            List<String> methods = new ArrayList<>(List.of(method(session), method(session)));
            assertThat(methods).containsOnly("notifications/tools/list_changed");
        }
    }

    @Test
    void aChangeThatTheNodeRefusesIsTakenBack() {
        try (SdkSession session = new SdkSession(module(EVERYTHING))) {
            server().addTool(tool("b", "1"));
            assertThatThrownBy(() -> server().addTool(SyncToolSpecification.builder()
                            .tool(Tool.builder("b", Map.of("type", "object", "properties", 7))
                                    .build())
                            .callHandler((exchange, request) -> result(""))
                            .build()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(call(session, "b")).isEqualTo("1");
            assertThat(server().listTools()).extracting(Tool::inputSchema).containsExactly(Map.of("type", "object"));
        }
    }

    @Test
    void whatWasNotAnnouncedDoesNotChange() {
        try (SdkSession session = new SdkSession(
                module(ServerCapabilities.builder().tools(false).prompts(true).build()))) {
            assertThatThrownBy(() -> server().addTool(tool("b", "1")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("tools: fixed (expected: ");
            assertThat(server().listTools()).isEmpty();
            assertThat(capabilities(session).has("tools")).isFalse();
            assertThatThrownBy(() -> server().capabilities(EVERYTHING))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("capabilities: too late");
        }
    }

    @Test
    void aModuleThatFailsIsLeftOutWithAllThatItHasAdded() {
        SdkModule one = server -> server.addTool(tool("a", "1"));
        SdkModule again = server -> {
            server.addTool(tool("b", "2"));
            server.addTool(tool("a", "2"));
        };
        SdkModule last = server -> server.addTool(tool("c", "3"));
        SdkProvider provider = new SdkProvider(List.of(one, again, last));
        assertThat(provider.tools()).extracting("name").containsExactlyInAnyOrder("a", "c");
        assertThat(provider.brokenModules())
                .containsExactly(Map.entry(
                        again.getClass().getName(),
                        "java.lang.IllegalArgumentException: tool a: twice (expected: once)"));
    }

    @Test
    void whatChangedBeforeTheNodeListenedIsToldThen() {
        SdkProvider provider = new SdkProvider(List.of(module(EVERYTHING)));
        server().addTool(tool("b", "1"));
        List<String> told = new ArrayList<>();
        provider.onListChange(io.trunkline.node.spi.PromptProvider.class, () -> told.add("prompts"));
        provider.onListChange(io.trunkline.node.spi.ToolProvider.class, () -> told.add("tools"));
        assertThat(told).containsExactly("tools");
    }

    @Test
    void theClientIsToldThatAVisitIsDone() {
        SdkModule module = server -> {
            kept.set(server);
            server.addTool(new SyncToolSpecification(
                    Tool.builder("visit", Map.of("type", "object")).build(),
                    (exchange, request) -> result(
                            exchange.createElicitation(ElicitUrlRequest.builder("Pay", "https://example.com/pay", "e-1")
                                            .build())
                                    .action()
                                    .name())));
        };
        try (SdkSession session = new SdkSession(module)) {
            int call = session.call("visit", "{}");
            session.reply(session.next(), "{\"action\":\"accept\"}");
            session.answer(call);
            server().sendElicitationComplete("nobody", new ElicitationCompleteNotification("e-0"));
            server().sendElicitationComplete("s-1", new ElicitationCompleteNotification("e-1"));
            assertThat(session.next()).hasToString("""
                    {"jsonrpc":"2.0","method":"notifications/elicitation/complete","params":{"elicitationId":"e-1"}}""");
        }
    }

    private SdkServer server() {
        return kept.get();
    }

    private SdkModule module(ServerCapabilities capabilities) {
        return server -> {
            kept.set(server);
            server.capabilities(capabilities);
        };
    }

    private static JsonNode capabilities(SdkSession session) {
        return session.answer(1).at("/result/capabilities");
    }

    private static String method(SdkSession session) {
        return session.next().path("method").asText();
    }

    private static String call(SdkSession session, String tool) {
        return session.answer(session.call(tool, "{}"))
                .at("/result/content/0/text")
                .asText();
    }

    private static SyncToolSpecification tool(String name, String text) {
        return new SyncToolSpecification(
                Tool.builder(name, Map.of("type", "object")).build(), (exchange, request) -> result(text));
    }

    private static CallToolResult result(String text) {
        return CallToolResult.builder().addTextContent(text).build();
    }

    private static ReadResourceResult read(String uri) {
        List<McpSchema.ResourceContents> contents =
                List.of(TextResourceContents.builder(uri, "").build());
        return ReadResourceResult.builder(contents).build();
    }
}
