package io.trunkline.node.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpServerFeatures;
import io.modelcontextprotocol.server.McpStatelessServerFeatures.AsyncCompletionSpecification;
import io.modelcontextprotocol.server.McpStatelessServerFeatures.AsyncPromptSpecification;
import io.modelcontextprotocol.server.McpStatelessServerFeatures.AsyncResourceSpecification;
import io.modelcontextprotocol.server.McpStatelessServerFeatures.AsyncResourceTemplateSpecification;
import io.modelcontextprotocol.server.McpStatelessServerFeatures.AsyncToolSpecification;
import io.modelcontextprotocol.server.McpStatelessServerFeatures.SyncCompletionSpecification;
import io.modelcontextprotocol.server.McpStatelessServerFeatures.SyncPromptSpecification;
import io.modelcontextprotocol.server.McpStatelessServerFeatures.SyncResourceSpecification;
import io.modelcontextprotocol.server.McpStatelessServerFeatures.SyncResourceTemplateSpecification;
import io.modelcontextprotocol.server.McpStatelessServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.CompleteResult;
import io.modelcontextprotocol.spec.McpSchema.CompleteResult.CompleteCompletion;
import io.modelcontextprotocol.spec.McpSchema.GetPromptResult;
import io.modelcontextprotocol.spec.McpSchema.Prompt;
import io.modelcontextprotocol.spec.McpSchema.PromptArgument;
import io.modelcontextprotocol.spec.McpSchema.PromptMessage;
import io.modelcontextprotocol.spec.McpSchema.PromptReference;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceRequest;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceResult;
import io.modelcontextprotocol.spec.McpSchema.Resource;
import io.modelcontextprotocol.spec.McpSchema.ResourceTemplate;
import io.modelcontextprotocol.spec.McpSchema.Role;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.trunkline.node.sdk.SdkSession.Era;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

/** Specifications that were written for the SDK's stateless servers: they only know where a request came from. */
@SuppressWarnings("deprecation") // MCP 2026-07-28 deprecates some questions, which are served all the same
class SdkStatelessTest {

    private static final String PLACE = "s-1 node-1 http 127.0.0.1:40000 p-1 ada https://example.com null";

    private static final Tool TOOL =
            Tool.builder("tool", Map.of("type", "object")).build();
    private static final Resource RESOURCE =
            Resource.builder("test://one", "one").build();
    private static final ResourceTemplate TEMPLATE =
            ResourceTemplate.builder("test://many/{n}", "many").build();
    private static final Prompt PROMPT = Prompt.builder("prompt")
            .arguments(List.of(PromptArgument.builder("a").build()))
            .build();

    private static final SdkModule SYNC = server -> {
        server.addTool(new SyncToolSpecification(TOOL, (context, request) -> result(place(context))));
        server.addResource(new SyncResourceSpecification(RESOURCE, SdkStatelessTest::read));
        server.addResourceTemplate(new SyncResourceTemplateSpecification(TEMPLATE, SdkStatelessTest::read));
        server.addPrompt(new SyncPromptSpecification(PROMPT, (context, request) -> fill(context)));
        server.addCompletion(new SyncCompletionSpecification(
                new PromptReference("prompt"), (context, request) -> complete(context)));
    };

    private static final SdkModule ASYNC = server -> {
        server.addTool(new AsyncToolSpecification(
                TOOL,
                (context, request) ->
                        Mono.deferContextual(view -> Mono.just(result(place(view.get(McpTransportContext.KEY)))))));
        server.addResource(new AsyncResourceSpecification(
                RESOURCE, (context, request) -> Mono.fromCallable(() -> read(context, request))));
        server.addResourceTemplate(new AsyncResourceTemplateSpecification(
                TEMPLATE, (context, request) -> Mono.fromCallable(() -> read(context, request))));
        server.addPrompt(
                new AsyncPromptSpecification(PROMPT, (context, request) -> Mono.fromCallable(() -> fill(context))));
        server.addCompletion(new AsyncCompletionSpecification(
                new PromptReference("prompt"), (context, request) -> Mono.fromCallable(() -> complete(context))));
    };

    @ParameterizedTest
    @CsvSource({"SESSION,true", "SESSION,false", "STATELESS,true", "STATELESS,false"})
    void runAndSeeWhereTheRequestCameFrom(Era era, boolean sync) {
        try (SdkSession session = new SdkSession(sync ? SYNC : ASYNC)) {
            assertThat(answer(session, era, "tools/call", "{\"name\":\"tool\"}", "/result/content/0/text"))
                    .isEqualTo(PLACE);
            assertThat(answer(session, era, "resources/read", "{\"uri\":\"test://one\"}", "/result/contents/0/text"))
                    .isEqualTo(PLACE);
            assertThat(answer(session, era, "resources/read", "{\"uri\":\"test://many/1\"}", "/result/contents/0/text"))
                    .isEqualTo(PLACE);
            assertThat(answer(session, era, "prompts/get", "{\"name\":\"prompt\"}", "/result/messages/0/content/text"))
                    .isEqualTo(PLACE);
            assertThat(answer(session, era, "completion/complete", """
                    {"ref":{"type":"ref/prompt","name":"prompt"},"argument":{"name":"a","value":""}}""", "/result/completion/values/0"))
                    .isEqualTo(PLACE);
            assertThat(session.events).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void stayBesideThoseThatNeedAnExchange(Era era) {
        SdkModule other = server -> server.addTool(new McpServerFeatures.SyncToolSpecification(
                Tool.builder("other", Map.of("type", "object")).build(),
                (exchange, request) ->
                        result(exchange.listRoots().roots().get(0).uri())));
        try (SdkSession session = new SdkSession(SYNC, other)) {
            assertThat(answer(session, era, "tools/call", "{\"name\":\"other\"}", "/result/content/0/text"))
                    .isEqualTo("file:///a");
            assertThat(answer(session, era, "tools/call", "{\"name\":\"tool\"}", "/result/content/0/text"))
                    .isEqualTo(PLACE);
        }
    }

    private static String answer(SdkSession session, Era era, String method, String params, String what) {
        JsonNode answer =
                session.answer(era, method, params, Map.of("roots/list", "{\"roots\":[{\"uri\":\"file:///a\"}]}"));
        return answer.at(what).asText(answer.toString());
    }

    private static String place(McpTransportContext context) {
        return context.get("sessionId") + " " + context.get("node") + " " + context.get("transport") + " "
                + context.get("remoteAddress") + " " + context.get("principal") + " " + context.get("principalName")
                + " "
                + context.get("principalIssuer") + " " + context.get("nothing");
    }

    private static CallToolResult result(String text) {
        return CallToolResult.builder().addTextContent(text).build();
    }

    private static ReadResourceResult read(McpTransportContext context, ReadResourceRequest request) {
        return ReadResourceResult.builder(List.of(TextResourceContents.builder(request.uri(), place(context))
                        .build()))
                .build();
    }

    private static GetPromptResult fill(McpTransportContext context) {
        return GetPromptResult.builder(List.of(PromptMessage.builder(
                                Role.USER, TextContent.builder(place(context)).build())
                        .build()))
                .build();
    }

    private static CompleteResult complete(McpTransportContext context) {
        return new CompleteResult(new CompleteCompletion(List.of(place(context)), 1, false));
    }
}
