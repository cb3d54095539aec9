package io.trunkline.node.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.Booking;
import com.fasterxml.jackson.databind.JsonNode;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.server.McpAsyncServerExchange;
import io.modelcontextprotocol.server.McpServerFeatures.AsyncToolSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.Annotations;
import io.modelcontextprotocol.spec.McpSchema.AudioContent;
import io.modelcontextprotocol.spec.McpSchema.BlobResourceContents;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ElicitUrlRequest;
import io.modelcontextprotocol.spec.McpSchema.EmbeddedResource;
import io.modelcontextprotocol.spec.McpSchema.Icon;
import io.modelcontextprotocol.spec.McpSchema.ImageContent;
import io.modelcontextprotocol.spec.McpSchema.ResourceLink;
import io.modelcontextprotocol.spec.McpSchema.Role;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.modelcontextprotocol.spec.McpSchema.ToolAnnotations;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Tools that were written for the SDK, called by a client. */
@SuppressWarnings("deprecation") // MCP 2026-07-28 deprecates some questions, which are served all the same
class SdkToolsTest {

    private static final Map<String, Object> ANY = Map.of("type", "object");

    @Test
    void aToolTellsHowFarItIsAndAsksTheUser() {
        try (SdkSession session = new SdkSession(new Booking())) {
            int call = session.request("tools/call", """
                    {"name":"book","arguments":{"city":"Turin"},"_meta":{"progressToken":"p-1"}}""");
            assertThat(session.next()).hasToString("""
                    {"jsonrpc":"2.0","method":"notifications/progress","params":\
                    {"progressToken":"p-1","progress":1,"total":2,"message":"found a room"}}""");
            JsonNode question = session.next();
            assertThat(question.path("method").asText()).isEqualTo("elicitation/create");
            assertThat(question.path("params").path("message").asText()).isEqualTo("For how many nights?");
            assertThat(question.at("/params/requestedSchema/properties/nights/minimum")
                            .asInt())
                    .isEqualTo(1);
            session.reply(question, "{\"action\":\"accept\",\"content\":{\"nights\":3}}");
            assertThat(text(session.answer(call))).isEqualTo("3 nights in Turin");
        }
    }

    @Test
    void argumentsAreCheckedBeforeTheHandlerRuns() {
        try (SdkSession session = new SdkSession(new Booking())) {
            JsonNode result = session.result("tools/call", "{\"name\":\"book\",\"arguments\":{\"city\":7}}");
            assertThat(result.path("isError").asBoolean()).isTrue();
        }
    }

    @Test
    void aDescriptionCarriesOverAsAWhole() {
        Tool tool = Tool.builder("whole", McpJsonDefaults.getMapper(), "{\"properties\":{\"a\":{\"type\":\"string\"}}}")
                .title("Whole")
                .description("All of it")
                .outputSchema(Map.of("type", "object", "required", List.of("sum")))
                .annotations(ToolAnnotations.builder()
                        .readOnlyHint(true)
                        .openWorldHint(false)
                        .build())
                .icons(List.of(Icon.builder("https://example.com/i.png")
                        .mimeType("image/png")
                        .sizes(List.of("48x48"))
                        .build()))
                .meta(Map.of("example.com/key", 1))
                .build();
        try (SdkSession session = new SdkSession(sync(tool, (exchange, request) -> structured(Map.of("sum", 5))))) {
            assertThat(session.result("tools/list", "{}").path("tools")).hasToString("""
                    [{"name":"whole","title":"Whole","description":"All of it",\
                    "inputSchema":{"properties":{"a":{"type":"string"}},"type":"object"},\
                    "outputSchema":%s,\
                    "annotations":{"readOnlyHint":true,"openWorldHint":false},\
                    "icons":[{"src":"https://example.com/i.png","mimeType":"image/png","sizes":["48x48"]}],\
                    "_meta":{"example.com/key":1}}]""".formatted(
                            session.result("tools/list", "{}").at("/tools/0/outputSchema")));
            JsonNode result = session.result("tools/call", "{\"name\":\"whole\"}");
            assertThat(result).hasToString("""
                    {"content":[{"type":"text","text":"{\\"sum\\":5}"}],"structuredContent":{"sum":5}}""");
        }
    }

