package io.trunkline.node.mcp;

import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolCall;
import io.trunkline.node.spi.ToolResult;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A tool whose calls the test holds in its hand. */
final class TestTool {

    private final Tool tool;
    final List<ToolCall> calls = new CopyOnWriteArrayList<>();
    final List<CompletableFuture<ToolResult>> futures = new CopyOnWriteArrayList<>();
    private final BlockingQueue<ToolCall> started = new LinkedBlockingQueue<>();
    final CountDownLatch interrupted = new CountDownLatch(1);

    private TestTool(String name, boolean blocking) {
        var builder = Tool.named(name).description("A test.");
        tool = blocking ? builder.blocking(this::block) : builder.async(this::start);
    }

    /** A tool that ends when the test completes its future. */
    static TestTool async(String name) {
        return new TestTool(name, false);
    }

    /** A tool that blocks its thread until the test completes its future. */
    static TestTool blocking(String name) {
        return new TestTool(name, true);
    }

    Tool tool() {
        return tool;
    }

    private CompletableFuture<ToolResult> start(ToolCall call) {
        CompletableFuture<ToolResult> future = new CompletableFuture<>();
        futures.add(future);
        calls.add(call);
        started.add(call);
        return future;
    }

    private ToolResult block(ToolCall call) throws Exception {
        try {
            return start(call).get();
        } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
        }
    }

    /** Completes the call with this index, on the test's thread. */
    void complete(int index, ToolResult result) {
        futures.get(index).complete(result);
    }

    /** Waits until the next call has begun. */
    ToolCall awaitStart() {
        try {
            ToolCall call = started.poll(10, TimeUnit.SECONDS);
            if (call == null) {
                throw new AssertionError("no call within 10 s");
            }
            return call;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
