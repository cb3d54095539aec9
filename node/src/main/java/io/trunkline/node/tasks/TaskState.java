package io.trunkline.node.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import io.trunkline.node.mcp.kit.HeldBytes;
import io.trunkline.node.mcp.wire.ServerMessages;
import io.trunkline.node.spi.Principal;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;

/** The status of a task, what its tool says of its progress, and its result or error. Thread-safe. */
final class TaskState {

    /** Characters of what the tool says of its progress. */
    private static final int MAX_MESSAGE = 500;

    private static final byte[] NOTHING = {};

    private final HeldBytes results;
    private final Supplier<Instant> now;
    private TaskStatus status = TaskStatus.WORKING;
    private String message = "";
    private Instant updated;
    /** The result or the error, JSON; empty before the end. */
    private byte[] end = NOTHING;

    private int heldBytes;
    private boolean forgotten;

    /**
     * @param results the bytes of all that has come out
     */
    TaskState(HeldBytes results, Supplier<Instant> now, Instant created) {
        this.results = results;
        this.now = now;
        this.updated = created;
    }

    synchronized boolean hasEnded() {
        return status != TaskStatus.WORKING;
    }

    /** Something has changed now. */
    synchronized void touch() {
        updated = now.get();
    }

    /** Takes what the tool says of its progress; false after the end. */
    synchronized boolean say(String text) {
        if (hasEnded()) {
            return false;
        }
        message = text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE) + "...";
        return true;
    }

    /** Counts the bytes of a result, unless the task is forgotten; false when there is no room. */
    synchronized boolean hold(int bytes) {
        if (!results.take(bytes)) {
            return false;
        }
        if (forgotten) {
            results.give(bytes);
        } else {
            heldBytes = bytes;
        }
        return true;
    }

    /** False when it has ended before. */
    synchronized boolean end(TaskStatus how, byte[] what) {
        if (hasEnded()) {
            return false;
        }
        status = how;
        end = what;
        message = "";
        return true;
    }

    /** What another node needs to hold the task. */
    synchronized EndedTask ended(String id, Principal principal) {
        return new EndedTask(id, principal, status.text(), updated, end);
    }

    /** Takes over what has ended at another node; false when there is no room. */
    synchronized boolean restore(EndedTask ended) {
        if (!hold(ended.end().length)) {
            return false;
        }
        status = TaskStatus.of(ended.status());
        end = ended.end();
        updated = ended.updated();
        return true;
    }

    /** What it holds is free. */
    synchronized void forget() {
        forgotten = true;
        results.give(heldBytes);
        heldBytes = 0;
        end = NOTHING;
    }

    /**
     * Writes the fields of the task.
     *
     * @param questions that wait for answers
     * @param all also the questions, or the result or error
     */
    void write(JsonGenerator json, TaskHandle handle, Duration poll, Map<String, byte[]> questions, boolean all)
            throws IOException {
        TaskStatus told;
        byte[] outcome;
        synchronized (this) {
            told = hasEnded() || questions.isEmpty() ? status : TaskStatus.INPUT_REQUIRED;
            outcome = end;
            json.writeStringField("taskId", handle.id());
            json.writeStringField("status", told.text());
            if (!message.isEmpty()) {
                json.writeStringField("statusMessage", message);
            }
            json.writeStringField("createdAt", handle.created().toString());
            json.writeStringField("lastUpdatedAt", updated.toString());
        }
        json.writeNumberField("ttlMs", handle.ttl().toMillis());
        json.writeNumberField("pollIntervalMs", poll.toMillis());
        if (all && told == TaskStatus.INPUT_REQUIRED) {
            ServerMessages.writeQuestions(json, questions);
        } else if (all && (told == TaskStatus.COMPLETED || told == TaskStatus.FAILED)) {
            json.writeFieldName(told == TaskStatus.COMPLETED ? "result" : "error");
            json.writeRawValue(new String(outcome, UTF_8));
        }
    }
}
