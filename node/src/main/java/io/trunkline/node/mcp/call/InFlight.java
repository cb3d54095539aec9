package io.trunkline.node.mcp.call;

import com.fasterxml.jackson.core.JsonFactory;
import io.trunkline.node.mcp.kit.HeldBytes;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.mcp.wire.RequestKey;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one session that have not ended: those that run, up to a limit, and those that wait behind them in
 * order. Confined to the session's thread.
 *
 * @param <S> what a request is run with
 */
public final class InFlight<S> {

    /** What runs for a request. */
    public interface Running {

        /** What it is found by. */
        String key();

        /** The number of the client message that started it. */
        int number();

        /** The client cancels: no answer. */
        void cancel();

        /** The session has ended: the client is not told. */
        void stop();
    }

    private final McpSettings.Limits limits;
    private final HeldBytes held;
    private final JsonFactory json;
    private final Runnable beforeEnds;
    private final BiConsumer<Request, S> start;
    private final Map<String, Running> running = new HashMap<>();
    private @Nullable WaitingRequests<S> waiting;
    private boolean pumping;

    /**
     * @param held what all sessions of the node keep
     * @param beforeEnds saves what an answer may depend on
     * @param start starts a request whose turn has come
     */
    public InFlight(
            McpSettings.Limits limits,
            HeldBytes held,
            JsonFactory json,
            Runnable beforeEnds,
            BiConsumer<Request, S> start) {
        this.limits = limits;
        this.held = held;
        this.json = json;
        this.beforeEnds = beforeEnds;
        this.start = start;
    }

    public int size() {
        return running.size() + (waiting == null ? 0 : waiting.size());
    }

    /** The numbers of the messages that they came in. */
    public List<Integer> numbers() {
        Stream<Integer> waits = waiting == null ? Stream.empty() : waiting.numbers();
        return Stream.concat(running.values().stream().map(Running::number), waits)
                .distinct()
                .toList();
    }

    /** Whether a request with this id has not ended yet. */
    public boolean contains(Envelope request) {
        if (running.isEmpty() && !hasWaiting()) {
            return false;
        }
        String key = RequestKey.of(request, json);
        return running.containsKey(key) || (waiting != null && waiting.contains(key));
    }

    /** Starts a request, or lets it wait for its turn, or refuses it when too many do. */
    public void submit(Request request, S step) {
        if (hasRoom() && !hasWaiting()) {
            start.accept(request, step);
        } else {
            hold(request, step);
        }
    }

    /** Counts a run from now on. */
    void started(Running run) {
        running.put(run.key(), run);
    }

    /** Counts a run no longer, and brings its request to its end with {@code end}. */
    void ended(Running run, Runnable end) {
        running.remove(run.key(), run);
        beforeEnds.run();
        end.run();
        pump();
    }

    /** Cancels the request with this key, whether it runs or waits; nothing happens when there is none. */
    public void cancel(String key) {
        Running run = running.get(key);
        if (run != null) {
            run.cancel();
            return;
        }
        Request request = waiting == null ? null : waiting.remove(key);
        if (request != null) {
            request.none();
        }
    }

    /** Starts what waits while there is room. Not re-entered: requests that end at once do not deepen the stack. */
    private void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            while (waiting != null && waiting.size() > 0 && hasRoom()) {
                WaitingRequests.Waiting<S> next = waiting.take();
                start.accept(next.request(), next.step());
            }
        } finally {
            pumping = false;
        }
    }

    /** Stops and forgets everything. */
    public void close() {
        if (waiting != null) {
            waiting.clear();
        }
        List<Running> runs = List.copyOf(running.values());
        running.clear();
        runs.forEach(Running::stop);
    }

    private boolean hasRoom() {
        return running.size() < limits.inFlight();
    }

    private boolean hasWaiting() {
        return waiting != null && waiting.size() > 0;
    }

    private void hold(Request request, S step) {
        WaitingRequests<S> all = waiting == null ? new WaitingRequests<>(limits, held) : waiting;
        waiting = all;
        if (!all.add(RequestKey.of(request.envelope(), json), request, step)) {
            request.answerError(
                    ErrorCode.OVERLOADED,
                    "The session has " + running.size() + " requests running and " + all.size()
                            + " waiting: wait for answers before sending more");
        }
    }
}