    @Test
    void everyKindOfContentCarriesOver() {
        CallToolResult all = CallToolResult.builder()
                .content(List.of(
                        TextContent.builder("text")
                                .annotations(Annotations.builder()
                                        .audience(List.of(Role.USER))
                                        .priority(0.5)
                                        .lastModified("2026-01-02T03:04:05+01:00")
                                        .build())
                                .meta(Map.of("a", "b"))
                                .build(),
                        ImageContent.builder("AQI=", "image/png").build(),
                        AudioContent.builder("AwQ=", "audio/wav").build(),
                        EmbeddedResource.builder(TextResourceContents.builder("test://t", "in it")
                                        .mimeType("text/plain")
                                        .meta(Map.of("ui", true))
                                        .build())
                                .build(),
                        EmbeddedResource.builder(BlobResourceContents.builder("test://b", "BQY=")
                                        .build())
                                .build(),
                        ResourceLink.builder()
                                .uri("test://l")
                                .name("link")
                                .title("Link")
                                .size(9L)
                                .build()))
                .isError(true)
                .meta(Map.of("m", 1))
                .build();
        try (SdkSession session = new SdkSession(sync("all", (exchange, request) -> all))) {
            assertThat(session.result("tools/call", "{\"name\":\"all\"}")).hasToString("""
                    {"content":[\
                    {"type":"text","text":"text","annotations":{"audience":["user"],"priority":0.5,\
                    "lastModified":"2026-01-02T02:04:05Z"},"_meta":{"a":"b"}},\
                    {"type":"image","data":"AQI=","mimeType":"image/png"},\
                    {"type":"audio","data":"AwQ=","mimeType":"audio/wav"},\
                    {"type":"resource","resource":{"uri":"test://t","mimeType":"text/plain","text":"in it",\
                    "_meta":{"ui":true}}},\
                    {"type":"resource","resource":{"uri":"test://b","blob":"BQY="}},\
                    {"type":"resource_link","uri":"test://l","name":"link","title":"Link","size":9}],\
                    "isError":true,"_meta":{"m":1}}""");
        }
    }

    @Test
    void anAsyncToolAsksAndGoesOnWithTheAnswer() {
        SdkModule ask = async(
                "ask",
                (exchange, request) -> exchange.listRoots()
                        .map(roots ->
                                text(roots.roots().get(0).uri() + " " + request.arguments() + " " + request.meta())));
        try (SdkSession session = new SdkSession(ask)) {
            int call = session.request("tools/call", """
                    {"name":"ask","arguments":{"n":1},"_meta":{"k":"v","progressToken":5}}""");
            session.reply(session.next(), "{\"roots\":[{\"uri\":\"file:///a\"}]}");
            assertThat(text(session.answer(call))).isEqualTo("file:///a {n=1} {k=v, progressToken=5}");
        }
    }

    @Test
    void anAsyncToolFindsTheTransportWhereTheSdkPutsIt() {
        SdkModule where = async(
                "where",
                (exchange, request) -> Mono.deferContextual(context -> {
                    McpTransportContext transport = context.get(McpTransportContext.KEY);
                    return Mono.just(text(transport.get("transport") + " " + transport.get("remoteAddress")));
                }));
        try (SdkSession session = new SdkSession(where)) {
            assertThat(text(session.answer(session.call("where", "{}")))).isEqualTo("http 127.0.0.1:40000");
        }
    }

    @Test
    void cancellingInterruptsASyncTool() throws InterruptedException {
        CountDownLatch runs = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        SdkModule slow = sync("slow", (exchange, request) -> {
            runs.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return text("late");
        });
        try (SdkSession session = new SdkSession(slow)) {
            int call = session.call("slow", "{}");
            assertThat(runs.await(10, TimeUnit.SECONDS)).isTrue();
            cancel(session, call);
            assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(session.isAnswered(call)).isFalse();
        }
    }

