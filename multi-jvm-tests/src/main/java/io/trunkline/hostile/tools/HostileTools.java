package io.trunkline.hostile.tools;

import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolCall;
import io.trunkline.node.spi.ToolProvider;
import io.trunkline.node.spi.ToolResult;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Tools that do what a careless author's tools do: end the process, hold the thread that must not be held. */
public final class HostileTools implements ToolProvider {
    /** Ends the process, as an out-of-memory error or a native crash would. */
    public static final String HALT = "halt";

    /** Says that it is asynchronous, and holds its thread for a second. */
    public static final String BLOCK = "block";

    private static final long BLOCKED_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int STATUS = 86;

    @Override
    public Collection<Tool> tools() {
        return List.of(
                Tool.named(HALT).description("Ends its node.").readOnly().async(HostileTools::halt),
                Tool.named(BLOCK).description("Holds its thread.").readOnly().async(HostileTools::block));
    }

    private static CompletionStage<ToolResult> halt(ToolCall call) {
        Runtime.getRuntime().halt(STATUS);
        return CompletableFuture.completedFuture(ToolResult.text("still here"));
    }

    private static CompletionStage<ToolResult> block(ToolCall call) {
        long end = System.nanoTime() + BLOCKED_NANOS;
        while (System.nanoTime() - end < 0) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
        return CompletableFuture.completedFuture(ToolResult.text("blocked"));
    }
}
