package io.trunkline.load.client;

import org.jspecify.annotations.Nullable;

/**
 * The connections that may send, in the order in which their turn comes. A connection stands in line at most once, so
 * the line is as long as there are connections.
 */
final class Rotation {
    private final @Nullable Connection[] line;
    private int head;
    private int size;

    Rotation(int connections) {
        line = new Connection[Math.max(1, connections)];
    }

    /** Puts a connection at the end of the line unless it already stands in it. */
    void add(Connection connection) {
        if (connection.queued) {
            return;
        }
        connection.queued = true;
        int tail = head + size++;
        line[tail >= line.length ? tail - line.length : tail] = connection;
    }

    /** The next connection that can send, out of the line; null if there is none. */
    @Nullable
    Connection take() {
        while (size > 0) {
            Connection connection = line[head];
            line[head] = null;
            head = head + 1 == line.length ? 0 : head + 1;
            size--;
            if (connection != null) {
                connection.queued = false;
                if (connection.canSend()) {
                    return connection;
                }
            }
        }
        return null;
    }
}
