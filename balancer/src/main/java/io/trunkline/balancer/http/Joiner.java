package io.trunkline.balancer.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.trunkline.balancer.admit.Admission;
import org.jspecify.annotations.Nullable;

/**
 * Puts the pieces of a node's message together, and counts what is not whole yet against the process. Belongs to an event
 * loop.
 */
final class Joiner {
    private final Admission admission;
    private @Nullable ByteBuf begun;
    private int held;
    private boolean tooMuch;

    Joiner(Admission admission) {
        this.admission = admission;
    }

    /** Adds a piece, which is copied. A message for which there is no room loses all that comes of it. */
    void add(ByteBuf piece) {
        int length = piece.readableBytes();
        ByteBuf all = begun;
        if (all == null) {
            all = begun = Unpooled.buffer(length);
        }
        tooMuch = tooMuch || !hold(all.readableBytes() + length);
        if (!tooMuch) {
            all.writeBytes(piece, piece.readerIndex(), length);
        }
    }

    /** The message, now that its last piece was added; null when there was no room for it. */
    @Nullable
    ByteBuf whole() {
        ByteBuf all = tooMuch ? null : begun;
        clear();
        return all;
    }

    /** Forgets what has begun. */
    void clear() {
        begun = null;
        tooMuch = false;
        hold(0);
    }

    private boolean hold(int bytes) {
        int more = Math.max(0, bytes - HttpLoop.UNCOUNTED) - held;
        if (more > 0 && !admission.hold(more)) {
            return false;
        }
        if (more < 0) {
            admission.release(-more);
        }
        held += more;
        return true;
    }
}
