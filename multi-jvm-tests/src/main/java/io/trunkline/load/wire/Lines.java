package io.trunkline.load.wire;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Cuts the bytes of one connection into lines. What has arrived is copied to an array that all connections of an event
 * loop share; only the beginning of an unfinished line is kept per connection. Not thread safe.
 */
public final class Lines {
    /** Receives each line without its newline; the bytes are valid during the call only. */
    public interface Sink {
        void line(byte[] bytes, int from, int to);
    }

    private static final byte[] NOTHING = {};

    private final int longest;
    private byte[] unfinished = NOTHING;
    private int kept;

    public Lines(int longest) {
        this.longest = longest;
    }

    /**
     * Takes all readable bytes.
     *
     * @param shared room that is free until this returns
     * @return false if a line is longer than allowed; nothing more can be read then
     */
    public boolean read(ByteBuf bytes, byte[] shared, Sink sink) {
        while (bytes.isReadable()) {
            int length = Math.min(bytes.readableBytes(), shared.length);
            bytes.readBytes(shared, 0, length);
            if (!cut(shared, length, sink)) {
                return false;
            }
        }
        return true;
    }

    private boolean cut(byte[] bytes, int length, Sink sink) {
        int from = 0;
        for (int i = 0; i < length; i++) {
            if (bytes[i] == '\n') {
                if (kept > 0) {
                    keep(bytes, from, i);
                    int whole = kept;
                    kept = 0;
                    sink.line(unfinished, 0, whole);
                    unfinished = NOTHING;
                } else {
                    sink.line(bytes, from, i);
                }
                from = i + 1;
            }
        }
        if (from < length) {
            keep(bytes, from, length);
        }
        return kept <= longest;
    }

    private void keep(byte[] bytes, int from, int to) {
        int needed = kept + to - from;
        if (needed > unfinished.length) {
            unfinished = Arrays.copyOf(unfinished, Math.max(needed, Math.min(unfinished.length * 2, longest)));
        }
        System.arraycopy(bytes, from, unfinished, kept, to - from);
        kept = needed;
    }
}
