package io.trunkline.node.sdk;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.modern.JsonRpc;
import io.modelcontextprotocol.modern.JsonRpc.JSONRPCMessage;
import io.modelcontextprotocol.modern.JsonRpc.JSONRPCNotification;
import io.modelcontextprotocol.modern.JsonRpc.JSONRPCRequest;
import io.modelcontextprotocol.modern.JsonRpc.JSONRPCResponse;
import io.modelcontextprotocol.modern.McpSchema.Implementation;
import io.modelcontextprotocol.modern.server.McpFeature;
import io.modelcontextprotocol.modern.server.McpRequestContext;
import io.modelcontextprotocol.modern.server.McpServer;
import io.modelcontextprotocol.modern.server.McpTransportResponse;
import io.modelcontextprotocol.modern.server.RequestStateCodec;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse.JSONRPCError;
import io.trunkline.node.spi.Call;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The SDK's server of MCP 2026-07-28 with one specification in it: only it can make what such handlers are given. It is
 * asked within the process, once for each round: what a round wants to know of the client, the node asks in the way of
 * the client's era. Thread-safe.
 */
final class ModernServer {

    private static final String VERSION = "2026-07-28";
    private static final String META = "io.modelcontextprotocol/";

    /** Rounds of one call: a handler that asks for ever ends here. */
    private static final int MOST_ROUNDS = 100;

    private static final TypeRef<Map<String, Object>> MAP = new TypeRef<>() {};

    /** What a handler keeps from one round to the next never leaves this process. */
    private static final RequestStateCodec OPEN = new RequestStateCodec() {
        @Override
        public String seal(McpRequestContext context, String state) {
            return state;
        }

        @Override
        public String open(McpRequestContext context, String state) {
            return state;
        }
    };

    private final McpServer server;
    private final Visitors visitors;

    ModernServer(McpFeature feature, Visitors visitors) {
        this.visitors = visitors;
        this.server = McpServer.builder()
                .serverInfo(Implementation.builder("trunkline", "1").build())
                .feature(feature)
                .requestStateCodec(OPEN)
                .build();
    }

    /** The result, in the calling thread, which may block. */
    JsonNode ask(Call call, String method, ObjectNode params) {
        ObjectNode next = params;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            JsonNode result = requireNonNull(once(call, method, next).block());
            if (!asks(result)) {
                return result;
            }
            next = withAnswers(
                    params, result, requireNonNull(answers(call, result).block()));
        }
        throw new IllegalStateException(MOST_ROUNDS + " rounds of questions (expected: an end)");
    }

    /** The same without blocking. */
    Mono<JsonNode> askAsync(Call call, String method, ObjectNode params) {
        return askAsync(call, method, params, params, MOST_ROUNDS);
    }

    private Mono<JsonNode> askAsync(Call call, String method, ObjectNode first, ObjectNode params, int rounds) {
        if (rounds == 0) {
            return Mono.error(new IllegalStateException(MOST_ROUNDS + " rounds of questions (expected: an end)"));
        }
        return once(call, method, params)
                .flatMap(result -> asks(result)
                        ? answers(call, result)
                                .flatMap(answers ->
                                        askAsync(call, method, first, withAnswers(first, result, answers), rounds - 1))
                        : Mono.just(result));
    }

    private static boolean asks(JsonNode result) {
        return result.path("resultType").asText().equals("input_required");
    }

    private Mono<JsonNode> once(Call call, String method, ObjectNode params) {
        McpTransportContext context = Exchanges.modern(call);
        ObjectNode whole = params.deepCopy();
        whole.set("_meta", meta(call));
        JSONRPCRequest request = new JSONRPCRequest(JsonRpc.JSONRPC_VERSION, method, 1, Json.read(whole, MAP));
        return server.handle(context, request)
                .flatMap(response -> answer(response, call))
                .flatMap(response -> result(response))
                .contextWrite(view -> view.put(McpTransportContext.KEY, context));
    }

    private Mono<JSONRPCResponse> answer(McpTransportResponse response, Call call) {
        if (response instanceof McpTransportResponse.Result result) {
            return Mono.just(result.response());
        }
        if (response instanceof McpTransportResponse.Error error) {
            return Mono.just(error.response());
        }
        Flux<JSONRPCMessage> messages = ((McpTransportResponse.Streaming) response).messages();
        return messages.doOnNext(message -> {
                    if (message instanceof JSONRPCNotification notification) {
                        new CallSession(call, visitors).tell(notification.method(), tree(notification.params()));
                    }
                })
                .ofType(JSONRPCResponse.class)
                .next();
    }

    private static Mono<JsonNode> result(JSONRPCResponse response) {
        JSONRPCResponse.JSONRPCError error = response.error();
        return error == null
                ? Mono.just(tree(response.result()))
                : Mono.error(new McpError(new JSONRPCError(error.code(), error.message(), error.data())));
    }

    private static JsonNode tree(@Nullable Object value) {
        return value == null ? Json.object() : Json.tree(value);
    }

    /** All questions of a round at once: without a session, they are asked in one answer. */
    private Mono<ObjectNode> answers(Call call, JsonNode result) {
        CallSession session = new CallSession(call, visitors);
        return Flux.fromIterable(result.path("inputRequests").properties())
                .flatMapSequential(question -> session.ask(
                                question.getValue().path("method").asText(),
                                question.getKey(),
                                question.getValue().path("params"))
                        .map(answer -> Map.entry(question.getKey(), answer)))
                .collect(Json::object, (all, answer) -> all.set(answer.getKey(), answer.getValue()));
    }

    private static ObjectNode withAnswers(ObjectNode params, JsonNode result, ObjectNode answers) {
        ObjectNode next = params.deepCopy();
        next.set("inputResponses", answers);
        if (result.hasNonNull("requestState")) {
            next.set("requestState", result.get("requestState"));
        }
        return next;
    }

    private static ObjectNode meta(Call call) {
        ObjectNode meta = call.meta().deepCopy();
        meta.put(META + "protocolVersion", VERSION);
        meta.set(META + "clientCapabilities", call.client().capabilities());
        meta.set(META + "clientInfo", Exchanges.info(call.client()));
        JsonNode token = call.progressToken();
        return token == null ? meta : meta.set("progressToken", token);
    }
}
