package io.trunkline.node.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.modelcontextprotocol.modern.McpException;
import io.modelcontextprotocol.modern.McpSchema;
import io.modelcontextprotocol.modern.McpSchema.CallToolOutcome;
import io.modelcontextprotocol.modern.McpSchema.CallToolRequest;
import io.modelcontextprotocol.modern.McpSchema.CallToolResult;
import io.modelcontextprotocol.modern.McpSchema.CompleteResult;
import io.modelcontextprotocol.modern.McpSchema.ElicitFormRequest;
import io.modelcontextprotocol.modern.McpSchema.GetPromptResult;
import io.modelcontextprotocol.modern.McpSchema.InputRequiredResult;
import io.modelcontextprotocol.modern.McpSchema.ReadResourceResult;
import io.modelcontextprotocol.modern.server.McpAsyncResponse;
import io.modelcontextprotocol.modern.server.McpRequestContext;
import io.modelcontextprotocol.modern.server.McpSyncResponse;
import io.modelcontextprotocol.modern.server.feature.McpAsyncPrompt;
import io.modelcontextprotocol.modern.server.feature.McpAsyncResource;
import io.modelcontextprotocol.modern.server.feature.McpAsyncResourceTemplate;
import io.modelcontextprotocol.modern.server.feature.McpAsyncTool;
import io.modelcontextprotocol.modern.server.feature.McpSyncPrompt;
import io.modelcontextprotocol.modern.server.feature.McpSyncResource;
import io.modelcontextprotocol.modern.server.feature.McpSyncResourceTemplate;
import io.modelcontextprotocol.modern.server.feature.McpSyncTool;
import io.trunkline.node.sdk.SdkSession.Era;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

/** Specifications that were written for the SDK's servers of MCP 2026-07-28, with clients of both eras. */
@SuppressWarnings("deprecation") // MCP 2026-07-28 deprecates some questions, which are served all the same
class SdkModernTest {

    private static final McpSchema.Resource RESOURCE =
            McpSchema.Resource.builder("test://one", "one").title("One").build();
    private static final McpSchema.ResourceTemplate TEMPLATE =
            McpSchema.ResourceTemplate.builder("test://many/{n}", "many").build();
    private static final McpSchema.Prompt PROMPT = McpSchema.Prompt.builder("prompt")
            .arguments(List.of(McpSchema.PromptArgument.builder("a").build()))
            .build();

    private static final SdkModule SYNC = server -> {
        server.addTool(
                McpSyncTool.of(tool("tool"), (context, request) -> McpSyncResponse.result(place(context, request))));
        server.addTool(McpSyncTool.of(tool("ask"), (context, request) -> McpSyncResponse.result(ask(request))));
        server.addTool(McpSyncTool.of(
                tool("slow"),
                (context, request) -> McpSyncResponse.streaming(notifier -> {
                    notifier.progress(1, 2.0, "half");
                    notifier.notify("notifications/message", Map.of("level", "error", "data", "careful"));
                    return text("done");
                })));
        server.addTool(McpSyncTool.of(tool("fail"), (context, request) -> {
            throw new McpException(-32050, "not on Sundays", Map.of("day", 7));
        }));
        server.addResource(
                RESOURCE, McpSyncResource.of((context, request) -> McpSyncResponse.result(read(request.uri()))));
        server.addResourceTemplate(
                McpSyncResourceTemplate.of(TEMPLATE).withCompletionHandler((context, request) -> complete(request)),
                McpSyncResource.of((context, request) -> McpSyncResponse.result(read(request.uri()))));
        server.addPrompt(McpSyncPrompt.of(PROMPT, (context, request) -> McpSyncResponse.result(fill(request)))
                .withCompletionHandler((context, request) -> complete(request)));
    };

