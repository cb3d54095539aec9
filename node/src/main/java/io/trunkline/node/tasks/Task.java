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
 * One call that runs as a task, and what it has come to (SEP-2663). It takes the answer of its run as other calls' answers
 * are taken by a client. Thread-safe.
 */
final class Task implements Outcome, WatchedTask, RunningTask {

    /** Bytes that its fields take beside result, error and questions. */
    static final int MAX_FIELDS = TaskHandles.MAX_LENGTH + (8 << 10);

    /** Characters of what the tool says of its progress. */
    private static final int MAX_MESSAGE = 500;

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
    private @Nullable TaskPlace place;
    private TaskStatus status = TaskStatus.WORKING;
    private String message = "";
    private Instant updated;

    /** The result or the error, once there is one; a JSON text. */
    private byte[] end = NO_MESSAGE;

    private int heldBytes;
    private volatile boolean cancelled;
    private boolean forgotten;

    /**
     * @param known what the call has gathered before
     */
    Task(Shared shared, TaskHandle handle, Principal principal, KnownAnswers known) {
        this.shared = shared;
        this.handle = handle;
        this.principal = principal;
        this.questions = new TaskQuestions(shared.environment(), this::changed, known);
        this.updated = handle.created();
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
        synchronized (this) {
            place = where;
        }
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

    private synchronized @Nullable TaskPlace place() {
        return place;
    }

    /** Whether any node can run it again from its id. */
    boolean repeatable() {
        return handle.call() != null;
    }

    synchronized boolean hasEnded() {
        return status != TaskStatus.WORKING;
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
        synchronized (this) {
            updated = shared.now().get();
        }
        listeners.forEach(listener -> listener.announce(id(), NO_MESSAGE));
    }

    /** Takes what the client answers; whoever has asked is told on the thread of the task. */
    void answered(JsonNode responses) {
        var answered = questions.take(responses);
        TaskPlace where = place();
        if (!answered.isEmpty() && where != null) {
            changed();
            where.post(() -> answered.forEach(Runnable::run));
        }
    }

    @Override
    public void progress(String text) {
        String said = Messages.wellFormed(text);
        synchronized (this) {
            if (status != TaskStatus.WORKING) {
                return;
            }
            message = said.length() <= MAX_MESSAGE ? said : said.substring(0, MAX_MESSAGE) + "...";
        }
        changed();
    }

    /** Stops the run, if it has not ended. */
    void cancel() {
        cancelled = true;
        TaskPlace where = place();
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
        TaskPlace where = place();
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
        HeldBytes results = shared.results();
        if (!results.take(what.length)) {
            ObjectNode error = shared.environment().json().mapper().createObjectNode();
            error.put("code", ErrorCode.OVERLOADED)
                    .put("message", "The call has ended, but the node holds too many results of tasks for this one");
            end(TaskStatus.FAILED, error.toString().getBytes(UTF_8));
            return;
        }
        synchronized (this) {
            heldBytes = forgotten ? 0 : what.length;
        }
        if (heldBytes() == 0) {
            results.give(what.length);
        }
        end(how, what);
    }

    private synchronized int heldBytes() {
        return heldBytes;
    }

    private void end(TaskStatus how, byte[] what) {
        synchronized (this) {
            if (status != TaskStatus.WORKING) {
                return;
            }
            status = how;
            end = what;
            message = "";
            place = null;
        }
        changed();
    }

    /** What another node needs to hold it, once it has ended. */
    synchronized EndedTask ended() {
        return new EndedTask(id(), principal, status.text(), updated, end);
    }

    /** Takes over what has ended at another node; false when there is no room for what has come out. */
    boolean restore(EndedTask ended) {
        if (!shared.results().take(ended.end().length)) {
            return false;
        }
        synchronized (this) {
            heldBytes = ended.end().length;
            status = TaskStatus.of(ended.status());
            end = ended.end();
            updated = ended.updated();
        }
        return true;
    }

    /** It is no longer held: what it held is free, and what still runs is stopped. */
    void forget() {
        TaskPlace where = place();
        if (where != null) {
            where.close();
        }
        listeners.clear();
        synchronized (this) {
            forgotten = true;
            shared.results().give(heldBytes);
            heldBytes = 0;
            end = NO_MESSAGE;
        }
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
        Map<String, byte[]> open = questions.open();
        TaskStatus now;
        byte[] outcome;
        synchronized (this) {
            now = status == TaskStatus.WORKING && !open.isEmpty() ? TaskStatus.INPUT_REQUIRED : status;
            outcome = end;
            json.writeStringField("taskId", handle.id());
            json.writeStringField("status", now.text());
            if (!message.isEmpty()) {
                json.writeStringField("statusMessage", message);
            }
            json.writeStringField("createdAt", handle.created().toString());
            json.writeStringField("lastUpdatedAt", updated.toString());
        }
        json.writeNumberField("ttlMs", handle.ttl().toMillis());
        json.writeNumberField(
                "pollIntervalMs",
                shared.environment().settings().tasks().pollInterval().toMillis());
        if (all) {
            writeOutcome(json, now, outcome, open);
        }
    }

    private static void writeOutcome(
            JsonGenerator json, TaskStatus status, byte[] outcome, Map<String, byte[]> questions) throws IOException {
        switch (status) {
            case INPUT_REQUIRED -> {
                json.writeObjectFieldStart("inputRequests");
                for (Map.Entry<String, byte[]> question : questions.entrySet()) {
                    json.writeFieldName(question.getKey());
                    json.writeRawValue(new String(question.getValue(), UTF_8));
                }
                json.writeEndObject();
            }
            case COMPLETED, FAILED -> {
                json.writeFieldName(status == TaskStatus.COMPLETED ? "result" : "error");
                json.writeRawValue(new String(outcome, UTF_8));
            }
            case WORKING, CANCELLED -> {}
        }
    }
}
