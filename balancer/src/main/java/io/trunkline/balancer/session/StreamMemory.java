package io.trunkline.balancer.session;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which event streams a session has had, and up to which event each has lost some: what it takes to tell a client that
 * comes back the truth. All streams that are open are known, and the newest of those that have ended. Not thread-safe.
 */
public final class StreamMemory {
    /** Streams that have ended and are known. */
    private static final int MOST_ENDED = 64;

    /** Sequence numbers begin with 1. */
    private static final long NOTHING = 0;

    /** The first listening stream, which there always is: what comes before anybody listens belongs to it. */
    private static final int FIRST = 0;

    private @Nullable Map<Integer, Long> open;
    private @Nullable Map<Integer, Long> ended;
    private long lostByFirst = NOTHING;
    /** The numbers of streams that have been forgotten lie between these. */
    private int lowestForgotten;

    private int highestForgotten;

    /** The stream has begun, or goes on. */
    public void begun(int stream) {
        if (stream == FIRST) {
            return;
        }
        Long lost = ended == null ? null : ended.remove(stream);
        if (open == null) {
            open = new HashMap<>(4);
        }
        open.putIfAbsent(stream, lost == null ? NOTHING : lost);
    }

    /** The stream has ended; its client may come back for what it has missed. */
    public void ended(int stream) {
        Long lost = open == null ? null : open.remove(stream);
        if (lost == null) {
            return;
        }
        Map<Integer, Long> all = ended;
        if (all == null) {
            all = ended = new LinkedHashMap<>(4);
        }
        all.put(stream, lost);
        if (all.size() > MOST_ENDED) {
            int oldest = all.keySet().iterator().next();
            all.remove(oldest);
            lowestForgotten = Math.min(lowestForgotten, oldest);
            highestForgotten = Math.max(highestForgotten, oldest);
        }
    }

    /** An event of this stream is kept no more. */
    public void lost(int stream, long sequence) {
        if (stream == FIRST) {
            lostByFirst = sequence;
            return;
        }
        if (open != null) {
            open.replace(stream, sequence);
        }
        if (ended != null) {
            ended.replace(stream, sequence);
        }
    }

    /** Whether the stream is known. */
    public boolean knows(int stream) {
        return stream == FIRST
                || (open != null && open.containsKey(stream))
                || (ended != null && ended.containsKey(stream));
    }

    /** Whether a stream that is not known may have been one. */
    public boolean mayHaveForgotten(int stream) {
        return stream < 0 ? stream >= lowestForgotten : stream <= highestForgotten;
    }

    /** Whether a stream that is known has lost an event that came after that place. */
    public boolean hasLost(int stream, long after) {
        if (stream == FIRST) {
            return lostByFirst > after;
        }
        Long lost = open == null ? null : open.get(stream);
        if (lost == null && ended != null) {
            lost = ended.get(stream);
        }
        return lost != null && lost > after;
    }
}
