package io.trunkline.balancer.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Puts the pieces of a node's message together, and counts what is not whole yet. Belongs to an event
 * loop.
 */
public final class Joiner {
    private final Account account;
    private final Held held;
    private @Nullable ByteBuf begun;
    private boolean tooMuch;

    public Joiner(Account account) {
        this.account = account;
        this.held = new Held(account);
    }

    /** Adds a piece, which is copied. A message for which there is no room loses all that comes of it. */
    public void add(ByteBuf piece) {
        int length = piece.readableBytes();
        ByteBuf all = begun;
        if (all == null) {
            all = begun = Unpooled.buffer(length);
        }
        tooMuch = tooMuch || !account.room(length);
        if (!tooMuch) {
            all.writeBytes(piece, piece.readerIndex(), length);
            held.set(all.capacity());
        }
    }

    /** The message, now that its last piece was added; null when there was no room for it. */
    @Nullable
    public ByteBuf whole() {
        ByteBuf all = tooMuch ? null : begun;
        clear();
        return all;
    }

    /** Forgets what has begun. */
    public void clear() {
        begun = null;
        tooMuch = false;
        held.set(0);
    }
}
