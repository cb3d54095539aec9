package io.trunkline.node.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.call.CallEnvironment;
import io.trunkline.node.mcp.call.KnownAnswers;
import io.trunkline.node.mcp.call.Outcome;
import io.trunkline.node.mcp.call.Request;
import io.trunkline.node.mcp.call.RunningTask;
import io.trunkline.node.mcp.changes.Listener;
import io.trunkline.node.mcp.changes.WatchedTask;
import io.trunkline.node.mcp.kit.HeldBytes;
import io.trunkline.node.mcp.kit.Later;
import io.trunkline.node.mcp.wire.EdgeNotes;
import io.trunkline.node.spi.Principal;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.refusal.Refusal.Executed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One call that runs as a task, and what it has come to (SEP-2663). It takes the answer of its run as other calls'
 * answers are taken by a client. Thread-safe.
 */
final class Task implements Outcome, WatchedTask, RunningTask {

    /** Bytes that its fields take beside result, error and questions. */
    static final int MAX_FIELDS = TaskHandles.MAX_LENGTH + (8 << 10);

    private static final byte[] NO_MESSAGE = {};

    /** The id of its run. */
    private static final String CALL_KEY = "0";

    private static final byte[] CALL =
            ("{\"jsonrpc\":\"2.0\",\"id\":" + CALL_KEY + ",\"method\":\"tools/call\"}").getBytes(UTF_8);

    /**
     * What all tasks of a node share.
     *
     * @param results what those that have ended keep
     * @param now the time in milliseconds, as clients are told it
     * @param later starts those that have to wait
     */
    record Shared(CallEnvironment environment, HeldBytes results, Supplier<Instant> now, Later later) {}

    private final Shared shared;
    private final TaskHandle handle;
    private final Principal principal;
    private final TaskQuestions questions;
    private final Set<Listener> listeners = ConcurrentHashMap.newKeySet(1);
    private final TaskState state;
    private volatile @Nullable TaskPlace place;
    private volatile boolean cancelled;

    /**
     * @param known what the call has gathered before
     */
    Task(Shared shared, TaskHandle handle, Principal principal, KnownAnswers known) {
        this.shared = shared;
        this.handle = handle;
        this.principal = principal;
        this.questions = new TaskQuestions(shared.environment(), this::changed, known);
        this.state = new TaskState(shared.results(), shared.now(), handle.created());
    }

    String id() {
        return handle.id();
    }

    String tool() {
        return handle.tool();
    }

    Instant until() {
        return handle.until();
    }

    Principal principal() {
        return principal;
    }

    @Override
    public TaskQuestions questions() {
        return questions;
    }

    /**
     * Lets it run, until it has ended.
     *
     * @param delay before it begins
     */
    void run(TaskPlace where, TaskPlace.Start call, Duration delay) {
        Request.Terms terms = new Request.Terms(ProtocolVersion.V2026_07_28, new EdgeNotes(Map.of(), principal));
        Request request = new Request(shared.environment().json().reader().read(CALL), terms, this);
        place = where;
        if (delay.isZero()) {
            where.run(request, call);
        } else {
            shared.later().run(() -> where.post(() -> beginLate(where, request, call)), delay);
        }
    }

    private void beginLate(TaskPlace where, Request request, TaskPlace.Start call) {
        if (cancelled) {
            none();
        } else {
            where.start(request, call);
        }
    }

    /** Whether any node can run it again from its id. */
    boolean repeatable() {
        return handle.call() != null;
    }

    boolean hasEnded() {
        return state.hasEnded();
    }

    @Override
    public void join(Listener listener) {
        listeners.add(listener);
    }

    @Override
    public void leave(Listener listener) {
        listeners.remove(listener);
    }

    private void changed() {
        state.touch();
        listeners.forEach(listener -> listener.announce(id(), NO_MESSAGE));
    }

    /** Takes what the client answers; the calls that have asked are told on the thread of the task. */
    void answered(JsonNode responses) {
        var answered = questions.take(responses);
        TaskPlace where = place;
        if (!answered.isEmpty() && where != null) {
            changed();
            where.post(() -> answered.forEach(Runnable::run));
        }
    }

    @Override
    public void progress(String text) {
        if (state.say(Messages.wellFormed(text))) {
            changed();
        }
    }

    /** Stops the run, if it has not ended. */
    void cancel() {
        cancelled = true;
        TaskPlace where = place;
        if (where != null) {
            where.cancel(CALL_KEY);
        }
    }

    // ---- the end of its run, on the thread of the task

    @Override
    public int number() {
        return 0;
    }

    @Override
    public boolean hasRoom(int bytes) {
        return true;
    }

    @Override
    public void answer(byte[] response) {
        take(response, this::endIfRoom);
    }

    /** Its node is gone, and what is answered to requests of such nodes is its end. What runs here is stopped. */
    void lost() {
        lost(1);
    }

    /** The same, with so many nodes. */
    void lost(int nodes) {
        TaskPlace where = place;
        if (where != null) {
            where.close();
        }
        take(Refusal.of(Reason.NODE_LOST).toJsonRpc(CALL_KEY, "", Executed.UNKNOWN, nodes), this::end);
    }

    private void take(byte[] response, BiConsumer<TaskStatus, byte[]> end) {
        try (JsonParser parser = shared.environment().json().factory().createParser(response)) {
            parser.nextToken();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                switch (name) {
                    case "result" -> end.accept(TaskStatus.COMPLETED, EnvelopeReader.copyValue(parser, response, 0));
                    case "error" -> end.accept(TaskStatus.FAILED, EnvelopeReader.copyValue(parser, response, 0));
                    default -> parser.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("an answer that was written here", e);
        }
    }

    @Override
    public void none() {
        end(TaskStatus.CANCELLED, NO_MESSAGE);
    }

    private void endIfRoom(TaskStatus how, byte[] what) {
        if (state.hold(what.length)) {
            end(how, what);
            return;
        }
        ObjectNode error = shared.environment().json().mapper().createObjectNode();
        error.put("code", ErrorCode.OVERLOADED)
                .put("message", "The call has ended, but the node holds too many results of tasks for this one");
        end(TaskStatus.FAILED, error.toString().getBytes(UTF_8));
    }

    private void end(TaskStatus how, byte[] what) {
        if (state.end(how, what)) {
            place = null;
            changed();
        }
    }

    /** What another node needs to hold it, once it has ended. */
    EndedTask ended() {
        return state.ended(id(), principal);
    }

    /** Takes over what has ended at another node; false when there is no room for what has come out. */
    boolean restore(EndedTask ended) {
        return state.restore(ended);
    }

    /** It is no longer held: what it held is free, and what still runs is stopped. */
    void forget() {
        TaskPlace where = place;
        if (where != null) {
            where.close();
        }
        listeners.clear();
        state.forget();
    }

    // ---- what the client sees

    @Override
    public boolean isKnown() {
        return true;
    }

    @Override
    public void writeState(JsonGenerator json) throws IOException {
        write(json, true);
    }

    /**
     * Writes its fields.
     *
     * @param all also what is asked, or what has come out
     */
    void write(JsonGenerator json, boolean all) throws IOException {
        Duration poll = shared.environment().settings().tasks().pollInterval();
        state.write(json, handle, poll, questions.open(), all);
    }
}
