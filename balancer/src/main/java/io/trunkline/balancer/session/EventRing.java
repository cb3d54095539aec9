package io.trunkline.balancer.session;

import io.trunkline.balancer.client.Account;
import io.trunkline.balancer.http.EventText;
import io.trunkline.balancer.http.HttpSettings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The newest events of a session, for a client that comes back and names the last one that it has (MCP 2025-11-25,
 * basic, transports, resumability). An event belongs to one stream; its id names the stream, and its place in the
 * session. Bounded in events and bytes, of the session and of the process; the oldest events give way. Not thread-safe.
 */
final class EventRing {
    private static final class Event {
        int stream;
        final long sequence;
        byte[] text;

        Event(int stream, long sequence, byte[] text) {
            this.stream = stream;
            this.sequence = sequence;
            this.text = text;
        }
    }

    private final ReplayMemory shared;
    private final StreamMemory memory;
    private final Account account;
    private final Deque<Event> events = new ArrayDeque<>(0);
    /**
     * Places are not counted from 0 on, so that an id of another session's event is hardly ever one of this session's.
     */
    private long first = ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);

    private long newest = first;
    private int bytes;

    /**
     * An empty ring.
     *
     * @param account counts what is kept
     * @param memory is told which events give way
     */
    EventRing(ReplayMemory shared, Account account, StreamMemory memory) {
        this.shared = shared;
        this.account = account;
        this.memory = memory;
    }

    /** The place of the next event in the session. */
    long next() {
        return ++newest;
    }

    /** Places are counted on from this one; nothing was kept before. */
    void startAfter(long place) {
        first = place;
        newest = place;
    }

    /** The newest place that was given out. */
    long newest() {
        return newest;
    }

    /** The place before that of the first event. */
    long first() {
        return first;
    }

    /** Keeps an event, if there is room once older ones have given way. */
    void keep(int stream, long sequence, byte[] text) {
        HttpSettings.Replay bounds = shared.bounds();
        while (!events.isEmpty() && (events.size() >= bounds.events() || bytes + text.length > bounds.bytes())) {
            dropOldest();
        }
        boolean fits = bounds.events() > 0 && text.length <= bounds.bytes();
        while (fits && (account.isTight() || !shared.hold(text.length))) {
            if (events.isEmpty()) {
                fits = false;
            } else {
                dropOldest();
            }
        }
        if (!fits) {
            memory.lost(stream, sequence);
            return;
        }
        events.add(new Event(stream, sequence, text));
        bytes += text.length;
        account.take(text.length);
    }

    private void dropOldest() {
        Event oldest = events.remove();
        bytes -= oldest.text.length;
        shared.release(oldest.text.length);
        account.giveBack(oldest.text.length);
        memory.lost(oldest.stream, oldest.sequence);
    }

    /** What came on this stream after that place and is kept. */
    List<byte[]> after(int stream, long sequence) {
        List<byte[]> found = new ArrayList<>();
        for (Event event : events) {
            if (event.stream == stream && event.sequence > sequence) {
                found.add(event.text);
            }
        }
        return found;
    }

    /** What came on one stream after that place and was never sent belongs to another one from now on. */
    void move(int from, long after, int to) {
        for (Event event : events) {
            if (event.stream == from && event.sequence > after) {
                byte[] text = EventText.withId(event.text, new EventText.Id(to, event.sequence));
                shared.release(event.text.length - text.length);
                account.giveBack(event.text.length - text.length);
                bytes += text.length - event.text.length;
                event.stream = to;
                event.text = text;
            }
        }
    }

    /** Lets go of all events, as if newer ones had taken their place; false when there were none. */
    boolean dropAll() {
        boolean some = !events.isEmpty();
        while (!events.isEmpty()) {
            dropOldest();
        }
        return some;
    }

    /** Forgets everything. */
    void clear() {
        shared.release(bytes);
        account.giveBack(bytes);
        events.clear();
        bytes = 0;
    }
}
