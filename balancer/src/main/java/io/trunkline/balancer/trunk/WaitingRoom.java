package io.trunkline.balancer.trunk;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/**
 * Who waits for a node on one event loop, and how many streams are being opened for those that waited. Sessions that
 * were open before go first, those that were used last before the others; new clients follow in the order in which they
 * came. Belongs to the event loop.
 */
final class WaitingRoom {
    /** Sessions that are being opened at one time, so that those of a lost node do not topple the others. */
    static final int MAX_OPENING = 512;

    /** The place of a session that was open before. */
    private record Turn(long activeNanos, long number) implements Comparable<Turn> {
        @Override
        public int compareTo(Turn other) {
            int latestFirst = Long.compare(other.activeNanos, activeNanos);
            return latestFirst != 0 ? latestFirst : Long.compare(number, other.number);
        }
    }

    private final Set<Waiter> fresh = new LinkedHashSet<>();
    private final Map<Waiter, Turn> turns = new HashMap<>();
    private final TreeMap<Turn, Waiter> known = new TreeMap<>();
    private final Executor loop;
    private final BooleanSupplier takesKnown;
    private long numbers;
    private boolean woken;
    private boolean held;
    private int opening;

    /**
     * A room in which nobody waits.
     *
     * @param takesKnown whether there is a node now that takes sessions that were open before
     */
    WaitingRoom(Executor loop, BooleanSupplier takesKnown) {
        this.loop = loop;
        this.takesKnown = takesKnown;
    }

    /** Takes a waiter in; one that is here gets the place that it has earned meanwhile. */
    void add(Waiter waiter) {
        if (!waiter.known()) {
            fresh.add(waiter);
            return;
        }
        Turn turn = new Turn(waiter.activeNanos(), numbers++);
        Turn before = turns.put(waiter, turn);
        if (before != null) {
            known.remove(before);
        }
        known.put(turn, waiter);
    }

    void remove(Waiter waiter) {
        Turn turn = turns.remove(waiter);
        if (turn != null) {
            known.remove(turn);
        }
        fresh.remove(waiter);
    }

    int size() {
        return fresh.size() + known.size();
    }

    /** Whether one more stream may be opened now; when not, whoever asked goes on when some of them are open. */
    boolean mayOpen() {
        held |= opening >= MAX_OPENING;
        return opening < MAX_OPENING;
    }

    /** So many more streams are being opened; fewer when negative. */
    void opening(int streams) {
        opening += streams;
        if (held && opening <= MAX_OPENING / 2) {
            wake();
        }
    }

    /** Something has changed: everybody tries again, soon. */
    void wake() {
        if (!woken) {
            woken = true;
            loop.execute(this::retry);
        }
    }

    /** Lets everybody try again. */
    void retry() {
        woken = false;
        held = false;
        // Thousands may wait for long: without room for any of them nobody is asked.
        if (takesKnown.getAsBoolean()) {
            for (Waiter waiter : List.copyOf(known.values())) {
                if (held || !takesKnown.getAsBoolean()) {
                    break;
                }
                remove(waiter);
                waiter.retry();
            }
        }
        for (Waiter waiter : List.copyOf(fresh)) {
            if (held) {
                // The rest goes on when some of what is being opened is open: nodes should not be toppled.
                return;
            }
            remove(waiter);
            waiter.retry();
        }
    }
}
