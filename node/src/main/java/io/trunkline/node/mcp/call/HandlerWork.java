package io.trunkline.node.mcp.call;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.wire.BoundedBytes;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.spi.Call;
import io.trunkline.node.spi.Handler;
import io.trunkline.node.spi.InvalidArgumentsException;
import io.trunkline.node.spi.ToolException;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A handler of a resource, a prompt or a completion at work. Its failures are errors of the request.
 *
 * @param <C> what the handler is asked
 * @param <R> what the handler returns
 */
public final class HandlerWork<C extends Call, R> implements Work<R>, CallAnswers.Form<R> {

    private final OpenCall call;
    private final C asked;
    private final Handler<C, R> handler;
    private final ResultForm<R> form;

    /**
     * The form of results, which is different for each kind of handler.
     *
     * @param <R> what the handler returns
     */
    public interface ResultForm<R> {

        /** Writes the fields of the result. */
        void write(JsonGenerator json, R result, ProtocolVersion version) throws IOException, RpcFault;

        /** What the result tells beside that; null for nothing. */
        default @Nullable ObjectNode meta(R result) {
            return null;
        }

        /** The error for a failure that the client may read. */
        default RpcFault fault(ToolException meant, String text) {
            return new RpcFault(
                    meant instanceof InvalidArgumentsException ? ErrorCode.INVALID_PARAMS : ErrorCode.INTERNAL_ERROR,
                    text);
        }
    }

    private HandlerWork(OpenCall call, C asked, Handler<C, R> handler, ResultForm<R> form) {
        this.call = call;
        this.asked = asked;
        this.handler = handler;
        this.form = form;
    }

    /**
     * Starts the work.
     *
     * @param asked the call as the handler sees it
     */
    public static <C extends Call, R> void start(OpenCall call, C asked, Handler<C, R> handler, ResultForm<R> form)
            throws RpcFault {
        Envelope request = call.request().envelope();
        // The parameters of these methods are texts; what they keep is about what was sent.
        int heapBytes = request.paramsEnd() - request.paramsStart();
        new CallLife<>(call.place(), call.request(), new HandlerWork<>(call, asked, handler, form), call, heapBytes)
                .start();
    }

    @Override
    public String name() {
        return call.name();
    }

    @Override
    public boolean blocks() {
        return handler instanceof Handler.Blocking;
    }

    @Override
    public CompletionStage<R> call() throws Exception {
        if (handler instanceof Handler.Blocking<C, R> blocking) {
            return CompletableFuture.completedFuture(blocking.handle(asked));
        }
        return ((Handler.Async<C, R>) handler).handle(asked);
    }

    @Override
    public Duration limit() {
        return environment().settings().tools().timeout();
    }

    @Override
    public byte[] answer(@Nullable R result, @Nullable Throwable failure) {
        return CallAnswers.of(call, this, result, failure);
    }

    @Override
    public byte[] result(R result) throws IOException {
        Request request = call.request();
        int max = environment().answerBytes();
        BoundedBytes bytes = new BoundedBytes(max);
        try (JsonGenerator json = environment().json().mapper().createGenerator(bytes)) {
            json.writeStartObject();
            form.write(json, result, request.version());
            environment().fields().write(json, request.version(), form.meta(result));
            json.writeEndObject();
        } catch (RpcFault fault) {
            return request.error(fault);
        } catch (BoundedBytes.TooManyException e) {
            return misbehaved("a result of more than " + max + " bytes");
        }
        return Messages.result(request.envelope(), bytes.array(), 0, bytes.size());
    }

    @Override
    public byte[] failure(ToolException meant) {
        return call.request().error(form.fault(meant, CallAnswers.text(meant, name())));
    }

    @Override
    public byte[] unexpected(Throwable cause) {
        String reference = environment().failures().toolFailed(name(), cause);
        return error(name() + " failed, reference " + reference);
    }

    @Override
    public byte[] timeout() {
        return error(name() + " was stopped after " + limit().toSeconds() + " s, the longest time that it may take");
    }

    private byte[] misbehaved(String problem) {
        String reference = environment().failures().toolMisbehaved(name(), problem);
        return error(name() + " gave a result that cannot be sent, reference " + reference);
    }

    private byte[] error(String text) {
        return Messages.error(call.request().envelope(), ErrorCode.INTERNAL_ERROR, text);
    }

    private CallEnvironment environment() {
        return call.place().environment();
    }
}
