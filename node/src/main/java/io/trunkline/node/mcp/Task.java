package io.trunkline.node.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.call.KnownAnswers;
import io.trunkline.node.mcp.call.Outcome;
import io.trunkline.node.mcp.changes.Listener;
import io.trunkline.node.mcp.changes.WatchedTask;
import io.trunkline.node.mcp.kit.HeldBytes;
import io.trunkline.node.mcp.wire.EdgeNotes;
import io.trunkline.node.spi.Principal;
import io.trunkline.node.tasks.EndedTask;
import io.trunkline.node.tasks.TaskHandle;
import io.trunkline.node.tasks.TaskHandles;
import io.trunkline.node.tasks.TaskStatus;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal.Executed;
import io.trunkline.protocol.refusal.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One call that runs as a task, and what it has come to (SEP-2663). It takes the answer of its run as other calls' answers
 * are taken by a client. Thread-safe.
 */
final class Task implements Outcome, WatchedTask {

    /** Bytes that its fields take beside result, error and questions. */
    static final int MAX_FIELDS = TaskHandles.MAX_LENGTH + (8 << 10);

    /** Characters of what the tool says of its progress. */
    private static final int MAX_MESSAGE = 500;

    private static final byte[] NO_MESSAGE = {};

    /** The id of its run in its conversation. */
    private static final String CALL_KEY = "0";

    private static final byte[] CALL =
            ("{\"jsonrpc\":\"2.0\",\"id\":" + CALL_KEY + ",\"method\":\"tools/call\"}").getBytes(UTF_8);

    private final McpServer server;
    private final TaskHandle handle;
    private final Principal principal;
    private final TaskQuestions questions;
    private final Set<Listener> listeners = ConcurrentHashMap.newKeySet(1);
    private @Nullable Conversation conversation;
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
    Task(McpServer server, TaskHandle handle, Principal principal, KnownAnswers known) {
        this.server = server;
        this.handle = handle;
        this.principal = principal;
        this.questions = new TaskQuestions(server, this::changed, known);
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

    TaskQuestions questions() {
        return questions;
    }

    /**
     * Lets it run, until it has ended.
     *
     * @param delay before it begins
     */
    void run(Conversation place, MethodTable.Step call, Duration delay) {
        Request.Terms terms = new Request.Terms(ProtocolVersion.V2026_07_28, new EdgeNotes(Map.of(), principal));
        Request request = new Request(server.json().reader().read(CALL), terms, null, call, this);
        synchronized (this) {
            conversation = place;
        }
        if (delay.isZero()) {
            place.post(() -> place.requests().submit(request));
        } else {
            server.later().run(() -> place.post(() -> beginLate(place, request)), delay);
        }
    }

    private void beginLate(Conversation place, Request request) {
        if (cancelled) {
            none();
        } else {
            place.requests().submit(request);
        }
    }

    private synchronized @Nullable Conversation conversation() {
        return conversation;
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
            updated = server.tasks().now();
        }
        listeners.forEach(listener -> listener.announce(id(), NO_MESSAGE));
    }

    /** Takes what the client answers; whoever has asked is told on the thread of the task. */
    void answered(JsonNode responses) {
        var answered = questions.take(responses);
        Conversation place = conversation();
        if (!answered.isEmpty() && place != null) {
            changed();
            place.post(() -> answered.forEach(Runnable::run));
        }
    }

    /** What the tool says of its progress, for people. */
    void progress(String text) {
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
        Conversation place = conversation();
        if (place != null) {
            place.post(() -> place.requests().cancel(CALL_KEY));
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
        Conversation place = conversation();
        if (place != null) {
            place.post(place::close);
        }
        take(Refusal.of(Reason.NODE_LOST).toJsonRpc(CALL_KEY, "", Executed.UNKNOWN, nodes), this::end);
    }

    private void take(byte[] response, BiConsumer<TaskStatus, byte[]> end) {
        try (JsonParser parser = server.json().factory().createParser(response)) {
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
        HeldBytes results = server.tasks().results();
        if (!results.take(what.length)) {
            ObjectNode error = server.json().mapper().createObjectNode();
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
            conversation = null;
        }
        changed();
    }

    /** What another node needs to hold it, once it has ended. */
    synchronized EndedTask ended() {
        return new EndedTask(id(), principal, status.text(), updated, end);
    }

    /** Takes over what has ended at another node; false when there is no room for what has come out. */
    boolean restore(EndedTask ended) {
        if (!server.tasks().results().take(ended.end().length)) {
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
        Conversation place = conversation();
        if (place != null) {
            place.post(place::close);
        }
        listeners.clear();
        synchronized (this) {
            forgotten = true;
            server.tasks().results().give(heldBytes);
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
                "pollIntervalMs", server.settings().tasks().pollInterval().toMillis());
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
