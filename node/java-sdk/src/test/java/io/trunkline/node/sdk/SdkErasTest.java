package io.trunkline.node.sdk;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.server.McpAsyncServerExchange;
import io.modelcontextprotocol.server.McpServerFeatures.AsyncPromptSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.AsyncToolSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncCompletionSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncPromptSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceTemplateSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.CompleteResult;
import io.modelcontextprotocol.spec.McpSchema.CompleteResult.CompleteCompletion;
import io.modelcontextprotocol.spec.McpSchema.CreateMessageRequest;
import io.modelcontextprotocol.spec.McpSchema.ElicitFormRequest;
import io.modelcontextprotocol.spec.McpSchema.ElicitUrlRequest;
import io.modelcontextprotocol.spec.McpSchema.EmbeddedResource;
import io.modelcontextprotocol.spec.McpSchema.EnumSchemaOption;
import io.modelcontextprotocol.spec.McpSchema.GetPromptResult;
import io.modelcontextprotocol.spec.McpSchema.ImageContent;
import io.modelcontextprotocol.spec.McpSchema.LoggingLevel;
import io.modelcontextprotocol.spec.McpSchema.LoggingMessageNotification;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.modelcontextprotocol.spec.McpSchema.Prompt;
import io.modelcontextprotocol.spec.McpSchema.PromptArgument;
import io.modelcontextprotocol.spec.McpSchema.PromptMessage;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceRequest;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceResult;
import io.modelcontextprotocol.spec.McpSchema.Resource;
import io.modelcontextprotocol.spec.McpSchema.ResourceReference;
import io.modelcontextprotocol.spec.McpSchema.ResourceTemplate;
import io.modelcontextprotocol.spec.McpSchema.Role;
import io.modelcontextprotocol.spec.McpSchema.SamplingMessage;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import io.modelcontextprotocol.spec.McpSchema.TitledMultiSelectEnumSchema;
import io.modelcontextprotocol.spec.McpSchema.TitledMultiSelectItems;
import io.modelcontextprotocol.spec.McpSchema.TitledSingleSelectEnumSchema;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.modelcontextprotocol.spec.McpSchema.UntitledMultiSelectEnumSchema;
import io.modelcontextprotocol.spec.McpSchema.UntitledMultiSelectItems;
import io.modelcontextprotocol.spec.McpSchema.UntitledSingleSelectEnumSchema;
import io.trunkline.node.sdk.SdkSession.Era;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What the SDK's documentation shows of handlers, for clients with a session and without one. */
@SuppressWarnings("deprecation") // MCP 2026-07-28 deprecates some questions, which are served all the same
class SdkErasTest {

    private static final Map<String, Object> ANY = Map.of("type", "object");
    private static final Map<String, Object> SURE = Map.of(
            "type", "object", "properties", Map.of("sure", Map.of("type", "boolean")), "required", List.of("sure"));

    /** A client that can answer everything. */
    private static final Map<String, String> ANSWERS = Map.of(
            "elicitation/create", "{\"action\":\"accept\",\"content\":{\"sure\":true}}",
            "sampling/createMessage",
                    "{\"role\":\"assistant\",\"model\":\"m\",\"content\":{\"type\":\"text\",\"text\":\"said\"}}",
            "roots/list", "{\"roots\":[{\"uri\":\"file:///a\"}]}");

