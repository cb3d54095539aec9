package io.trunkline.node.mcp;

import io.trunkline.node.mcp.kit.McpSettings;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one session from the moment a large one arrives until it has been read: the reading happens on
 * another thread, so that it does not hold up the sessions that share this one, and what arrives meanwhile waits behind
 * it. Confined to the conversation's thread.
 */
final class Arrivals {

    /** Messages of more bytes than this are read elsewhere; reading so many takes less than a millisecond. */
    static final int LARGE = 64 << 10;

    /** Bytes that may wait here, in units of those that may wait for being run. They wait for a much shorter time. */
    private static final long ROOM = 4;

    private final McpServer server;
    private final Conversation conversation;
    private final Deque<Arrival> queue = new ArrayDeque<>();
    private long queued;
    private @Nullable Arrival reading;

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Arrival(byte[] message, int number) {}

    Arrivals(McpServer server, Conversation conversation) {
        this.server = server;
        this.conversation = conversation;
    }

    /** Whether a message that arrives now has to wait its turn here. */
    boolean busy() {
        return reading != null;
    }

    int size() {
        return queue.size() + (reading == null ? 0 : 1);
    }

    /** Takes a message over; it comes back to {@link Conversation#handle} in its turn. False when there is no room. */
    boolean take(byte[] message, int number) {
        Arrival arrival = new Arrival(message, number);
        McpSettings.Limits limits = server.settings().limits();
        boolean full = queue.size() >= limits.waiting()
                || (!queue.isEmpty() && queued + message.length > ROOM * limits.waitingBytes());
        if (full || !server.held().take(message.length)) {
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
            server.held().give(arrival.message.length);
        }
        queue.clear();
        if (reading != null) {
            server.held().give(reading.message.length);
            reading = null;
        }
    }

    private void read(Arrival arrival) {
        reading = arrival;
        try {
            server.readers().execute(() -> {
                Reading result = server.readWhole(arrival.message);
                conversation.post(() -> onRead(arrival, result));
            });
        } catch (RejectedExecutionException e) {
            // More than enough is being read elsewhere: then it costs this thread's time, which slows the senders down.
            onRead(arrival, Reading.of(server.json().reader().read(arrival.message)));
        }
    }

    private void onRead(Arrival arrival, Reading result) {
        if (reading == null || reading.number != arrival.number) {
            return;
        }
        reading = null;
        server.held().give(arrival.message.length);
        conversation.handle(result, arrival.number);
        while (reading == null && !queue.isEmpty()) {
            Arrival next = queue.remove();
            queued -= next.message.length;
            if (next.message.length > LARGE) {
                read(next);
            } else {
                server.held().give(next.message.length);
                conversation.handle(Reading.of(server.json().reader().read(next.message)), next.number);
            }
        }
    }
}
