package io.trunkline.balancer.http;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The newest events of a session, for a client that comes back and names the last one that it has (MCP 2025-11-25, basic,
 * transports, resumability). An event belongs to one stream; its id names the stream, and its place in the session. Bounded
 * in events and bytes, of the session and of the process; the oldest events give way. Not thread-safe.
 */
final class EventRing {
    /** How many streams are remembered to have lost events. */
    private static final int MOST_LOSSES = 64;

    private static final class Event {
        final int stream;
        final long sequence;
        final byte[] text;

        Event(int stream, long sequence, byte[] text) {
            this.stream = stream;
            this.sequence = sequence;
            this.text = text;
        }
    }

    private final HttpSessions shared;
    private final Deque<Event> events = new ArrayDeque<>(0);
    private @Nullable Map<Integer, Long> losses;
    private long newest;
    private int bytes;

    EventRing(HttpSessions shared) {
        this.shared = shared;
    }

    /** The place of the next event in the session. */
    long next() {
        return ++newest;
    }

    /** Places are counted on from this one; nothing was kept before. */
    void startAfter(long place) {
        newest = place;
    }

    /** The newest place that was given out. */
    long newest() {
        return newest;
    }

    /** Keeps an event, if there is room once older ones have given way. */
    void keep(int stream, long sequence, byte[] text) {
        HttpSettings.Replay bounds = shared.settings().replay();
        while (!events.isEmpty() && (events.size() >= bounds.events() || bytes + text.length > bounds.bytes())) {
            dropOldest();
        }
        boolean fits = bounds.events() > 0 && text.length <= bounds.bytes();
        while (fits && !shared.hold(text.length)) {
            if (events.isEmpty()) {
                fits = false;
            } else {
                dropOldest();
            }
        }
        if (!fits) {
            lost(stream, sequence);
            return;
        }
        events.add(new Event(stream, sequence, text));
        bytes += text.length;
    }

    private void dropOldest() {
        Event oldest = events.remove();
        bytes -= oldest.text.length;
        shared.release(oldest.text.length);
        lost(oldest.stream, oldest.sequence);
    }

    private void lost(int stream, long sequence) {
        Map<Integer, Long> marks = losses;
        if (marks == null) {
            marks = losses = new LinkedHashMap<>(2);
        }
        marks.remove(stream);
        marks.put(stream, sequence);
        if (marks.size() > MOST_LOSSES) {
            marks.remove(marks.keySet().iterator().next());
        }
    }

    /** What came on this stream after that place; null when some of it has given way. */
    @Nullable
    List<byte[]> after(int stream, long sequence) {
        Long lost = losses == null ? null : losses.get(stream);
        if (lost != null && lost > sequence) {
            return null;
        }
        List<byte[]> found = new ArrayList<>();
        for (Event event : events) {
            if (event.stream == stream && event.sequence > sequence) {
                found.add(event.text);
            }
        }
        return found;
    }

    /** Forgets everything. */
    void clear() {
        shared.release(bytes);
        events.clear();
        bytes = 0;
    }
}
