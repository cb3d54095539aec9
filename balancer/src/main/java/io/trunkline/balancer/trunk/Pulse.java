package io.trunkline.balancer.trunk;

import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.trunk.TrunkEnd;

/**
 * Whether the other end of a trunk is heard: asks for an answer at each look, measures how long it takes, and tells
 * when nothing has come for too long. Belongs to the trunk's event loop.
 */
final class Pulse {
    /** What a look has shown. */
    enum Heard {
        /** As before. */
        SAME,
        /** It has become {@link Pulse#suspect}, or is so no more. */
        CHANGED,
        /** Nothing has come for so long that the trunk is to be given up. */
        SILENT
    }

    private final TrunkEnd end;
    private final long suspectNanos;
    private final long silenceNanos;
    private long lastLook = System.nanoTime();
    private long roundTripNanos;
    private boolean suspect;

    Pulse(TrunkEnd end, EdgeTrunkSettings settings) {
        this.end = end;
        this.suspectNanos = settings.suspect().toNanos();
        this.silenceNanos = settings.silence().toNanos();
    }

    /** Looks, and asks for the next answer. */
    Heard look(long now) {
        boolean stoodStill = now - lastLook > suspectNanos;
        lastLook = now;
        if (stoodStill) {
            // This process was late itself; what the other side said meanwhile may still wait in the socket.
            end.heardAt(now);
        }
        long silent = now - end.heardNanos();
        if (silent > silenceNanos) {
            return Heard.SILENT;
        }
        boolean before = suspect;
        suspect = silent > suspectNanos;
        end.writer().write(new Frame.Ping(System.nanoTime()));
        return suspect == before ? Heard.SAME : Heard.CHANGED;
    }

    /** Begins anew to count how long nothing has come. */
    void begin(long now) {
        lastLook = now;
    }

    /** The answer to a ping of this time has come. */
    void answered(long askedNanos) {
        roundTripNanos = System.nanoTime() - askedNanos;
    }

    /** The last measured round trip in nanoseconds, 0 before the first. */
    long roundTripNanos() {
        return roundTripNanos;
    }

    /** Whether nothing has come for a while. */
    boolean suspect() {
        return suspect;
    }
}
