package io.trunkline.node.cluster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where a slot should go, and which slots should move: even in number and interleaved, so that any run of consecutive
 * slots, and with it any range of client addresses, is spread over all nodes. Pure; knows neither actors nor cluster.
 */
final class SlotSpread {
    private final int slots;

    /**
     * The spread of a cluster with so many slots, which form a ring.
     *
     * @param slots > 0
     */
    SlotSpread(int slots) {
        this.slots = slots;
    }

    /**
     * The host for one slot: the one whose turn it is when slots are dealt out in order, so that hosts that are there
     * from the start interleave in any order in which their slots are asked for. When that one has its share already,
     * the host with the fewest slots; of several the one whose own slots are farthest away, the first of them in
     * iteration order.
     *
     * @param hosted what each candidate hosts, in a stable order; must not be empty
     */
    <H> H place(int slot, Map<H, ? extends Collection<Integer>> hosted) {
        Map.Entry<H, ? extends Collection<Integer>> next = hosted.entrySet().stream()
                .skip(slot % Math.max(1, hosted.size()))
                .findFirst()
                .orElseThrow();
        if (next.getValue().size() < slots / hosted.size()) {
            return next.getKey();
        }
        return hosted.entrySet().stream()
                .min(Comparator.<Map.Entry<H, ? extends Collection<Integer>>>comparingInt(
                                host -> host.getValue().size())
                        .thenComparingInt(host -> -distance(slot, host.getValue())))
                .orElseThrow()
                .getKey();
    }

    /**
     * The slots to take away: first all that are on hosts that leave, then those that hosts have beyond their share,
     * the most crowded first. Shares differ by one at most; nothing moves once they do.
     *
     * @param hosted what each host has that stays; when there is none, nothing moves
     * @param leaving what each host has that leaves
     * @param moving slots that are on the move already: still listed with the host that gives them away
     * @param limit slots to move at most
     */
    <H> Set<Integer> moves(
            Map<H, ? extends Collection<Integer>> hosted,
            Collection<? extends Collection<Integer>> leaving,
            Set<Integer> moving,
            int limit) {
        Set<Integer> moves = new HashSet<>();
        if (hosted.isEmpty()) {
            return moves;
        }
        int total = 0;
        for (Collection<Integer> own : leaving) {
            total += own.size();
            own.stream()
                    .filter(slot -> !moving.contains(slot))
                    .limit(Math.max(0, limit - moves.size()))
                    .forEach(moves::add);
        }
        List<TreeSet<Integer>> fullestFirst = new ArrayList<>();
        for (Collection<Integer> own : hosted.values()) {
            total += own.size();
            TreeSet<Integer> left = new TreeSet<>(own);
            left.removeAll(moving);
            fullestFirst.add(left);
        }
        fullestFirst.sort(
                Comparator.comparingInt((TreeSet<Integer> own) -> own.size()).reversed());
        int share = total / hosted.size();
        int withOneMore = total % hosted.size();
        for (TreeSet<Integer> left : fullestFirst) {
            int target = share + (withOneMore-- > 0 ? 1 : 0);
            while (left.size() > target && moves.size() < limit) {
                moves.add(takeMostCrowded(left));
            }
        }
        return moves;
    }

    private int takeMostCrowded(NavigableSet<Integer> own) {
        int crowded = own.stream()
                .min(Comparator.comparingInt(slot -> gap(slot, own)))
                .orElseThrow();
        own.remove(crowded);
        return crowded;
    }

    /** The distance from the slot's neighbour below to the one above, around the ring. */
    private int gap(Integer slot, NavigableSet<Integer> own) {
        Integer below = own.lower(slot);
        Integer above = own.higher(slot);
        int low = below != null ? below : own.last() - slots;
        int high = above != null ? above : own.first() + slots;
        return high - low;
    }

    private int distance(int slot, Collection<Integer> own) {
        int nearest = slots;
        for (int other : own) {
            int apart = Math.abs(slot - other);
            nearest = Math.min(nearest, Math.min(apart, slots - apart));
        }
        return nearest;
    }
}
