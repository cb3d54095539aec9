package io.trunkline.node.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.server.McpServerFeatures.AsyncCompletionSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.AsyncPromptSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.AsyncResourceSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.AsyncResourceTemplateSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncCompletionSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncPromptSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceTemplateSpecification;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.Annotations;
import io.modelcontextprotocol.spec.McpSchema.BlobResourceContents;
import io.modelcontextprotocol.spec.McpSchema.CompleteRequest;
import io.modelcontextprotocol.spec.McpSchema.CompleteResult;
import io.modelcontextprotocol.spec.McpSchema.CompleteResult.CompleteCompletion;
import io.modelcontextprotocol.spec.McpSchema.GetPromptRequest;
import io.modelcontextprotocol.spec.McpSchema.GetPromptResult;
import io.modelcontextprotocol.spec.McpSchema.Prompt;
import io.modelcontextprotocol.spec.McpSchema.PromptArgument;
import io.modelcontextprotocol.spec.McpSchema.PromptMessage;
import io.modelcontextprotocol.spec.McpSchema.PromptReference;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceRequest;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceResult;
import io.modelcontextprotocol.spec.McpSchema.Resource;
import io.modelcontextprotocol.spec.McpSchema.ResourceReference;
import io.modelcontextprotocol.spec.McpSchema.ResourceTemplate;
import io.modelcontextprotocol.spec.McpSchema.Role;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** Resources, templates, prompts and completions that were written for the SDK; each of them sync and async. */
class SdkOffersTest {

    private static final Resource RESOURCE = Resource.builder("test://day", "day")
            .title("Day")
            .description("Today")
            .mimeType("text/plain")
            .size(5L)
            .annotations(Annotations.builder().priority(1.0).build())
            .build();
    private static final ResourceTemplate TEMPLATE = ResourceTemplate.builder("test://{year}/{+rest}", "days")
            .description("All days")
            .build();
    private static final Prompt PROMPT = Prompt.builder("greet")
            .description("Greets")
            .arguments(List.of(
                    PromptArgument.builder("name").required(true).build(),
                    PromptArgument.builder("style").build()))
            .build();

    private static final SdkModule SYNC = server -> {
        server.addResource(new SyncResourceSpecification(RESOURCE, (exchange, request) -> read(request)));
        server.addResourceTemplate(
                new SyncResourceTemplateSpecification(TEMPLATE, (exchange, request) -> read(request)));
        server.addPrompt(new SyncPromptSpecification(PROMPT, (exchange, request) -> greet(request)));
        server.addCompletion(new SyncCompletionSpecification(
                new PromptReference("greet"), (exchange, request) -> complete(request)));
        server.addCompletion(new SyncCompletionSpecification(
                new ResourceReference("test://{year}/{+rest}"), (exchange, request) -> complete(request)));
    };

