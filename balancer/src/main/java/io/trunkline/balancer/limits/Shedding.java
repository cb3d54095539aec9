package io.trunkline.balancer.limits;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds sessions that make room for those of other sources: of the address that has most sessions without a principal,
 * or of the one that has most sessions when no such one is idle, those that have been idle for longest. Sessions that
 * were another balancer's and whose clients have not come yet count as one address. Only asked when there is no room;
 * looks at all sessions of one source for every {@link #FOUND} that it ends.
 */
final class Shedding {
    /** Sessions that are found at a time, and are ended as room is needed. */
    private static final int FOUND = 64;

    /** How long they count as found; after that it is looked anew. */
    private static final long FOUND_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** After a search that found nothing it is not searched again for so long. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final SourceLimits limits;
    private final long idleNanos;
    private final LongSupplier clock;
    private final Deque<Place> found = new ArrayDeque<>();
    private long foundNanos;
    private boolean searched;

    Shedding(SourceLimits limits, long idleNanos, LongSupplier clock) {
        this.limits = limits;
        this.idleNanos = idleNanos;
        this.clock = clock;
    }

    synchronized boolean shed(Source newcomer) {
        long now = clock.getAsLong();
        if (searched && now - foundNanos >= (found.isEmpty() ? PAUSE_NANOS : FOUND_NANOS)) {
            searched = false;
            found.clear();
        }
        Place next = next(newcomer, now);
        if (next == null && !searched) {
            search(newcomer, now);
            next = next(newcomer, now);
        }
        if (next == null) {
            return false;
        }
        Occupant occupant = next.occupant();
        if (occupant != null) {
            limits.limited(Limit.SHED, next.address());
            occupant.end(idleNanos);
        }
        searched = searched && !found.isEmpty();
        return true;
    }

    /** The next one that is still idle, and is not the newcomer's own. */
    private @Nullable Place next(Source newcomer, long now) {
        for (Place place = found.peek(); place != null; place = found.peek()) {
            if (place.address() == newcomer) {
                return null;
            }
            found.remove();
            if (!place.isLeft() && idleFor(place, now) > idleNanos) {
                return place;
            }
        }
        return null;
    }

    /** Nanoseconds; none when something waits for an answer. */
    static long idleFor(Place place, long now) {
        Occupant occupant = place.occupant();
        return occupant == null || occupant.busy() ? 0 : now - occupant.activeNanos();
    }

    private void search(Source newcomer, long now) {
        searched = true;
        foundNanos = now;
        Source heaviest = heaviest(newcomer, true);
        if (heaviest != null) {
            collect(heaviest, true, now);
        }
        heaviest = found.isEmpty() ? heaviest(newcomer, false) : null;
        if (heaviest != null) {
            collect(heaviest, false, now);
        }
    }

    /** The address that has most sessions, and more than the newcomer; null when there is none. */
    private @Nullable Source heaviest(Source newcomer, boolean anonymous) {
        Source heaviest = null;
        int most = newcomer.sessions();
        for (Source source : limits.of(SourceKey.Kind.ADDRESS)) {
            int sessions = anonymous ? source.anonymous() : source.sessions();
            if (source != newcomer && sheddable(source) && sessions > most) {
                heaviest = source;
                most = sessions;
            }
        }
        return heaviest;
    }

    private boolean sheddable(Source source) {
        return source.isLimited() || source == limits.adopted() || source == limits.others();
    }

    private void collect(Source source, boolean anonymous, long now) {
        PriorityQueue<Candidate> longest = new PriorityQueue<>(Comparator.comparingLong(Candidate::idleFor));
        for (Place place : source.places()) {
            long idle = anonymous && place.principal() != null ? 0 : idleFor(place, now);
            if (idle <= idleNanos) {
                continue;
            }
            longest.add(new Candidate(place, idle));
            if (longest.size() > FOUND) {
                longest.remove();
            }
        }
        for (Candidate next = longest.poll(); next != null; next = longest.poll()) {
            found.addFirst(next.place);
        }
    }

    private record Candidate(Place place, long idleFor) {}
}
