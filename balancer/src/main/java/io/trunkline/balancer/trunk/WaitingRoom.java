package io.trunkline.balancer.trunk;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Who waits for a node on one event loop. Sessions that were open before go first, those that were used last before the
 * others; new clients follow in the order in which they came. Belongs to the event loop.
 */
final class WaitingRoom {
    /** The place of a session that was open before. */
    private record Turn(long activeNanos, long number) implements Comparable<Turn> {
        @Override
        public int compareTo(Turn other) {
            int latestFirst = Long.compare(other.activeNanos, activeNanos);
            return latestFirst != 0 ? latestFirst : Long.compare(number, other.number);
        }
    }

    private final Set<LoopTrunks.Waiter> fresh = new LinkedHashSet<>();
    private final Map<LoopTrunks.Waiter, Turn> turns = new HashMap<>();
    private final TreeMap<Turn, LoopTrunks.Waiter> known = new TreeMap<>();
    private long numbers;

    /** Takes a waiter in; one that is here gets the place that it has earned meanwhile. */
    void add(LoopTrunks.Waiter waiter) {
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

    void remove(LoopTrunks.Waiter waiter) {
        Turn turn = turns.remove(waiter);
        if (turn != null) {
            known.remove(turn);
        }
        fresh.remove(waiter);
    }

    int size() {
        return fresh.size() + known.size();
    }

    /** The sessions that were open before, in the order of their turns; a copy. */
    List<LoopTrunks.Waiter> known() {
        return new ArrayList<>(known.values());
    }

    /** The new clients, in the order of their turns; a copy. */
    List<LoopTrunks.Waiter> fresh() {
        return new ArrayList<>(fresh);
    }
}
