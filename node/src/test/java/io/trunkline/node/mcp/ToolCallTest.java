package io.trunkline.node.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.spi.Content;
import io.trunkline.node.spi.RpcException;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.spi.ToolHandler;
import io.trunkline.node.spi.ToolResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolCallTest {

    @Test
    void endsOnTheCallersThreadWhenTheResultIsThereAtOnce() {
        try (TestSession session = TestSession.of("2025-11-25")) {
            JsonNode result = session.callNow("echo", "{\"text\":\"h\u00e9llo \\ud83d\\ude00\"}")
                    .path("result");
            assertThat(result.toString())
                    .isEqualTo("{\"content\":[{\"type\":\"text\",\"text\":\"h\u00e9llo \ud83d\ude00\"}]}");
        }
    }

    @Test
    void aToolMayLetItsClientGoAndComeBack() {
        Tool tool = Tool.named("long").async(call -> {
            call.closeStream(Duration.ofMillis(250));
            return new CompletableFuture<>();
        });
        try (TestSession session = TestSession.of("2025-11-25", tool)) {
            int call = session.call(1, "long", "{}");
            session.peer.runTask();
            assertThat(session.peer.parted).containsExactly(call + " 250");
        }
    }

    @Test
    void neverRunsABlockingToolOnTheCallersThread() {
        AtomicReference<Thread> thread = new AtomicReference<>();
        Tool tool = Tool.named("block").blocking(call -> {
            thread.set(Thread.currentThread());
            return ToolResult.text("ran");
        });
        try (TestSession session = TestSession.of("2025-11-25", tool)) {
            int call = session.call(1, "block", "{}");
            session.await(call);
            assertThat(session.peer.end(call)).contains("ran");
            assertThat(thread.get()).isNotNull().isNotSameAs(Thread.currentThread());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{}",
                "{\"name\":null}",
                "{\"name\":7}",
                "{\"name\":\"nobody\"}",
                "{\"name\":\"echo\",\"arguments\":[]}",
                "{\"name\":\"echo\",\"arguments\":\"text\"}",
                "{\"name\":\"echo\",\"arguments\":{\"text\":\"a\"},\"_meta\":7}",
                "{\"name\":\"echo\",\"arguments\":{\"text\":\"a\"},\"_meta\":{\"progressToken\":[]}}",
            })
    void refusesParametersThatAreNoCall(String params) {
        try (TestSession session = TestSession.of("2025-11-25")) {
            JsonNode answer = session.peer.answer(session.request(1, "tools/call", params));
            assertThat(answer.path("error").path("code").asInt())
                    .as(answer.toString())
                    .isEqualTo(-32602);
        }
    }

    @ParameterizedTest
    @CsvSource({"2024-11-05,true", "2025-03-26,true", "2025-06-18,true", "2025-11-25,false"})
    void reportsBadArgumentsAsTheVersionWantsIt(String version, boolean asError) {
        try (TestSession session = TestSession.of(version)) {
            for (String arguments : new String[] {"{}", "{\"text\":7}", "{\"text\":\"a\",\"more\":1}"}) {
                JsonNode answer = session.callNow("echo", arguments);
                assertThat(answer.path("error").path("code").asInt(0)).isEqualTo(asError ? -32602 : 0);
                assertThat(answer.path("result").path("isError").asBoolean()).isEqualTo(!asError);
                assertThat(answer.toString()).contains("Invalid arguments for tool echo: ");
            }
        }
    }

    @Test
    void givesTheMessageOfAToolExceptionToTheClient() {
        ToolHandler.Async thrown = call -> {
            throw new ToolException("no such city");
        };
        ToolHandler.Async failed = call -> CompletableFuture.failedFuture(new ToolException("no such city"));
        ToolHandler.Async late = call -> CompletableFuture.supplyAsync(() -> {
            throw new java.util.concurrent.CompletionException(new ToolException("no such city"));
        });
        for (ToolHandler.Async handler : new ToolHandler.Async[] {thrown, failed, late}) {
            try (TestSession session =
                    TestSession.of("2025-11-25", Tool.named("fail").async(handler))) {
                int call = session.call(1, "fail", "{}");
                session.await(call);
                assertThat(session.peer.answer(call).path("result").toString())
                        .isEqualTo("{\"content\":[{\"type\":\"text\",\"text\":\"no such city\"}],\"isError\":true}");
                assertThat(session.events.all).isEmpty();
            }
        }
    }

    @Test
    void hidesOtherFailuresBehindAReference() {
        ToolHandler.Async thrown = call -> {
            throw new IllegalStateException("password=secret");
        };
        ToolHandler.Async failed = call -> CompletableFuture.failedFuture(new NoClassDefFoundError("password=secret"));
        ToolHandler.Blocking blocking = call -> {
            throw new OutOfMemoryError("password=secret");
        };
        Tool[] tools = {
            Tool.named("fail").async(thrown),
            Tool.named("fail").async(failed),
            Tool.named("fail").blocking(blocking)
        };
        for (Tool tool : tools) {
            try (TestSession session = TestSession.of("2025-11-25", tool)) {
                int call = session.call(1, "fail", "{}");
                session.await(call);
                String text = text(session.peer.answer(call));
                assertThat(text).startsWith("The tool fail failed, reference ").doesNotContain("secret");
                String reference = text.substring(text.lastIndexOf(' ') + 1);
                assertThat(session.events.all).singleElement().asString().contains(reference, "password=secret");
            }
        }
    }

    @Test
    @SuppressWarnings("NullAway") // What a careless tool returns.
    void survivesHandlersThatReturnNull() {
        Tool async = Tool.named("async").async(call -> null);
        Tool future = Tool.named("future").async(call -> CompletableFuture.completedFuture(null));
        Tool blocking = Tool.named("blocking").blocking(call -> null);
        try (TestSession session = TestSession.of("2025-11-25", async, future, blocking)) {
            for (String tool : new String[] {"async", "future", "blocking"}) {
                int call = session.call(1, tool, "{}");
                session.await(call);
                assertThat(session.peer
                                .answer(call)
                                .path("result")
                                .path("isError")
                                .asBoolean())
                        .isTrue();
            }
            assertThat(session.conversation.inFlight()).isZero();
        }
    }

    @Test
    void sendsStructuredContentAndItsTextToThoseWhoKnowIt() {
        try (TestSession session = TestSession.of("2025-06-18")) {
            JsonNode result = session.callNow("add", "{\"a\":0.1,\"b\":0.2}").path("result");
            assertThat(result.path("structuredContent").toString()).isEqualTo("{\"sum\":0.3}");
            assertThat(result.path("content").path(0).path("text").asText()).isEqualTo("{\"sum\":0.3}");
        }
        try (TestSession session = TestSession.of("2025-03-26")) {
            JsonNode result = session.callNow("add", "{\"a\":2,\"b\":3}").path("result");
            assertThat(result.has("structuredContent")).isFalse();
            assertThat(result.path("content").path(0).path("text").asText()).isEqualTo("{\"sum\":5}");
        }
    }

    @Test
    void doesNotSendResultsThatBreakTheOutputSchema() {
        String schema = "{\"type\":\"object\",\"required\":[\"n\"],\"properties\":{\"n\":{\"type\":\"integer\"}}}";
        ToolResult none = ToolResult.text("n");
        ToolResult wrong =
                ToolResult.structured(JsonNodeFactory.instance.objectNode().put("n", "secret"));
        ToolResult error = ToolResult.error("not today");
        try (TestSession session = TestSession.of(
                "2025-11-25",
                Tool.named("none").outputSchema(schema).async(call -> CompletableFuture.completedFuture(none)),
                Tool.named("wrong").outputSchema(schema).async(call -> CompletableFuture.completedFuture(wrong)),
                Tool.named("error").outputSchema(schema).async(call -> CompletableFuture.completedFuture(error)))) {
            for (String tool : new String[] {"none", "wrong"}) {
                JsonNode answer = session.callNow(tool, "{}");
                assertThat(answer.path("result").path("isError").asBoolean()).isTrue();
                assertThat(text(answer)).startsWith("The tool " + tool + " gave a result that cannot be sent");
                assertThat(answer.toString()).doesNotContain("secret");
            }
            assertThat(session.events.all).hasSize(2).allMatch(event -> event.startsWith("misbehaved"));
            assertThat(text(session.callNow("error", "{}"))).isEqualTo("not today");
        }
    }

    @Test
    void describesContentThatTheVersionDoesNotKnow() {
        byte[] data = "123".getBytes(StandardCharsets.UTF_8);
        Tool all = Tool.named("all")
                .async(call -> CompletableFuture.completedFuture(ToolResult.of(
                        new Content.Text("t"),
                        new Content.Image(data, "image/png"),
                        new Content.Audio(data, "audio/wav"),
                        new Content.TextResource("file:///a", "", "text"),
                        new Content.BlobResource("file:///b", "application/x", data),
                        new Content.Link("file:///c", "c", "", "text/plain"))));
        try (TestSession session = TestSession.of("2025-06-18", all)) {
            assertThat(session.callNow("all", "{}")
                            .path("result")
                            .path("content")
                            .toString())
                    .isEqualTo(
                            "[{\"type\":\"text\",\"text\":\"t\"},"
                                    + "{\"type\":\"image\",\"data\":\"MTIz\",\"mimeType\":\"image/png\"},"
                                    + "{\"type\":\"audio\",\"data\":\"MTIz\",\"mimeType\":\"audio/wav\"},"
                                    + "{\"type\":\"resource\",\"resource\":{\"uri\":\"file:///a\",\"text\":\"text\"}},"
                                    + "{\"type\":\"resource\",\"resource\":{\"uri\":\"file:///b\",\"mimeType\":\"application/x\",\"blob\":\"MTIz\"}},"
                                    + "{\"type\":\"resource_link\",\"uri\":\"file:///c\",\"name\":\"c\",\"mimeType\":\"text/plain\"}]");
        }
        try (TestSession session = TestSession.of("2024-11-05", all)) {
            JsonNode content = session.callNow("all", "{}").path("result").path("content");
            assertThat(content.path(2).path("text").asText()).isEqualTo("[audio of type audio/wav, 3 bytes]");
            assertThat(content.path(5).path("text").asText()).isEqualTo("[link to c: file:///c]");
        }
    }

    @Test
    void tellsMoreOfResourcesAndLinksToThoseWhoKnowIt() {
        ObjectNode meta = JsonNodeFactory.instance.objectNode().put("ui", true);
        Tool all = Tool.named("all")
                .async(call -> CompletableFuture.completedFuture(ToolResult.of(
                        new Content.TextResource("file:///a", "", "text", meta),
                        new Content.Link("file:///c", "c", "C", "", "", 7))));
        try (TestSession session = TestSession.of("2025-06-18", all)) {
            assertThat(session.callNow("all", "{}").at("/result/content")).hasToString("""
                    [{"type":"resource","resource":{"uri":"file:///a","text":"text","_meta":{"ui":true}}},\
                    {"type":"resource_link","uri":"file:///c","name":"c","title":"C","size":7}]""");
        }
        try (TestSession session = TestSession.of("2025-03-26", all)) {
            assertThat(session.callNow("all", "{}").at("/result/content/0/resource"))
                    .hasToString("{\"uri\":\"file:///a\",\"text\":\"text\"}");
        }
    }

    @Test
    void anRpcExceptionIsTheErrorOfItsRequest() {
        Tool closed = Tool.named("closed").async(call -> {
            throw new RpcException(
                    -32000, "closed", JsonNodeFactory.instance.objectNode().put("opens", "Monday"), null);
        });
        Tool broken = Tool.named("broken")
                .async(call -> CompletableFuture.failedFuture(
                        new RpcException(-32603, "x".repeat(5000), null, new IllegalStateException("secret"))));
        try (TestSession session = TestSession.of("2025-11-25", closed, broken)) {
            assertThat(session.callNow("closed", "{}").path("error"))
                    .hasToString("{\"code\":-32000,\"message\":\"closed\",\"data\":{\"opens\":\"Monday\"}}");
            assertThat(session.events.all).isEmpty();

            JsonNode error = session.callNow("broken", "{}").path("error");
            assertThat(error.path("message").asText()).hasSize(4099).endsWith("x...");
            assertThat(error.has("data")).isFalse();
            assertThat(session.events.all).singleElement().asString().contains("failed broken", "secret");
        }
    }

    @Test
    void knowsWhoCallsAndHowProgressIsMarked() {
        Tool who = Tool.named("who")
                .async(call ->
                        CompletableFuture.completedFuture(ToolResult.text(call.client() + " " + call.progressToken())));
        try (TestSession session = TestSession.of("2025-11-25", who)) {
            int call =
                    session.request(1, "tools/call", "{\"name\":\"who\",\"_meta\":{\"progressToken\":\"p\\u0041\"}}");
            assertThat(text(session.peer.answer(call)))
                    .isEqualTo("Client[name=test, title=, version=1, capabilities={\"roots\":{}}] \"pA\"");
            assertThat(text(session.callNow("who", "{}"))).endsWith(" null");
        }
    }

    @Test
    void boundsResultsAndReplacesTextThatIsNotUnicode() {
        McpSettings.Limits limits = new McpSettings.Limits(64, 64, 1 << 20, 100, 1000);
        try (TestSession session = new TestSession(TestSettings.with(limits)).initialize("2025-11-25")) {
            JsonNode answer = session.callNow("echo", "{\"text\":\"" + "x".repeat(1000) + "\"}");
            assertThat(text(answer)).startsWith("The tool echo gave a result that cannot be sent");
            assertThat(text(session.callNow("echo", "{\"text\":\"a\\ud800b\"}")))
                    .isEqualTo("a?b");
        }
    }

    @Test
    void stopsACallWhoseTimeIsOver() throws InterruptedException {
        TestTool slow = TestTool.async("slow");
        TestTool block = TestTool.blocking("block");
        try (TestSession session = new TestSession(
                        TestSettings.withTimeout(Duration.ofMillis(50)), slow.tool(), block.tool())
                .initialize("2025-11-25")) {
            for (String tool : new String[] {"slow", "block"}) {
                int call = session.call(1, tool, "{}");
                session.await(call);
                assertThat(session.peer
                                .answer(call)
                                .path("result")
                                .path("isError")
                                .asBoolean())
                        .isTrue();
                assertThat(text(session.peer.answer(call))).contains("after 0.05 s");
            }
            assertThat(slow.calls.get(0).cancelled()).isTrue();
            // On a busy machine its time may be over before its thread has begun; then it never begins.
            assertThat(block.calls.isEmpty() || block.interrupted.await(10, TimeUnit.SECONDS))
                    .isTrue();
            assertThat(session.events.all).containsExactly("timed out slow PT0.05S", "timed out block PT0.05S");
        }
    }

    @Test
    void letsAToolHaveItsOwnTimeLimit() {
        CompletableFuture<ToolResult> never = new CompletableFuture<>();
        Tool quick = Tool.named("quick").timeout(Duration.ofMillis(20)).async(call -> never);
        try (TestSession session = TestSession.of("2025-11-25", quick)) {
            int call = session.call(1, "quick", "{}");
            session.await(call);
            assertThat(text(session.peer.answer(call))).contains("after 0.02 s");
        }
    }

    private static String text(JsonNode answer) {
        return answer.path("result").path("content").path(0).path("text").asText();
    }
}
