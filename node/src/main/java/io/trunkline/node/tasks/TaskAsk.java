package io.trunkline.node.tasks;

import io.trunkline.node.mcp.call.CallAnswers;
import io.trunkline.node.mcp.call.CallEnvironment;
import io.trunkline.node.mcp.call.Request;
import io.trunkline.node.mcp.call.Work;
import io.trunkline.node.spi.ToolException;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.Messages;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A request about a task of another node, which answers it. */
final class TaskAsk implements Work<byte[]>, CallAnswers.Form<byte[]> {

    /** Longer than any way to the other node. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final CallEnvironment environment;
    private final Request request;
    private final TaskNetwork network;
    private final TaskRequest asked;
    private final String method;

    TaskAsk(CallEnvironment environment, Request request, TaskNetwork network, TaskRequest asked) {
        this.environment = environment;
        this.request = request;
        this.network = network;
        this.asked = asked;
        this.method = request.envelope().method();
    }

    @Override
    public String name() {
        return method;
    }

    @Override
    public boolean blocks() {
        return false;
    }

    @Override
    public CompletionStage<byte[]> call() {
        return network.ask(asked);
    }

    @Override
    public Duration limit() {
        return LIMIT;
    }

    @Override
    public byte[] answer(byte @Nullable [] result, @Nullable Throwable failure) {
        return CallAnswers.of(environment, request, this, result, failure);
    }

    @Override
    public byte[] result(byte[] result) {
        return result;
    }

    @Override
    public byte[] failure(ToolException meant) {
        return unexpected(meant);
    }

    @Override
    public byte[] unexpected(Throwable cause) {
        String reference = environment.failures().failed(cause);
        return error(ErrorCode.INTERNAL_ERROR, "Internal error, reference " + reference);
    }

    @Override
    public byte[] timeout() {
        return error(ErrorCode.OVERLOADED, "The node of the task does not answer: try again later");
    }

    private byte[] error(int code, String text) {
        return Messages.error(request.envelope(), code, text);
    }
}
