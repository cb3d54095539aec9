package io.trunkline.node.mcp.call;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.spi.ToolCall;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A call of a tool as the tool sees it. */
final class OpenToolCall extends OpenCall implements ToolCall {

    private final PreparedCall prepared;
    private final @Nullable RunningTask task;
    private final @Nullable TaskStarter tasks;

    /**
     * @param source where it asks, without a session
     * @param task that it runs as; null for an ordinary call
     * @param tasks makes a task of it; null when it is one
     */
    OpenToolCall(
            CallPlace place,
            Request request,
            PreparedCall prepared,
            Asking.Source source,
            @Nullable RunningTask task,
            @Nullable TaskStarter tasks) {
        super(place, request, prepared.params().meta(), prepared.tool().item().name(), source);
        this.prepared = prepared;
        this.task = task;
        this.tasks = tasks;
    }

    @Override
    public String tool() {
        return name();
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
        boolean possible = prepared.tool().item().task().possible();
        if (tasks == null || !possible || !features().tasks()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> never = new CompletableFuture<>();
        onCancel(() -> never.cancel(false));
        place().speaker().post(() -> handOver(tasks));
        return never;
    }

    private void handOver(TaskStarter starter) {
        if (ended()) {
            return;
        }
        try {
            KnownAnswers known = new KnownAnswers(asking().used(), keptValues());
            suspend(starter.begin(place().speaker().session(), request(), prepared, known));
        } catch (RpcFault fault) {
            suspend(request().error(fault));
        }
    }
}
