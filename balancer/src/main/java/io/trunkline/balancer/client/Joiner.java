package io.trunkline.balancer.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Puts the pieces of a node's message together, and counts what is not whole yet. Belongs to an event
 * loop.
 */
public final class Joiner {
    private static final ByteBufAllocator HEAP = new UnpooledByteBufAllocator(false);

    private final Account account;
    private final ByteBufAllocator memory;
    private final Held held;
    private @Nullable ByteBuf begun;
    private boolean tooMuch;

    /** Joins messages that nobody has to release. */
    public Joiner(Account account) {
        this(account, HEAP);
    }

    /** Joins messages in this memory. */
    public Joiner(Account account, ByteBufAllocator memory) {
        this.account = account;
        this.memory = memory;
        this.held = new Held(account);
    }

    /** Adds a piece, which is copied. A message for which there is no room loses all that comes of it. */
    public void add(ByteBuf piece) {
        int length = piece.readableBytes();
        ByteBuf all = begun;
        if (all == null) {
            all = begun = memory.buffer(length);
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
        if (all != null) {
            begun = null;
        }
        clear();
        return all;
    }

    /** Forgets what has begun. */
    public void clear() {
        if (begun != null) {
            begun.release();
            begun = null;
        }
        tooMuch = false;
        held.set(0);
    }
}
