package io.trunkline.node.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.call.KnownAnswers;
import io.trunkline.node.mcp.call.PreparedCall;
import io.trunkline.node.mcp.wire.Answers;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolCall;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.spi.ToolHandler;
import io.trunkline.node.spi.ToolResult;
import io.trunkline.protocol.jsonrpc.Methods;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One call of a tool. Its failures are results that are marked as errors, so that the model can read them. */
final class ToolRun extends Run<ToolResult> implements ToolCall {

    private final PreparedCall prepared;
    private final @Nullable Task task;
    private final Duration limit;

    ToolRun(Conversation conversation, Request request, PreparedCall call) {
        this(conversation, request, call, null, limit(conversation, call.tool().tool()));
    }

    /**
     * A run.
     *
     * @param task whose run it is; null for an ordinary call
     * @param limit the longest time that it may take
     */
    ToolRun(Conversation conversation, Request request, PreparedCall call, @Nullable Task task, Duration limit) {
        super(conversation, request, call.params().meta(), call.params().heapBytes());
        this.prepared = call;
        this.task = task;
        this.limit = limit;
    }

    private static Duration limit(Conversation conversation, Tool tool) {
        Duration own = tool.timeout();
        return own == null ? conversation.server().settings().tools().timeout() : own;
    }

    @Override
    String name() {
        return tool();
    }

    @Override
    byte[] digest() {
        return conversation()
                .server()
                .requestStates()
                .digest(request().principal().id(), Methods.TOOLS_CALL, tool(), arguments());
    }

    @Override
    void survived() {
        conversation()
                .server()
                .guard()
                .circuits()
                .ended(tool(), request().principal().id());
    }

    @Override
    boolean blocks() {
        return definition().handler() instanceof ToolHandler.Blocking;
    }

    @Override
    CompletionStage<ToolResult> callAsync() throws Exception {
        return ((ToolHandler.Async) definition().handler()).call(this);
    }

    @Override
    ToolResult callBlocking() throws Exception {
        return ((ToolHandler.Blocking) definition().handler()).call(this);
    }

    @Override
    Duration limit() {
        return limit;
    }

    @Override
    Asking newAsking(@Nullable Answers given) throws RpcFault {
        return task == null ? super.newAsking(given) : task.questions();
    }

    @Override
    byte[] answer(ToolResult result) {
        return answers().result(request(), prepared.tool(), result);
    }

    @Override
    byte[] failure(ToolException meant) {
        return answers().failure(request(), meant);
    }

    @Override
    byte[] unexpected(Throwable cause) {
        return answers().unexpected(request(), tool(), cause);
    }

    @Override
    byte[] timeout() {
        return answers().timeout(request(), tool(), limit());
    }

    private Tool definition() {
        return prepared.tool().tool();
    }

    private ToolAnswers answers() {
        return conversation().server().toolAnswers();
    }

    // ---- ToolCall: any thread

    @Override
    public String tool() {
        return definition().name();
    }

    @Override
    public ObjectNode arguments() {
        return prepared.params().arguments();
    }

    @Override
    public void progress(double progress, double total, @Nullable String message) {
        if (task == null) {
            super.progress(progress, total, message);
        } else if (message != null) {
            task.progress(message);
        }
    }

    @Override
    public CompletionStage<Void> becomeTask() {
        if (task != null || !definition().task().possible() || !features().tasks()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> never = new CompletableFuture<>();
        onCancel(() -> never.cancel(false));
        conversation().post(this::handOver);
        return never;
    }

    private void handOver() {
        if (ended()) {
            return;
        }
        McpServer server = conversation().server();
        try {
            ObjectNode answers = asking() instanceof Rounds rounds
                    ? rounds.used()
                    : server.json().mapper().createObjectNode();
            KnownAnswers known = new KnownAnswers(answers, keptValues());
            Task begun = server.tasks().begin(conversation(), request(), prepared, known);
            suspend(server.taskMethods().created(request(), begun));
        } catch (RpcFault fault) {
            suspend(request().error(fault));
        }
    }
}
