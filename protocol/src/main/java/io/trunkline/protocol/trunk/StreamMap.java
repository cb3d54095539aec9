package io.trunkline.protocol.trunk;

import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one trunk by their numbers. Belongs to the trunk's event loop.
 *
 * <p>Numbers count up, and a table of primitive keys that probes one place after the other would keep them in one long
 * run, through which every removal has to go. So the keys are the numbers times an odd constant, which is one to one.
 */
public final class StreamMap<S> {
    private static final int SCATTER = 0x9E3779B1;

    private final IntObjectMap<S> streams = new IntObjectHashMap<>();

    /** The stream of this number, or null. */
    public @Nullable S get(int number) {
        return streams.get(key(number));
    }

    /** Whether there is a stream of this number. */
    public boolean contains(int number) {
        return streams.containsKey(key(number));
    }

    /** Adds a stream. */
    public void put(int number, S stream) {
        streams.put(key(number), stream);
    }

    /** Takes the stream of this number out; null when there is none. */
    public @Nullable S remove(int number) {
        return streams.remove(key(number));
    }

    /** All streams, in no particular order; a view. */
    public Collection<S> all() {
        return streams.values();
    }

    /** Takes all streams out. */
    public void clear() {
        streams.clear();
    }

    /** How many streams there are. */
    public int size() {
        return streams.size();
    }

    private static int key(int number) {
        int scattered = number * SCATTER;
        return scattered ^ (scattered >>> 15);
    }
}
