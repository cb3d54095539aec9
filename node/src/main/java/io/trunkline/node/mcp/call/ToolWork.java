package io.trunkline.node.mcp.call;

import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.spi.ToolHandler;
import io.trunkline.node.spi.ToolResult;
import io.trunkline.protocol.jsonrpc.Methods;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A tool at work. Its failures are results that are marked as errors, so that the model can read them. */
public final class ToolWork implements Work<ToolResult>, CallAnswers.Form<ToolResult> {

    private final OpenToolCall call;
    private final PreparedCall prepared;
    private final Duration limit;

    private ToolWork(OpenToolCall call, PreparedCall prepared, Duration limit) {
        this.call = call;
        this.prepared = prepared;
        this.limit = limit;
    }

    /**
     * Starts an ordinary call.
     *
     * @param tasks makes a task of it when the tool wants that
     */
    public static void start(CallPlace place, Request request, PreparedCall prepared, TaskStarter tasks)
            throws RpcFault {
        Duration own = prepared.tool().item().timeout();
        start(
                new OpenToolCall(
                        place,
                        request,
                        prepared,
                        (call, given) -> new Rounds(call, digest(call, prepared), given),
                        null,
                        tasks),
                prepared,
                own == null ? place.environment().settings().tools().timeout() : own);
    }

    /**
     * Starts the run of a task.
     *
     * @param limit the longest time that it may take
     */
    public static void startTask(
            CallPlace place, Request request, PreparedCall prepared, RunningTask task, Duration limit) throws RpcFault {
        OpenToolCall call = new OpenToolCall(place, request, prepared, (open, given) -> task.questions(), task, null);
        start(call, prepared, limit);
    }

    private static void start(OpenToolCall call, PreparedCall prepared, Duration limit) throws RpcFault {
        ToolWork work = new ToolWork(call, prepared, limit);
        new CallLife<>(
                        call.place(),
                        call.request(),
                        work,
                        call,
                        prepared.params().heapBytes())
                .start();
    }

    /** What tells the request from others. */
    private static byte[] digest(OpenCall call, PreparedCall prepared) {
        return call.place()
                .environment()
                .states()
                .digest(
                        call.request().principal().id(),
                        Methods.TOOLS_CALL,
                        call.name(),
                        prepared.params().arguments());
    }

    @Override
    public String name() {
        return call.name();
    }

    @Override
    public boolean blocks() {
        return definition().handler() instanceof ToolHandler.Blocking;
    }

    @Override
    public CompletionStage<ToolResult> call() throws Exception {
        if (definition().handler() instanceof ToolHandler.Blocking blocking) {
            return CompletableFuture.completedFuture(blocking.call(call));
        }
        return ((ToolHandler.Async) definition().handler()).call(call);
    }

    @Override
    public Duration limit() {
        return limit;
    }

    @Override
    public void survived() {
        call.place()
                .environment()
                .guard()
                .circuits()
                .ended(name(), call.request().principal().id());
    }

    @Override
    public byte[] answer(@Nullable ToolResult result, @Nullable Throwable failure) {
        return CallAnswers.of(call, this, result, failure);
    }

    @Override
    public byte[] result(ToolResult result) {
        return answers().result(call.request(), prepared.tool(), result);
    }

    @Override
    public byte[] failure(ToolException meant) {
        return answers().failure(call.request(), meant);
    }

    @Override
    public byte[] unexpected(Throwable cause) {
        return answers().unexpected(call.request(), name(), cause);
    }

    @Override
    public byte[] timeout() {
        return answers().timeout(call.request(), name(), limit);
    }

    private ToolAnswers answers() {
        return call.place().environment().tools();
    }

    private Tool definition() {
        return prepared.tool().item();
    }
}