    private static final SdkModule ASYNC = server -> {
        server.addTool(McpAsyncTool.of(
                tool("tool"), (context, request) -> Mono.just(McpAsyncResponse.result(place(context, request)))));
        server.addTool(McpAsyncTool.of(
                tool("ask"), (context, request) -> Mono.fromCallable(() -> McpAsyncResponse.result(ask(request)))));
        server.addTool(McpAsyncTool.of(
                tool("slow"),
                (context, request) -> Mono.just(McpAsyncResponse.streaming(notifier -> notifier.progress(1, 2.0, "half")
                        .then(notifier.notify("notifications/message", Map.of("level", "error", "data", "careful")))
                        .thenReturn(text("done"))))));
        server.addTool(McpAsyncTool.of(
                tool("fail"),
                (context, request) -> Mono.error(new McpException(-32050, "not on Sundays", Map.of("day", 7)))));
        server.addResource(
                RESOURCE,
                McpAsyncResource.of((context, request) -> Mono.just(McpAsyncResponse.result(read(request.uri())))));
        server.addResourceTemplate(
                McpAsyncResourceTemplate.of(TEMPLATE)
                        .withCompletionHandler((context, request) -> Mono.just(complete(request))),
                McpAsyncResource.of((context, request) -> Mono.just(McpAsyncResponse.result(read(request.uri())))));
        server.addPrompt(
                McpAsyncPrompt.of(PROMPT, (context, request) -> Mono.just(McpAsyncResponse.result(fill(request))))
                        .withCompletionHandler((context, request) -> Mono.just(complete(request))));
    };

    @ParameterizedTest
    @CsvSource({"SESSION,true", "SESSION,false", "STATELESS,true", "STATELESS,false"})
    void runUnchanged(Era era, boolean sync) {
        try (SdkSession session = new SdkSession(sync ? SYNC : ASYNC)) {
            assertThat(answer(session, era, "tools/call", "{\"name\":\"tool\",\"arguments\":{\"n\":1.5}}")
                            .at("/result/content/0/text")
                            .asText())
                    .isEqualTo("tools/call 2026-07-28 " + (era == Era.SESSION ? "test 7" : " ")
                            + " elicits tool {n=1.5} node-1 ada");
            assertThat(answer(session, era, "resources/read", "{\"uri\":\"test://one\"}")
                            .at("/result/contents/0/text")
                            .asText())
                    .isEqualTo("text of test://one");
            assertThat(answer(session, era, "resources/read", "{\"uri\":\"test://many/7\"}")
                            .at("/result/contents/0/text")
                            .asText())
                    .isEqualTo("text of test://many/7");
            assertThat(answer(session, era, "prompts/get", "{\"name\":\"prompt\",\"arguments\":{\"a\":\"b\"}}")
                            .at("/result/messages/0/content/text")
                            .asText())
                    .isEqualTo("{a=b}");
            for (String reference : List.of(
                    "{\"type\":\"ref/prompt\",\"name\":\"prompt\"},\"argument\":{\"name\":\"a\",\"value\":\"x\"}",
                    "{\"type\":\"ref/resource\",\"uri\":\"test://many/{n}\"},\"argument\":{\"name\":\"n\",\"value\":\"x\"}")) {
                assertThat(answer(session, era, "completion/complete", "{\"ref\":" + reference + "}")
                                .at("/result/completion/values/0")
                                .asText())
                        .isEqualTo("x...");
            }
            assertThat(session.events).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"SESSION,true", "SESSION,false", "STATELESS,true", "STATELESS,false"})
    void askTheClientInItsOwnWay(Era era, boolean sync) {
        try (SdkSession session = new SdkSession(sync ? SYNC : ASYNC)) {
            JsonNode answer = session.answer(
                    era,
                    "tools/call",
                    "{\"name\":\"ask\"}",
                    Map.of(
                            "elicitation/create",
                            "{\"action\":\"accept\",\"content\":{\"size\":\"large\"}}",
                            "roots/list",
                            "{\"roots\":[{\"uri\":\"file:///a\"}]}"));
            assertThat(answer.at("/result/content/0/text").asText()).isEqualTo("large file:///a state-1");
        }
    }

