package io.trunkline.node.mcp;

import io.trunkline.node.mcp.wire.RequestKey;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one session that have not ended: those that run, up to a limit, and those that wait behind them in
 * order. Confined to the conversation's thread.
 */
final class InFlight {

    private final McpServer server;
    private final Consumer<Request> start;
    private final Map<String, Run<?>> running = new HashMap<>();
    private @Nullable WaitingRequests waiting;
    private boolean pumping;

    /**
     * @param start starts a request whose turn has come
     */
    InFlight(McpServer server, Consumer<Request> start) {
        this.server = server;
        this.start = start;
    }

    int size() {
        return running.size() + (waiting == null ? 0 : waiting.size());
    }

    /** The numbers of the messages that they came in. */
    List<Integer> numbers() {
        Stream<Integer> waits = waiting == null ? Stream.empty() : waiting.numbers();
        return Stream.concat(running.values().stream().map(Run::number), waits)
                .distinct()
                .toList();
    }

    /** Whether a request with this id has not ended yet. */
    boolean contains(Envelope request) {
        if (running.isEmpty() && !hasWaiting()) {
            return false;
        }
        String key = RequestKey.of(request, server.json().factory());
        return running.containsKey(key) || (waiting != null && waiting.contains(key));
    }

    /** Starts a request, or lets it wait for its turn, or refuses it when too many do. */
    void submit(Request request) {
        if (hasRoom() && !hasWaiting()) {
            start.accept(request);
        } else {
            hold(request);
        }
    }

    /** Counts a run from now on. */
    void started(Run<?> run) {
        running.put(run.key(), run);
    }

    /** Counts a run no longer. The caller ends its request and then calls {@link #pump()}. */
    void ended(Run<?> run) {
        running.remove(run.key(), run);
    }

    /** Cancels the request with this key, whether it runs or waits; nothing happens when there is none. */
    void cancel(String key) {
        Run<?> run = running.get(key);
        if (run != null) {
            run.cancel();
            return;
        }
        Request request = waiting == null ? null : waiting.remove(key);
        if (request != null) {
            request.none();
        }
    }

    /** Starts what waits while there is room. Not re-entered: a request that ends at once does not go one level deeper. */
    void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            while (waiting != null && waiting.size() > 0 && hasRoom()) {
                start.accept(waiting.take());
            }
        } finally {
            pumping = false;
        }
    }

    /** Stops and forgets everything. */
    void close() {
        if (waiting != null) {
            waiting.clear();
        }
        List<Run<?>> runs = List.copyOf(running.values());
        running.clear();
        runs.forEach(Run::stop);
    }

    private boolean hasRoom() {
        return running.size() < server.settings().limits().inFlight();
    }

    private boolean hasWaiting() {
        return waiting != null && waiting.size() > 0;
    }

    private void hold(Request request) {
        WaitingRequests all =
                waiting == null ? new WaitingRequests(server.settings().limits(), server.held()) : waiting;
        waiting = all;
        if (!all.add(RequestKey.of(request.envelope(), server.json().factory()), request)) {
            request.answerError(
                    ErrorCode.OVERLOADED,
                    "The session has " + running.size() + " requests running and " + all.size()
                            + " waiting: wait for answers before sending more");
        }
    }
}
