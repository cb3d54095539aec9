package io.trunkline.protocol.memory;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that one process holds for all of its clients, on the heap and outside it, and how many they may be. It
 * counts and tells; what is done about it belongs to those who read, widen windows and close. Thread-safe.
 */
public final class MemoryBudget {
    /** How full the budget is. Each level includes what the lower ones ask for. */
    public enum Level {
        /** Below 70 %: nothing has to be done. */
        ROOMY,
        /** From 70 %: no window is widened. */
        TIGHT,
        /** From 85 %: the clients that hold most are read no more. */
        SCARCE,
        /** From 95 %: the clients that hold most are told {@code overloaded} and closed. */
        EXHAUSTED
    }

    private final long limit;
    private final long tight;
    private final long scarce;
    private final long exhausted;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong peak = new AtomicLong();

    /**
     * A budget of which nothing is used.
     *
     * @param limit in bytes, more than 0
     */
    public MemoryBudget(long limit) {
        if (limit <= 0) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: > 0)");
        }
        this.limit = limit;
        this.tight = limit / 100 * 70;
        this.scarce = limit / 100 * 85;
        this.exhausted = limit / 100 * 95;
    }

    /** Counts bytes that are there in any case; whoever calls asks for the {@link #level} before the next ones. */
    public void take(long bytes) {
        noteUse(used.addAndGet(bytes));
    }

    /** Counts bytes that need not come; false, and nothing changed, when they would go beyond the limit. */
    public boolean tryTake(long bytes) {
        long now = used.addAndGet(bytes);
        if (now > limit) {
            used.addAndGet(-bytes);
            return false;
        }
        noteUse(now);
        return true;
    }

    /** Undoes {@link #take} or {@link #tryTake}. */
    public void giveBack(long bytes) {
        used.addAndGet(-bytes);
    }

    private void noteUse(long now) {
        // Below the first level nobody asks for the peak, so that the usual message costs one addition.
        if (now > tight && now > peak.get()) {
            peak.accumulateAndGet(now, Math::max);
        }
    }

    /** How full it is now. */
    public Level level() {
        long now = used.get();
        if (now < tight) {
            return Level.ROOMY;
        }
        return now < scarce ? Level.TIGHT : now < exhausted ? Level.SCARCE : Level.EXHAUSTED;
    }

    /**
     * How full it is now, for a caller that acted on a level before: a level is left 5 % below the point where it
     * begins, so that reading does not stop and start with every message.
     */
    public Level level(Level before) {
        Level now = level();
        if (now.compareTo(before) >= 0) {
            return now;
        }
        long begins = before == Level.TIGHT ? tight : before == Level.SCARCE ? scarce : exhausted;
        return used.get() > begins - limit / 100 * 5 ? before : now;
    }

    /** Bytes held now. */
    public long used() {
        return used.get();
    }

    /** The most bytes that were held, as far as they were more than 70 % of the limit; else what is held now. */
    public long peak() {
        return Math.max(peak.get(), used.get());
    }

    /** The most bytes that are held. */
    public long limit() {
        return limit;
    }
}