    @ParameterizedTest
    @CsvSource({"SESSION,true", "SESSION,false", "STATELESS,true", "STATELESS,false"})
    void tellHowFarTheyAre(Era era, boolean sync) {
        try (SdkSession session = new SdkSession(sync ? SYNC : ASYNC)) {
            int number = session.request(era, "tools/call", "{\"name\":\"slow\",\"_meta\":{\"progressToken\":\"p\"}}");
            assertThat(session.answer(number).at("/result/content/0/text").asText())
                    .isEqualTo("done");
            JsonNode progress = session.next();
            assertThat(progress.at("/params/progress").asDouble()).isEqualTo(1);
            assertThat(progress.at("/params/total").asDouble()).isEqualTo(2);
            assertThat(progress.at("/params/message").asText()).isEqualTo("half");
            assertThat(session.next().at("/params/data").asText()).isEqualTo("careful");
        }
    }

    @ParameterizedTest
    @CsvSource({"SESSION,true", "SESSION,false", "STATELESS,true", "STATELESS,false"})
    void failWithTheirOwnErrors(Era era, boolean sync) {
        try (SdkSession session = new SdkSession(sync ? SYNC : ASYNC)) {
            JsonNode error =
                    answer(session, era, "tools/call", "{\"name\":\"fail\"}").path("error");
            assertThat(error.path("code").asInt()).isEqualTo(-32050);
            assertThat(error.path("message").asText()).isEqualTo("not on Sundays");
            assertThat(error.path("data").toString()).isEqualTo("{\"day\":7}");
        }
    }

    private static McpSchema.Tool tool(String name) {
        return McpSchema.Tool.builder(name, Map.of("type", "object")).build();
    }

    private static CallToolOutcome text(String text) {
        return CallToolResult.builder()
                .addContent(McpSchema.TextContent.builder(text).build())
                .build();
    }

    /** What a handler is given of its request. */
    private static CallToolOutcome place(McpRequestContext context, CallToolRequest request) {
        return text(context.method() + " " + context.protocolVersion() + " "
                + context.clientInfo().name() + " " + context.clientInfo().version()
                + (context.clientCapabilities().supportsElicitationForm() ? " elicits " : " ")
                + context.primitiveName() + " " + request.arguments() + " "
                + context.transportContext().get("node") + " "
                + context.transportContext().get("principalName"));
    }

    private static CallToolOutcome ask(CallToolRequest request) {
        Map<String, Object> answers = request.inputResponses();
        if (answers == null || answers.isEmpty()) {
            return InputRequiredResult.builder()
                    .elicit(
                            "size",
                            ElicitFormRequest.builder(
                                            "Which size?",
                                            Map.of(
                                                    "type",
                                                    "object",
                                                    "properties",
                                                    Map.of("size", Map.of("type", "string"))))
                                    .build())
                    .listRoots("roots")
                    .requestState("state-1")
                    .build();
        }
        JsonNode said = Json.tree(answers);
        return text(said.at("/size/content/size").asText() + " "
                + said.at("/roots/roots/0/uri").asText() + " " + request.requestState());
    }

    private static McpSchema.ReadResourceOutcome read(String uri) {
        return ReadResourceResult.builder(List.of(McpSchema.TextResourceContents.builder(uri, "text of " + uri)
                        .build()))
                .build();
    }

    private static McpSchema.GetPromptOutcome fill(McpSchema.GetPromptRequest request) {
        return GetPromptResult.builder(List.of(new McpSchema.PromptMessage(
                        McpSchema.Role.USER,
                        McpSchema.TextContent.builder(String.valueOf(request.arguments()))
                                .build())))
                .build();
    }

    private static CompleteResult complete(McpSchema.CompleteRequest request) {
        return new CompleteResult(
                new CompleteResult.Completion(List.of(request.argument().value() + "..."), null, null),
                "complete",
                null);
    }

    private static JsonNode answer(SdkSession session, Era era, String method, String params) {
        return session.answer(session.request(era, method, params));
    }
}
