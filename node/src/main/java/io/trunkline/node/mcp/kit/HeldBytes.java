package io.trunkline.node.mcp.kit;

import io.trunkline.protocol.memory.MemoryBudget;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that all clients together may keep on this node for one purpose: their messages while they wait or run, or
 * what their tasks have come to. They are a part of the budget of the process. Thread-safe.
 *
 * <p>The limits of a session bound what one client can hold; this bounds what many clients can.
 */
public final class HeldBytes {

    /** Arguments smaller than this are not counted before their call turns out to take time. */
    public static final int SMALL = 8192;

    private final long max;
    private final MemoryBudget budget;
    private final AtomicLong held = new AtomicLong();

    /**
     * @param max of these bytes
     * @param budget of everything
     */
    public HeldBytes(long max, MemoryBudget budget) {
        this.max = max;
        this.budget = budget;
    }

    /** Takes the bytes, or nothing and returns false. */
    public boolean take(long bytes) {
        if (held.addAndGet(bytes) <= max && budget.tryTake(bytes)) {
            return true;
        }
        held.addAndGet(-bytes);
        return false;
    }

    /** Takes bytes that are there in any case. */
    public void add(long bytes) {
        held.addAndGet(bytes);
        budget.take(bytes);
    }

    public void give(long bytes) {
        held.addAndGet(-bytes);
        budget.giveBack(bytes);
    }

    public long held() {
        return held.get();
    }
}
