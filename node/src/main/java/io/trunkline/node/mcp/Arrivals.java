package io.trunkline.node.mcp;

import io.trunkline.node.mcp.kit.HeldBytes;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.mcp.kit.Speaker;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one session from the moment a large one arrives until it has been read: the reading happens on
 * another thread, so that it does not hold up the sessions that share this one, and what arrives meanwhile waits behind
 * it. Confined to the session's thread.
 */
final class Arrivals {

    /** Messages of more bytes than this are read elsewhere; reading so many takes less than a millisecond. */
    static final int LARGE = 64 << 10;

    /** Bytes that may wait here, in units of those that may wait for being run. They wait for a much shorter time. */
    private static final long ROOM = 4;

    private final Engine engine;
    private final HeldBytes held;
    private final Speaker speaker;
    private final ObjIntConsumer<Reading> handler;
    private final Deque<Arrival> queue = new ArrayDeque<>();
    private long queued;
    private @Nullable Arrival reading;

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Arrival(byte[] message, int number) {}

    /**
     * @param handler takes each message in its turn, with its number
     */
    Arrivals(Engine engine, Speaker speaker, ObjIntConsumer<Reading> handler) {
        this.engine = engine;
        this.held = engine.environment().held();
        this.speaker = speaker;
        this.handler = handler;
    }

    /** Whether a message that arrives now has to wait its turn here. */
    boolean busy() {
        return reading != null;
    }

    int size() {
        return queue.size() + (reading == null ? 0 : 1);
    }

    /** Takes a message over; it is handled in its turn. False when there is no room. */
    boolean take(byte[] message, int number) {
        Arrival arrival = new Arrival(message, number);
        McpSettings.Limits limits = engine.environment().settings().limits();
        boolean full = queue.size() >= limits.waiting()
                || (!queue.isEmpty() && queued + message.length > ROOM * limits.waitingBytes());
        if (full || !held.take(message.length)) {
            return false;
        }
        if (reading == null) {
            read(arrival);
        } else {
            queue.add(arrival);
            queued += message.length;
        }
        return true;
    }

    /** Gives back what is held; nothing is handled any more. */
    void close() {
        for (Arrival arrival : queue) {
            held.give(arrival.message.length);
        }
        queue.clear();
        if (reading != null) {
            held.give(reading.message.length);
            reading = null;
        }
    }

    private void read(Arrival arrival) {
        reading = arrival;
        try {
            engine.readers().execute(() -> {
                Reading result = Reading.whole(arrival.message, engine);
                speaker.post(() -> onRead(arrival, result));
            });
        } catch (RejectedExecutionException e) {
            // More than enough is being read elsewhere: then it costs this thread's time, which slows the senders down.
            onRead(arrival, Reading.of(engine.environment().json().reader().read(arrival.message)));
        }
    }

    private void onRead(Arrival arrival, Reading result) {
        if (reading == null || reading.number != arrival.number) {
            return;
        }
        reading = null;
        held.give(arrival.message.length);
        handler.accept(result, arrival.number);
        while (reading == null && !queue.isEmpty()) {
            Arrival next = queue.remove();
            queued -= next.message.length;
            if (next.message.length > LARGE) {
                read(next);
            } else {
                held.give(next.message.length);
                handler.accept(Reading.of(engine.environment().json().reader().read(next.message)), next.number);
            }
        }
    }
}
