package io.trunkline.node.mcp;

import static java.util.Objects.requireNonNull;

import io.trunkline.node.spi.RpcException;
import io.trunkline.node.tasks.SharedTasks;
import io.trunkline.node.tasks.TaskNetwork;
import io.trunkline.node.tasks.TaskRequest;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The way to one other node, as it is in a test: it tells of changes when the test says so. */
final class FakeTaskNetwork implements TaskNetwork {

    /** Those who watch, and what they get. */
    final List<Runnable> tell = new ArrayList<>();

    private final @Nullable TestSession other;
    boolean mayWatch = true;
    int watched;

    /**
     * The way.
     *
     * @param other null when it cannot be reached
     */
    FakeTaskNetwork(@Nullable TestSession other) {
        this.other = other;
    }

    @Override
    public CompletionStage<byte[]> ask(TaskRequest request) {
        if (other == null) {
            return CompletableFuture.failedFuture(
                    new RpcException(ErrorCode.OVERLOADED, "nobody is there", null, null));
        }
        return CompletableFuture.completedFuture(answer(request, other));
    }

    private static byte[] answer(TaskRequest request, TestSession other) {
        SharedTasks tasks = other.server.sharedTasks();
        byte[] answer = tasks.answer(request);
        return answer == null ? tasks.takeOver(request, other.peer.session()) : answer;
    }

    @Override
    public boolean mayWatch() {
        return mayWatch;
    }

    @Override
    public Runnable watch(TaskRequest get, Predicate<byte[]> told) {
        watched++;
        Runnable telling = () -> {
            if (!told.test(answer(get, requireNonNull(other)))) {
                watched--;
            }
        };
        tell.add(telling);
        return () -> tell.remove(telling);
    }
}
