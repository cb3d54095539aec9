package io.trunkline.node.sdk;

import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpAsyncServerExchange;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import java.util.function.BiFunction;
import reactor.core.publisher.Mono;

/** Handlers of specifications for the SDK's stateless servers, which know only where a request came from. */
final class Stateless {

    private Stateless() {}

    static <Q, A> BiFunction<McpSyncServerExchange, Q, A> sync(BiFunction<McpTransportContext, Q, A> handler) {
        return (exchange, request) -> handler.apply(exchange.transportContext(), request);
    }

    static <Q, A> BiFunction<McpAsyncServerExchange, Q, Mono<A>> async(
            BiFunction<McpTransportContext, Q, Mono<A>> handler) {
        return (exchange, request) -> handler.apply(exchange.transportContext(), request);
    }
}
