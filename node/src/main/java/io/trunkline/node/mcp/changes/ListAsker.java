package io.trunkline.node.mcp.changes;

import io.trunkline.node.mcp.kit.DaemonThreads;
import io.trunkline.node.mcp.kit.Failures;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Asks the providers of this node for a list that has changed on another one, on a thread of its own, for they may take
 * their time. A list that waits for its turn waits once. Thread-safe.
 */
final class ListAsker implements AutoCloseable {

    private final Consumer<String> refresh;
    private final Failures failures;
    private final Consumer<String> then;
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();
    private final ExecutorService thread;

    /**
     * @param refresh asks the providers for a list, and may take as long as they do
     * @param then is told of each list that was asked for, whether its providers have given another one or not
     */
    ListAsker(Consumer<String> refresh, Failures failures, Consumer<String> then) {
        this.refresh = refresh;
        this.failures = failures;
        this.then = then;
        this.thread = DaemonThreads.pool("trunkline-mcp-lists", 1, new ArrayBlockingQueue<>(Changes.LISTS.size()));
    }

    /** Asks, soon. */
    void ask(String list) {
        if (waiting.add(list)) {
            try {
                thread.execute(() -> askNow(list));
            } catch (RejectedExecutionException e) {
                // The server is closed, and its clients with it.
            }
        }
    }

    private void askNow(String list) {
        waiting.remove(list);
        try {
            refresh.accept(list);
        } catch (RuntimeException e) {
            // The list stays as it was here, but clients may meet the other node, too.
            failures.failed(e);
        }
        then.accept(list);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