    private static final SdkModule ASYNC = server -> {
        server.addCompletion(new AsyncCompletionSpecification(
                new PromptReference("greet"), (exchange, request) -> Mono.fromCallable(() -> complete(request))));
        server.addCompletion(new AsyncCompletionSpecification(
                new ResourceReference("test://{year}/{+rest}"),
                (exchange, request) -> Mono.fromCallable(() -> complete(request))));
        server.addPrompt(
                new AsyncPromptSpecification(PROMPT, (exchange, request) -> Mono.fromCallable(() -> greet(request))));
        server.addResourceTemplate(new AsyncResourceTemplateSpecification(
                TEMPLATE, (exchange, request) -> Mono.fromCallable(() -> read(request))));
        server.addResource(new AsyncResourceSpecification(
                RESOURCE, (exchange, request) -> Mono.fromCallable(() -> read(request))));
    };

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void resourcesAreListedAndRead(boolean sync) {
        try (SdkSession session = new SdkSession(sync ? SYNC : ASYNC)) {
            assertThat(session.result("resources/list", "{}").path("resources")).hasToString("""
                    [{"uri":"test://day","name":"day","title":"Day","description":"Today","mimeType":"text/plain",\
                    "size":5,"annotations":{"priority":1.0}}]""");
            assertThat(session.result("resources/read", "{\"uri\":\"test://day\",\"_meta\":{\"k\":1}}"))
                    .hasToString("""
                    {"contents":[{"uri":"test://day","mimeType":"text/plain","text":"{k=1}","_meta":{"m":1}},\
                    {"uri":"test://day","blob":"AQ=="}]}""");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void templatesAreListedAndReadAndTellWhatIsNotThere(boolean sync) {
        try (SdkSession session = new SdkSession(sync ? SYNC : ASYNC)) {
            assertThat(session.result("resources/templates/list", "{}").path("resourceTemplates"))
                    .hasToString("""
                    [{"uriTemplate":"test://{year}/{+rest}","name":"days","description":"All days"}]""");
            assertThat(session.result("resources/read", "{\"uri\":\"test://2026/1/2\"}")
                            .at("/contents/0/uri")
                            .asText())
                    .isEqualTo("test://2026/1/2");
            assertThat(session.answer(session.request("resources/read", "{\"uri\":\"test://2026/none\"}"))
                            .path("error"))
                    .hasToString("""
                    {"code":-32002,"message":"Resource not found","data":{"uri":"test://2026/none"}}""");
            assertThat(session.events).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void promptsAreListedAndFilledIn(boolean sync) {
        try (SdkSession session = new SdkSession(sync ? SYNC : ASYNC)) {
            assertThat(session.result("prompts/list", "{}").path("prompts")).hasToString("""
                    [{"name":"greet","description":"Greets","arguments":[{"name":"name","required":true},\
                    {"name":"style","required":false}]}]""");
            assertThat(session.result("prompts/get", "{\"name\":\"greet\",\"arguments\":{\"name\":\"Ada\"}}"))
                    .hasToString("""
                    {"description":"A greeting","messages":[{"role":"assistant","content":\
                    {"type":"text","text":"Hello {name=Ada}"}}]}""");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void argumentsAndVariablesAreCompleted(boolean sync) {
        try (SdkSession session = new SdkSession(sync ? SYNC : ASYNC)) {
            assertThat(session.result("completion/complete", """
                    {"ref":{"type":"ref/prompt","name":"greet"},"argument":{"name":"style","value":"st"},\
                    "context":{"arguments":{"name":"Ada"}}}""")).hasToString("""
                    {"completion":{"values":["style","st","{name=Ada}"],"total":3,"hasMore":false}}""");
            assertThat(session.result("completion/complete", """
                    {"ref":{"type":"ref/resource","uri":"test://{year}/{+rest}"},\
                    "argument":{"name":"rest","value":"r"}}""")).hasToString("""
                    {"completion":{"values":["rest","r","{}"],"total":3,"hasMore":false}}""");
        }
    }

    @Test
    void nothingIsAnnouncedWithoutModules() {
        try (SdkSession session = new SdkSession()) {
            assertThat(session.answer(session.request("prompts/list", "{}"))
                            .at("/error/code")
                            .asInt())
                    .isEqualTo(-32601);
        }
    }

    @Test
    void aCompletionOfWhatIsNotThereIsLeftOut() {
        SdkModule lost = server -> server.addCompletion(
                new SyncCompletionSpecification(new PromptReference("lost"), (exchange, request) -> complete(request)));
        try (SdkSession session = new SdkSession(SYNC, lost, lost)) {
            assertThat(session.events)
                    .containsExactlyInAnyOrder(
                            "left out module completion of prompt lost the prompt is not added",
                            "left out module " + lost.getClass().getName() + " java.lang.IllegalArgumentException: "
                                    + "completion of prompt lost: twice (expected: once)");
            assertThat(session.answer(session.request("prompts/list", "{}")).has("result"))
                    .isTrue();
        }
    }

    private static ReadResourceResult read(ReadResourceRequest request) {
        if (request.uri().endsWith("/none")) {
            throw McpError.RESOURCE_NOT_FOUND.apply(request.uri());
        }
        return ReadResourceResult.builder(List.of(
                        TextResourceContents.builder(request.uri(), String.valueOf(request.meta()))
                                .mimeType("text/plain")
                                .meta(Map.of("m", 1))
                                .build(),
                        BlobResourceContents.builder(request.uri(), "AQ==").build()))
                .build();
    }

    private static GetPromptResult greet(GetPromptRequest request) {
        return GetPromptResult.builder(List.of(PromptMessage.builder(
                                Role.ASSISTANT,
                                TextContent.builder("Hello " + request.arguments())
                                        .build())
                        .build()))
                .description("A greeting")
                .build();
    }

    private static CompleteResult complete(CompleteRequest request) {
        List<String> values = List.of(
                request.argument().name(),
                request.argument().value(),
                request.context().arguments().toString());
        return new CompleteResult(new CompleteCompletion(values, values.size(), false));
    }
}
