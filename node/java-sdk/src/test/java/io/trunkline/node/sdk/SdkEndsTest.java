package io.trunkline.node.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.modelcontextprotocol.server.McpServerFeatures.AsyncPromptSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.AsyncToolSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.GetPromptResult;
import io.modelcontextprotocol.spec.McpSchema.Prompt;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceResult;
import io.modelcontextprotocol.spec.McpSchema.Resource;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.sdk.SdkSession.Era;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

/** Handlers that are stopped: by the client, and because they take too long. */
@SuppressWarnings("deprecation") // MCP 2026-07-28 deprecates some questions, which are served all the same
class SdkEndsTest {

    private static final Map<String, Object> ANY = Map.of("type", "object");

    private final CountDownLatch runs = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    private final SdkModule module = server -> {
        server.addTool(SyncToolSpecification.builder()
                .tool(Tool.builder("sync", ANY).build())
                .callHandler((exchange, request) -> {
                    untilInterrupted();
                    return CallToolResult.builder().addTextContent("late").build();
                })
                .build());
        server.addTool(AsyncToolSpecification.builder()
                .tool(Tool.builder("async", ANY).build())
                .callHandler((exchange, request) -> this.<CallToolResult>untilCancelled())
                .build());
        server.addTool(AsyncToolSpecification.builder()
                .tool(Tool.builder("impatient", ANY).build())
                .callHandler((exchange, request) -> exchange.listRoots()
                        .timeout(Duration.ofMillis(20))
                        .onErrorMap(TimeoutException.class, late -> new IllegalStateException("no roots in time"))
                        .map(roots -> CallToolResult.builder().build()))
                .build());
        server.addResource(new SyncResourceSpecification(
                Resource.builder("test://sync", "sync").build(), (exchange, request) -> {
                    untilInterrupted();
                    return ReadResourceResult.builder(List.of()).build();
                }));
        server.addPrompt(new AsyncPromptSpecification(
                Prompt.builder("async").build(), (exchange, request) -> this.<GetPromptResult>untilCancelled()));
    };

    @ParameterizedTest
    @EnumSource
    void theClientCancelsASyncReading(Era era) throws InterruptedException {
        try (SdkSession session = new SdkSession(module)) {
            cancelled(session, session.request(era, "resources/read", "{\"uri\":\"test://sync\"}"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theClientCancelsAnAsyncPrompt(Era era) throws InterruptedException {
        try (SdkSession session = new SdkSession(module)) {
            cancelled(session, session.request(era, "prompts/get", "{\"name\":\"async\"}"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSyncToolTakesTooLong(Era era) throws InterruptedException {
        assertThat(tooLate(era, "tools/call", "{\"name\":\"sync\"}")
                        .at("/result/content/0/text")
                        .asText())
                .startsWith("The tool sync was stopped after ");
    }

    @ParameterizedTest
    @EnumSource
    void anAsyncToolTakesTooLong(Era era) throws InterruptedException {
        assertThat(tooLate(era, "tools/call", "{\"name\":\"async\"}")
                        .at("/result/isError")
                        .asBoolean())
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void anAsyncPromptTakesTooLong(Era era) throws InterruptedException {
        assertThat(tooLate(era, "prompts/get", "{\"name\":\"async\"}")
                        .at("/error/code")
                        .asInt())
                .isEqualTo(-32603);
    }

    @ParameterizedTest
    @EnumSource(names = "SESSION")
    void aHandlerMayBeLessPatientThanTheNode(Era era) {
        try (SdkSession session = new SdkSession(module)) {
            int call = session.request(era, "tools/call", "{\"name\":\"impatient\"}");
            assertThat(session.next().path("method").asText()).isEqualTo("roots/list");
            assertThat(session.next().path("method").asText()).isEqualTo("notifications/cancelled");
            assertThat(session.answer(call).at("/error/message").asText()).isEqualTo("no roots in time");
        }
    }

    private void cancelled(SdkSession session, int request) throws InterruptedException {
        assertThat(runs.await(10, TimeUnit.SECONDS)).isTrue();
        session.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":%d}}"
                .formatted(request));
        assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(session.isAnswered(request)).isFalse();
    }

    private JsonNode tooLate(Era era, String method, String params) throws InterruptedException {
        McpSettings all = McpSettings.DEFAULT;
        McpSettings.Tools tools = all.tools();
        McpSettings brief = new McpSettings(
                all.server(),
                all.limits(),
                all.json(),
                new McpSettings.Tools(Duration.ofSeconds(1), tools.blocking(), tools.poolThreads(), tools.poolQueue()),
                all.clientRequests(),
                all.pageSize(),
                all.logLevel(),
                all.stateless(),
                all.tasks(),
                all.changes());
        try (SdkSession session = new SdkSession(brief, SdkSession.ALL, module)) {
            JsonNode answer = session.answer(session.request(era, method, params));
            assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
            return answer;
        }
    }

    private void untilInterrupted() {
        runs.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            stopped.countDown();
        }
    }

    private <T> Mono<T> untilCancelled() {
        return Mono.<T>never().doOnSubscribe(all -> runs.countDown()).doOnCancel(stopped::countDown);
    }
}
