package io.trunkline.balancer.session;

import io.trunkline.balancer.http.Exchange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests by which a client listens, each a stream with a number of its own: 0, -1, -2 and so on. What belongs to
 * no other request goes on the newest one; when that ends, on the next older one (MCP 2025-11-25, basic, transports,
 * multiple connections). Not thread-safe.
 */
final class Listeners {
    /** A client has one, and some that hang behind a proxy which has not told of their end yet. */
    private static final int MOST = 8;

    private record Listener(int number, Exchange exchange) {}

    /** The newest one is last. */
    private final List<Listener> connected = new ArrayList<>(1);

    private int current;
    private int lowest;

    /** The stream that carries, or will, what comes next. */
    int current() {
        return current;
    }

    /** The connection that carries what comes next, or null. */
    @Nullable
    Exchange newest() {
        return connected.isEmpty() ? null : connected.get(connected.size() - 1).exchange;
    }

    /** The number for a client that begins to listen: while nobody does, it goes on with the stream that there was. */
    int next() {
        return connected.isEmpty() ? current : lowest - 1;
    }

    /** Whether there are too many for this stream to be carried, too. */
    boolean full(int number) {
        return connected.size() >= MOST && find(number) == null;
    }

    /**
     * From now on this connection carries the stream, and what comes next. Ends the one that has carried the stream.
     */
    void connect(int number, Exchange exchange) {
        Listener before = find(number);
        if (before != null) {
            connected.remove(before);
            before.exchange.end();
        }
        connected.add(new Listener(number, exchange));
        current = number;
        lowest = Math.min(lowest, number);
    }

    /** The connection is gone, or has ended; the number of the stream that it has carried, or null. */
    @Nullable
    Integer gone(Exchange exchange) {
        for (Listener listener : connected) {
            if (listener.exchange == exchange) {
                connected.remove(listener);
                current = connected.isEmpty() ? current : connected.get(connected.size() - 1).number;
                return listener.number;
            }
        }
        return null;
    }

    boolean isEmpty() {
        return connected.isEmpty();
    }

    /** Ends all of them. */
    void end() {
        connected.forEach(listener -> listener.exchange.end());
        connected.clear();
    }

    private @Nullable Listener find(int number) {
        for (Listener listener : connected) {
            if (listener.number == number) {
                return listener;
            }
        }
        return null;
    }
}
