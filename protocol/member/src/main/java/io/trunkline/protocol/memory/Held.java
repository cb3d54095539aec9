package io.trunkline.protocol.memory;

/**
 * What one client holds of the budget of its process: everything it counts is given back by {@link #clear} at the
 * latest. Belongs to the client's event loop.
 */
public final class Held {
    private final MemoryBudget budget;
    private long bytes;

    /** An account of nothing. */
    public Held(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Counts bytes that are there in any case. */
    public void take(long more) {
        bytes += more;
        budget.take(more);
    }

    /** Counts bytes that need not come; false, and nothing changed, when the process has no room for them. */
    public boolean tryTake(long more) {
        if (!budget.tryTake(more)) {
            return false;
        }
        bytes += more;
        return true;
    }

    /** Undoes {@link #take} or {@link #tryTake}. */
    public void giveBack(long less) {
        bytes -= less;
        budget.giveBack(less);
    }

    /** The client is gone, and everything that it held. */
    public void clear() {
        giveBack(bytes);
    }

    /** What the client holds, in bytes. */
    public long bytes() {
        return bytes;
    }

    /** The budget that this is a part of. */
    public MemoryBudget budget() {
        return budget;
    }
}
