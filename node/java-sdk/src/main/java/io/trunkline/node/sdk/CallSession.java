package io.trunkline.node.sdk;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpLoggableSession;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CreateMessageRequest;
import io.modelcontextprotocol.spec.McpSchema.ElicitUrlRequest;
import io.modelcontextprotocol.spec.McpSchema.LoggingLevel;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.trunkline.node.spi.Call;
import io.trunkline.node.spi.ElicitResult;
import io.trunkline.node.spi.LogLevel;
import io.trunkline.node.spi.UrlElicitation;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What the SDK takes for its session: one call of Trunkline, on whose behalf everything is asked and told. */
final class CallSession implements McpLoggableSession {

    private final Call call;
    private final Visitors visitors;

    CallSession(Call call, Visitors visitors) {
        this.call = call;
        this.visitors = visitors;
    }

    @Override
    public <T> Mono<T> sendRequest(String method, @Nullable Object params, TypeRef<T> type) {
        return ask(method, params == null ? Map.of() : params).map(answer -> Json.read(answer, type));
    }

    /**
     * Asks what a round of MCP 2026-07-28 asks.
     *
     * @param key of the question, which has no id of its own
     */
    Mono<JsonNode> ask(String method, String key, JsonNode params) {
        if (method.equals(McpSchema.METHOD_SAMPLING_CREATE_MESSAGE)) {
            return ask(method, Json.read(params, CreateMessageRequest.class));
        }
        if (!method.equals(McpSchema.METHOD_ELICITATION_CREATE)) {
            return ask(method, params);
        }
        ObjectNode question = Json.object("elicitation", params);
        if (!question.has("elicitationId")) {
            question.put("elicitationId", key + "-" + call.session().info().id());
        }
        return elicit(question, question.path("mode").asText().equals("url"));
    }

    /** Passes on what a handler of MCP 2026-07-28 tells. */
    void tell(String method, JsonNode params) {
        if (method.equals(McpSchema.METHOD_NOTIFICATION_PROGRESS)) {
            JsonNode message = params.path("message");
            call.progress(
                    params.path("progress").asDouble(), params.path("total").asDouble(), message.textValue());
        } else if (method.equals(McpSchema.METHOD_NOTIFICATION_MESSAGE)) {
            log(params);
        }
    }

    private Mono<JsonNode> ask(String method, Object params) {
        return switch (method) {
            case McpSchema.METHOD_ELICITATION_CREATE -> elicit(Json.tree(params), params instanceof ElicitUrlRequest);
            case McpSchema.METHOD_SAMPLING_CREATE_MESSAGE ->
                ask(() -> call.sample(Questions.sampling((CreateMessageRequest) params)), Questions::answer);
            case McpSchema.METHOD_ROOTS_LIST -> ask(call::listRoots, Questions::answer);
            case McpSchema.METHOD_PING -> ask(call::ping, time -> Json.object());
            default -> Mono.error(new UnsupportedOperationException("request " + method));
        };
    }

    private Mono<JsonNode> elicit(JsonNode request, boolean visit) {
        return visit
                ? ask(() -> visit(Questions.visit(request)), Questions::answer)
                : ask(() -> call.elicit(Questions.form(request)), Questions::answer);
    }

    private CompletionStage<ElicitResult> visit(UrlElicitation visit) {
        visitors.sent(call.session());
        return call.elicit(visit);
    }

    /** Asks when it is subscribed to; takes the question back when that subscription is cancelled. */
    private static <R> Mono<JsonNode> ask(Supplier<CompletionStage<R>> question, Function<R, JsonNode> answer) {
        return Mono.fromFuture(() -> question.get().toCompletableFuture())
                .map(answer)
                .onErrorMap(Failures::ofQuestion);
    }

    @Override
    public Mono<Void> sendNotification(String method, @Nullable Object params) {
        return tell(method, params == null ? Map.of() : params);
    }

    private Mono<Void> tell(String method, Object params) {
        return switch (method) {
            case McpSchema.METHOD_NOTIFICATION_PROGRESS ->
                Mono.fromRunnable(() -> progress((ProgressNotification) params));
            case McpSchema.METHOD_NOTIFICATION_MESSAGE -> Mono.fromRunnable(() -> log(Json.tree(params)));
            default -> Mono.error(new UnsupportedOperationException("notification " + method));
        };
    }

    /** The token is ignored: the engine knows the one of this call. */
    private void progress(ProgressNotification progress) {
        call.progress(progress.progress(), requireNonNullElse(progress.total(), 0.0), progress.message());
    }

    private void log(JsonNode message) {
        LogLevel level = LogLevel.of(message.path("level").asText());
        call.log(level == null ? LogLevel.INFO : level, message.path("logger").textValue(), message.path("data"));
    }

    /** The engine knows which level the client wants. */
    @Override
    public boolean isNotificationForLevelAllowed(LoggingLevel level) {
        return true;
    }

    @Override
    public void setMinLoggingLevel(LoggingLevel level) {
        throw new UnsupportedOperationException("the log level is the client's to set");
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.empty();
    }

    /** The session ends with its client, not with a call. */
    @Override
    public void close() {}
}
