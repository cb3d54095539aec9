package io.trunkline.node.sdk;

import static java.util.Objects.requireNonNull;

import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpAsyncServerExchange;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.trunkline.node.spi.Call;
import io.trunkline.node.spi.Handler;
import java.util.function.BiFunction;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * The SDK's handlers of one kind as handlers of Trunkline.
 *
 * @param <C> what Trunkline asks
 * @param <R> what Trunkline is answered
 * @param <Q> what the SDK's handlers are asked
 * @param <A> what the SDK's handlers answer
 * @param visitors keeps those whose users are sent to a URL
 * @param request makes the SDK's request of a call
 * @param result makes Trunkline's result of the SDK's answer
 */
record Handlers<C extends Call, R, Q, A>(Visitors visitors, Function<C, Q> request, Function<A, R> result) {

    /** One that may block, and gets a thread for it. */
    Handler.Blocking<C, R> blocking(BiFunction<McpSyncServerExchange, Q, A> handler) {
        return call -> {
            try {
                A answer = handler.apply(new McpSyncServerExchange(Exchanges.of(call, visitors)), request.apply(call));
                return result.apply(requireNonNull(answer, "the handler returned null"));
            } catch (Exception e) {
                throw Failures.ofHandler(e, call);
            }
        };
    }

    /** One that never blocks. When the call is cancelled, so is its subscription. */
    Handler.Async<C, R> async(BiFunction<McpAsyncServerExchange, Q, Mono<A>> handler) {
        return call -> {
            McpAsyncServerExchange exchange = Exchanges.of(call, visitors);
            return Mono.defer(() -> handler.apply(exchange, request.apply(call)))
                    .map(result)
                    .onErrorMap(Exception.class, failure -> Failures.ofHandler(failure, call))
                    .contextWrite(context -> context.put(McpTransportContext.KEY, exchange.transportContext()))
                    .toFuture();
        };
    }
}
