package io.trunkline.node.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.spi.ToolCall;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.spi.ToolHandler;
import io.trunkline.node.spi.ToolResult;
import io.trunkline.protocol.jsonrpc.Methods;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** One call of a tool. Its failures are results that are marked as errors, so that the model can read them. */
final class ToolRun extends Run<ToolResult> implements ToolCall {

    private final RegisteredTool registered;
    private final ObjectNode arguments;

    ToolRun(Conversation conversation, Request request, PreparedCall call) {
        super(conversation, request, call.params().meta(), call.params().heapBytes());
        this.registered = call.tool();
        this.arguments = call.params().arguments();
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
                .digest(request().principal(), Methods.TOOLS_CALL, tool(), arguments);
    }

    @Override
    boolean blocks() {
        return registered.tool().handler() instanceof ToolHandler.Blocking;
    }

    @Override
    CompletionStage<ToolResult> callAsync() throws Exception {
        return ((ToolHandler.Async) registered.tool().handler()).call(this);
    }

    @Override
    ToolResult callBlocking() throws Exception {
        return ((ToolHandler.Blocking) registered.tool().handler()).call(this);
    }

    @Override
    Duration limit() {
        Duration own = registered.tool().timeout();
        return own == null ? conversation().server().settings().tools().timeout() : own;
    }

    @Override
    byte[] answer(ToolResult result) {
        return answers().result(request(), registered, result);
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

    private ToolAnswers answers() {
        return conversation().server().toolAnswers();
    }

    // ---- ToolCall: any thread

    @Override
    public String tool() {
        return registered.tool().name();
    }

    @Override
    public ObjectNode arguments() {
        return arguments;
    }
}