    @ParameterizedTest
    @EnumSource
    void aToolAsksOneThingAfterAnother(Era era) {
        SdkModule module = tool(exchange -> {
            boolean visited = exchange.createElicitation(
                            ElicitUrlRequest.builder("Sign in", "https://example.com/in", "e-1")
                                    .build())
                    .action()
                    .name()
                    .equals("ACCEPT");
            Object sure = exchange.createElicitation(
                            ElicitFormRequest.builder("Sure?", SURE).build())
                    .content()
                    .get("sure");
            Object said = ((TextContent) exchange.createMessage(sampling()).content()).text();
            return visited + " " + sure + " " + said + " "
                    + exchange.listRoots().roots().size();
        });
        try (SdkSession session = new SdkSession(module)) {
            assertThat(text(session.answer(era, "tools/call", "{\"name\":\"tool\"}", ANSWERS)))
                    .isEqualTo("true true said 1");
            assertThat(session.events).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAsyncToolAsksSeveralThingsAtOnce(Era era) {
        SdkModule module = server -> server.addTool(AsyncToolSpecification.builder()
                .tool(Tool.builder("tool", ANY).build())
                .callHandler((exchange, request) -> Mono.zip(sure(exchange), exchange.createMessage(sampling()))
                        .publishOn(Schedulers.boundedElastic())
                        .zipWith(exchange.listRoots())
                        .map(all -> result(all.getT1().getT1() + " "
                                + ((TextContent) all.getT1().getT2().content()).text() + " "
                                + all.getT2().roots().get(0).uri())))
                .build());
        try (SdkSession session = new SdkSession(module)) {
            assertThat(text(session.answer(era, "tools/call", "{\"name\":\"tool\"}", ANSWERS)))
                    .isEqualTo("true said file:///a");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aToolTellsHowFarItIsAndLogs(Era era) {
        SdkModule module = tool(exchange -> {
            exchange.progressNotification(
                    ProgressNotification.builder("p", 0.0).total(2.0).build());
            exchange.loggingNotification(LoggingMessageNotification.builder(LoggingLevel.WARNING, "half")
                    .logger("import")
                    .build());
            return "done";
        });
        try (SdkSession session = new SdkSession(module)) {
            int call = session.request(era, "tools/call", "{\"name\":\"tool\",\"_meta\":{\"progressToken\":\"p\"}}");
            assertThat(text(session.answer(call))).isEqualTo("done");
            JsonNode progress = session.next();
            assertThat(progress.path("method").asText()).isEqualTo("notifications/progress");
            assertThat(progress.at("/params/total").asInt()).isEqualTo(2);
            assertThat(session.next().at("/params/data").asText()).isEqualTo("half");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFormHasEveryKindOfChoice(Era era) {
        Map<String, Object> form = Map.of(
                "type",
                "object",
                "properties",
                Map.of(
                        "one",
                                json(UntitledSingleSelectEnumSchema.builder()
                                        .enumValues("a", "b")
                                        .build()),
                        "titled",
                                json(TitledSingleSelectEnumSchema.builder()
                                        .oneOf(new EnumSchemaOption("a", "A"))
                                        .build()),
                        "legacy", Map.of("type", "string", "enum", List.of("a"), "enumNames", List.of("A")),
                        "many",
                                json(UntitledMultiSelectEnumSchema.builder(UntitledMultiSelectItems.builder()
                                                .enumValues("a", "b")
                                                .build())
                                        .build()),
                        "titledMany",
                                json(TitledMultiSelectEnumSchema.builder(TitledMultiSelectItems.builder()
                                                .anyOf(new EnumSchemaOption("a", "A"))
                                                .build())
                                        .build()),
                        "age", Map.of("type", "integer", "default", 30)),
                "required",
                List.of("one", "many"));
        SdkModule module = tool(exchange -> String.valueOf(exchange.createElicitation(
                        ElicitFormRequest.builder("Choose", form).build())
                .content()
                .get("many")));
        try (SdkSession session = new SdkSession(module)) {
            Map<String, String> answers = Map.of(
                    "elicitation/create",
                    "{\"action\":\"accept\",\"content\":{\"one\":\"a\",\"many\":[\"a\",\"b\"],\"age\":7}}");
            assertThat(text(session.answer(era, "tools/call", "{\"name\":\"tool\"}", answers)))
                    .isEqualTo("[a, b]");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPromptAsksAndHasAPictureAndAResource(Era era) {
        SdkModule module = server -> {
            Prompt prompt = Prompt.builder("prompt")
                    .arguments(
                            List.of(PromptArgument.builder("uri").required(true).build()))
                    .build();
            server.addPrompt(new SyncPromptSpecification(
                    prompt,
                    (exchange, request) -> GetPromptResult.builder(List.of(
                                    message(ImageContent.builder("AQI=", "image/png")
                                            .build()),
                                    message(EmbeddedResource.builder(TextResourceContents.builder(
                                                            String.valueOf(request.arguments()
                                                                    .get("uri")),
                                                            exchange.listRoots()
                                                                    .roots()
                                                                    .get(0)
                                                                    .uri())
                                                    .build())
                                            .build())))
                            .meta(Map.of("m", 1))
                            .build()));
        };
        try (SdkSession session = new SdkSession(module)) {
            JsonNode result = session.answer(
                            era, "prompts/get", "{\"name\":\"prompt\",\"arguments\":{\"uri\":\"a:b\"}}", ANSWERS)
                    .path("result");
            assertThat(result.path("messages")).hasToString("""
                    [{"role":"user","content":{"type":"image","data":"AQI=","mimeType":"image/png"}},\
                    {"role":"user","content":{"type":"resource","resource":{"uri":"a:b","text":"file:///a"}}}]""");
            assertThat(result.at("/_meta/m").asInt()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAsyncPromptMayFail(Era era) {
        SdkModule module = server -> server.addPrompt(new AsyncPromptSpecification(
                Prompt.builder("prompt").build(),
                (exchange, request) -> Mono.error(new IllegalStateException("not today"))));
        try (SdkSession session = new SdkSession(module)) {
            assertThat(session.answer(era, "prompts/get", "{\"name\":\"prompt\"}", Map.of())
                            .path("error"))
                    .hasToString("{\"code\":-32603,\"message\":\"not today\"}");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResourceAsksBeforeItIsRead(Era era) {
        SdkModule module = server -> server.addResource(new SyncResourceSpecification(
                Resource.builder("test://asks", "asks").build(),
                (exchange, request) ->
                        read(request, exchange.listRoots().roots().get(0).uri())));
        try (SdkSession session = new SdkSession(module)) {
            assertThat(session.answer(era, "resources/read", "{\"uri\":\"test://asks\"}", ANSWERS)
                            .at("/result/contents/0/text")
                            .asText())
                    .isEqualTo("file:///a");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTemplateHasAQueryWhoseVariablesAreCompleted(Era era) {
        String template = "test://days/{day}{?hour,zone}";
        SdkModule module = server -> {
            server.addResourceTemplate(new SyncResourceTemplateSpecification(
                    ResourceTemplate.builder(template, "days").build(),
                    (exchange, request) -> read(request, String.valueOf(request.meta()))));
            server.addCompletion(new SyncCompletionSpecification(
                    new ResourceReference(template),
                    (exchange, request) -> new CompleteResult(
                            new CompleteCompletion(List.of(request.argument().value() + "TC"), 1, false),
                            Map.of("asked", request.meta().get("k")))));
        };
        try (SdkSession session = new SdkSession(module)) {
            for (String uri : List.of("test://days/1", "test://days/1?zone=UTC", "test://days/1?zone=UTC&hour=2")) {
                JsonNode read = session.answer(era, "resources/read", "{\"uri\":\"" + uri + "\"}", Map.of());
                assertThat(read.at("/result/contents/0/uri").asText()).isEqualTo(uri);
            }
            assertThat(session.answer(era, "resources/read", "{\"uri\":\"test://days/1?year=2\"}", Map.of())
                            .has("error"))
                    .isTrue();
            JsonNode completed = session.answer(era, "completion/complete", """
                            {"ref":{"type":"ref/resource","uri":"%s"},"argument":{"name":"zone","value":"U"},\
                            "_meta":{"k":"v"}}""".formatted(template), Map.of())
                    .path("result");
            assertThat(completed.at("/completion/values/0").asText()).isEqualTo("UTC");
            assertThat(completed.at("/_meta/asked").asText()).isEqualTo("v");
        }
    }

    private static Mono<Object> sure(McpAsyncServerExchange exchange) {
        return exchange.createElicitation(
                        ElicitFormRequest.builder("Sure?", SURE).build())
                .map(answer -> requireNonNull(answer.content().get("sure")));
    }

    private static CreateMessageRequest sampling() {
        return CreateMessageRequest.builder(
                        List.of(SamplingMessage.builder(
                                        Role.USER, TextContent.builder("Say").build())
                                .build()),
                        10)
                .build();
    }

    private static Map<String, Object> json(Object schema) {
        return McpJsonDefaults.getMapper().convertValue(schema, new TypeRef<>() {});
    }

    private static PromptMessage message(io.modelcontextprotocol.spec.McpSchema.Content content) {
        return PromptMessage.builder(Role.USER, content).build();
    }

    private static ReadResourceResult read(ReadResourceRequest request, String text) {
        return ReadResourceResult.builder(List.of(
                        TextResourceContents.builder(request.uri(), text).build()))
                .build();
    }

    private static SdkModule tool(Function<McpSyncServerExchange, String> body) {
        return server -> server.addTool(SyncToolSpecification.builder()
                .tool(Tool.builder("tool", ANY).build())
                .callHandler((exchange, request) -> result(body.apply(exchange)))
                .build());
    }

    private static CallToolResult result(String text) {
        return CallToolResult.builder().addTextContent(text).build();
    }

    private static String text(JsonNode answer) {
        return answer.at("/result/content/0/text").asText(answer.toString());
    }
}
