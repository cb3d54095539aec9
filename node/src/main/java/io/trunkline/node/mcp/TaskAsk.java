package io.trunkline.node.mcp;

import io.trunkline.node.mcp.wire.Meta;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.tasks.TaskNetwork;
import io.trunkline.node.tasks.TaskRequest;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.Messages;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** A request about a task of another node, which answers it. */
final class TaskAsk extends Run<byte[]> {

    /** Longer than any way to the other node. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final TaskNetwork network;
    private final TaskRequest asked;
    private final String method;

    TaskAsk(Conversation conversation, Request request, TaskNetwork network, TaskRequest asked) {
        super(conversation, request, Meta.NONE, asked.message().length);
        this.network = network;
        this.asked = asked;
        this.method = request.envelope().method();
    }

    @Override
    String name() {
        return method;
    }

    @Override
    boolean blocks() {
        return false;
    }

    @Override
    CompletionStage<byte[]> callAsync() {
        return network.ask(asked);
    }

    @Override
    byte[] callBlocking() {
        throw new UnsupportedOperationException("a request about a task does not block");
    }

    @Override
    Duration limit() {
        return LIMIT;
    }

    @Override
    byte[] answer(byte[] result) {
        return result;
    }

    @Override
    byte[] failure(ToolException meant) {
        return unexpected(meant);
    }

    @Override
    byte[] unexpected(Throwable cause) {
        return error(
                ErrorCode.INTERNAL_ERROR,
                "Internal error, reference " + conversation().server().failures().failed(cause));
    }

    @Override
    byte[] timeout() {
        return error(ErrorCode.OVERLOADED, "The node of the task does not answer: try again later");
    }

    private byte[] error(int code, String text) {
        return Messages.error(request().envelope(), code, text);
    }

    @Override
    byte[] digest() {
        throw new UnsupportedOperationException("nothing is asked in rounds");
    }

    @Override
    boolean mayAsk() {
        return false;
    }
}
