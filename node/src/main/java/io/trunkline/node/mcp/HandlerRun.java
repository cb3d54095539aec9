package io.trunkline.node.mcp;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.wire.BoundedBytes;
import io.trunkline.node.mcp.wire.Meta;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.spi.Call;
import io.trunkline.node.spi.Handler;
import io.trunkline.node.spi.InvalidArgumentsException;
import io.trunkline.node.spi.ToolException;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One call of a handler of a resource, a prompt or a completion. Its failures are errors of the request.
 *
 * @param <C> what the handler is asked
 * @param <R> what the handler returns
 */
abstract class HandlerRun<C extends Call, R> extends Run<R> {

    /** Characters of a failure's message that the client gets. */
    private static final int MAX_TEXT = 4096;

    private final String name;
    private final Handler<C, R> handler;

    /**
     * @param name what is called, for the operator and in errors
     */
    HandlerRun(Conversation conversation, Request request, Meta meta, String name, Handler<C, R> handler) {
        // The parameters of these methods are texts; what they keep is about what was sent.
        super(
                conversation,
                request,
                meta,
                request.envelope().paramsEnd() - request.envelope().paramsStart());
        this.name = name;
        this.handler = handler;
    }

    /** This run as the handler sees it. */
    abstract C call();

    /** Writes the fields of the result. */
    abstract void write(JsonGenerator json, R result, ProtocolVersion version) throws IOException, RpcFault;

    /** What the result tells beside that; null for nothing. */
    @Nullable
    ObjectNode meta(R result) {
        return null;
    }

    /** See {@link #digest()}. */
    final byte[] digest(String method, String target, Map<String, String> arguments) {
        McpServer server = conversation().server();
        return server.requestStates()
                .digest(
                        request().principal().id(),
                        method,
                        target,
                        server.json().mapper().valueToTree(arguments));
    }

    /** The error for a failure that the client may read. */
    RpcFault fault(ToolException meant, String text) {
        return new RpcFault(
                meant instanceof InvalidArgumentsException ? ErrorCode.INVALID_PARAMS : ErrorCode.INTERNAL_ERROR, text);
    }

    @Override
    final String name() {
        return name;
    }

    @Override
    final boolean blocks() {
        return handler instanceof Handler.Blocking;
    }

    @Override
    final CompletionStage<R> callAsync() throws Exception {
        return ((Handler.Async<C, R>) handler).handle(call());
    }

    @Override
    final R callBlocking() throws Exception {
        return ((Handler.Blocking<C, R>) handler).handle(call());
    }

    @Override
    final Duration limit() {
        return conversation().server().settings().tools().timeout();
    }

    @Override
    final byte[] answer(R result) throws IOException {
        McpServer server = conversation().server();
        int max = server.settings().limits().answerBytes();
        BoundedBytes bytes = new BoundedBytes(max);
        try (JsonGenerator json = server.json().mapper().createGenerator(bytes)) {
            json.writeStartObject();
            write(json, result, request().version());
            server.resultFields().write(json, request().version(), meta(result));
            json.writeEndObject();
        } catch (RpcFault fault) {
            return request().error(fault);
        } catch (BoundedBytes.TooManyException e) {
            return misbehaved("a result of more than " + max + " bytes");
        }
        return Messages.result(request().envelope(), bytes.array(), 0, bytes.size());
    }

    @Override
    final byte[] failure(ToolException meant) {
        String message = meant.getMessage();
        String text = message == null ? name + " failed" : message;
        return request().error(fault(meant, text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "..."));
    }

    @Override
    final byte[] unexpected(Throwable cause) {
        String reference = conversation().server().failures().toolFailed(name, cause);
        return error(name + " failed, reference " + reference);
    }

    @Override
    final byte[] timeout() {
        return error(name + " was stopped after " + limit().toSeconds() + " s, the longest time that it may take");
    }

    private byte[] misbehaved(String problem) {
        String reference = conversation().server().failures().toolMisbehaved(name, problem);
        return error(name + " gave a result that cannot be sent, reference " + reference);
    }

    private byte[] error(String text) {
        return Messages.error(request().envelope(), ErrorCode.INTERNAL_ERROR, text);
    }
}
