package io.trunkline.node.mcp.call;

import io.trunkline.node.mcp.kit.DaemonThreads;
import io.trunkline.node.mcp.kit.McpSettings;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads on which blocking tools run: a virtual thread for each call where the JVM has them (21 and later), else a
 * pool. Bounded either way; what does not fit is refused, never queued without a bound and never run by the caller.
 */
public final class BlockingThreads implements Executor, AutoCloseable {

    private final ExecutorService threads;
    private final int most;
    private final AtomicInteger used = new AtomicInteger();

    private BlockingThreads(ExecutorService threads, int most) {
        this.threads = threads;
        this.most = most;
    }

    public static BlockingThreads create(McpSettings.Tools settings) {
        ExecutorService virtual = virtualThreads();
        return virtual == null ? pool(settings) : new BlockingThreads(virtual, settings.blocking());
    }

    /** The threads of a JVM without virtual ones. */
    public static BlockingThreads pool(McpSettings.Tools settings) {
        ExecutorService pool = DaemonThreads.pool(
                "trunkline-tool", settings.poolThreads(), new ArrayBlockingQueue<>(settings.poolQueue()));
        return new BlockingThreads(pool, settings.poolThreads() + settings.poolQueue());
    }

    /**
     * Runs a task on one of the threads.
     *
     * @throws RejectedExecutionException when there are too many already
     */
    @Override
    public void execute(Runnable task) {
        if (used.incrementAndGet() > most) {
            used.decrementAndGet();
            throw new RejectedExecutionException(most + " calls of blocking tools are under way");
        }
        try {
            threads.execute(() -> {
                try {
                    task.run();
                } finally {
                    used.decrementAndGet();
                }
            });
        } catch (RejectedExecutionException e) {
            used.decrementAndGet();
            throw e;
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** Looked up by name, because the code is compiled for a release that does not have them. */
    private static @Nullable ExecutorService virtualThreads() {
        try {
            MethodHandle create = MethodHandles.publicLookup()
                    .findStatic(
                            Executors.class,
                            "newVirtualThreadPerTaskExecutor",
                            MethodType.methodType(ExecutorService.class));
            return (ExecutorService) create.invoke();
        } catch (Throwable e) {
            return null;
        }
    }
}
