package io.trunkline.protocol.trunk;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.refusal.Reason;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One stream's way in: joins pieces into messages, within the bound of one message and of all that are not whole.
 * Belongs to the trunk's event loop.
 */
public final class MessageJoiner {
    /** The bound of all messages that are not whole. */
    @FunctionalInterface
    public interface Budget {
        /** Takes so many bytes, or gives them back when negative; false, and nothing taken, when there are too many. */
        boolean hold(int bytes);
    }

    private final int limit;
    private final Budget budget;
    private byte @Nullable [] partial;
    private int size;

    /**
     * The way into one stream.
     *
     * @param limit bytes of one message
     */
    public MessageJoiner(int limit, Budget budget) {
        this.limit = limit;
        this.budget = budget;
    }

    /** Whether nothing has come of the next message. */
    public boolean isEmpty() {
        return partial == null;
    }

    /** Bytes that have come of the next message. */
    public int size() {
        return size;
    }

    /** Adds a piece; returns why it cannot be added, or null when it was. */
    public @Nullable Reason add(ByteBuf piece) {
        int length = piece.readableBytes();
        int joined = size + length;
        if (joined > limit) {
            return Reason.MESSAGE_TOO_LARGE;
        }
        if (!budget.hold(length)) {
            return Reason.OVERLOADED;
        }
        byte[] target = partial;
        if (target == null || target.length < joined) {
            byte[] larger = new byte[Math.max(joined, target == null ? 2 * length : 2 * target.length)];
            if (target != null) {
                System.arraycopy(target, 0, larger, 0, size);
            }
            partial = target = larger;
        }
        piece.readBytes(target, size, length);
        size = joined;
        return null;
    }

    /** The whole message; the next one begins. */
    public byte[] take() {
        byte[] message = Arrays.copyOf(Objects.requireNonNull(partial), size);
        clear();
        return message;
    }

    /** Forgets what has come. */
    public void clear() {
        budget.hold(-size);
        partial = null;
        size = 0;
    }
}