    @Test
    void cancellingTakesBackTheQuestionOfASyncTool() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        SdkModule ask = sync("ask", (exchange, request) -> {
            try {
                return text(exchange.listRoots().toString());
            } finally {
                ended.countDown();
            }
        });
        try (SdkSession session = new SdkSession(ask)) {
            int call = session.call("ask", "{}");
            JsonNode question = session.next();
            cancel(session, call);
            JsonNode takenBack = session.next();
            assertThat(takenBack.path("method").asText()).isEqualTo("notifications/cancelled");
            assertThat(takenBack.at("/params/requestId")).isEqualTo(question.get("id"));
            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void cancellingDisposesOfAnAsyncTool() {
        Sinks.Empty<Void> disposed = Sinks.empty();
        SdkModule never = async(
                "never", (exchange, request) -> Mono.<CallToolResult>never().doOnCancel(disposed::tryEmitEmpty));
        try (SdkSession session = new SdkSession(never)) {
            int call = session.call("never", "{}");
            cancel(session, call);
            assertThat(disposed.asMono().toFuture()).isDone();
            assertThat(session.isAnswered(call)).isFalse();
        }
    }

    @Test
    void anExceptionIsAnErrorWithItsMessageAndTheOperatorLearnsTheRest() {
        SdkModule broken = sync("broken", (exchange, request) -> {
            throw new IllegalStateException("no such city");
        });
        SdkModule later = async("later", (exchange, request) -> Mono.error(new IllegalStateException("nor that")));
        try (SdkSession session = new SdkSession(broken, later)) {
            assertThat(session.answer(session.call("broken", "{}")).path("error"))
                    .hasToString("{\"code\":-32603,\"message\":\"no such city\"}");
            assertThat(session.answer(session.call("later", "{}")).path("error"))
                    .hasToString("{\"code\":-32603,\"message\":\"nor that\"}");
            assertThat(session.events)
                    .containsExactly(
                            "failed broken java.lang.IllegalStateException: no such city",
                            "failed later java.lang.IllegalStateException: nor that");
        }
    }

    @Test
    void anMcpErrorIsThatError() {
        SdkModule refuses = sync("refuses", (exchange, request) -> {
            throw McpError.builder(-32000)
                    .message("closed on Sundays")
                    .data(Map.of("opens", "Monday"))
                    .build();
        });
        SdkModule pay = async(
                "pay",
                (exchange, request) -> Mono.error(McpError.URL_ELICITATION_REQUIRED.apply(
                        List.of(ElicitUrlRequest.builder("Pay first", "https://example.com/pay", "e-1")
                                .build()))));
        try (SdkSession session = new SdkSession(refuses, pay)) {
            assertThat(session.answer(session.call("refuses", "{}")).path("error"))
                    .hasToString("""
                    {"code":-32000,"message":"closed on Sundays","data":{"opens":"Monday"}}""");
            assertThat(session.answer(session.call("pay", "{}")).path("error")).hasToString("""
                    {"code":-32042,"message":"URL elicitation required","data":{"elicitations":[{"mode":"url",\
                    "elicitationId":"e-1","url":"https://example.com/pay","message":"Pay first"}]}}""");
            assertThat(session.events).isEmpty();
        }
    }

    @Test
    void aResultThatIsNoObjectOrNoneAtAllIsAnError() {
        SdkModule list = sync("list", (exchange, request) -> structured(List.of(1)));
        SdkModule empty = async("empty", (exchange, request) -> Mono.empty());
        try (SdkSession session = new SdkSession(list, empty)) {
            assertThat(session.answer(session.call("list", "{}"))
                            .at("/error/message")
                            .asText())
                    .isEqualTo("structured content: ARRAY (expected: an object)");
            assertThat(text(session.answer(session.call("empty", "{}")))).startsWith("The tool empty failed");
        }
    }

    @Test
    void aModuleWithANameThatMcpDoesNotAllowIsLeftOut() {
        SdkModule spaced = server -> server.addTool(SyncToolSpecification.builder()
                .tool(new Tool("a b", null, null, ANY, null, null, null, null))
                .callHandler((exchange, request) -> text(""))
                .build());
        assertThat(new SdkProvider(List.of(spaced)).brokenModules().values())
                .singleElement()
                .satisfies(problem -> assertThat(problem).contains("a b"));
    }

    private static void cancel(SdkSession session, int call) {
        session.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":%d}}"
                .formatted(call));
    }

    private static SdkModule sync(
            String name, BiFunction<McpSyncServerExchange, CallToolRequest, CallToolResult> handler) {
        return sync(Tool.builder(name, ANY).build(), handler);
    }

    private static SdkModule sync(
            Tool tool, BiFunction<McpSyncServerExchange, CallToolRequest, CallToolResult> handler) {
        return server -> server.addTool(new SyncToolSpecification(tool, handler));
    }

    private static SdkModule async(
            String name, BiFunction<McpAsyncServerExchange, CallToolRequest, Mono<CallToolResult>> handler) {
        return server -> server.addTool(
                new AsyncToolSpecification(Tool.builder(name, ANY).build(), handler));
    }

    private static CallToolResult text(String text) {
        return CallToolResult.builder().addTextContent(text).build();
    }

    private static CallToolResult structured(Object content) {
        return CallToolResult.builder().structuredContent(content).build();
    }

    private static String text(JsonNode answer) {
        return answer.at("/result/content/0/text").asText();
    }
}
