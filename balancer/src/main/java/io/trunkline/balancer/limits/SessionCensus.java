package io.trunkline.balancer.limits;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Who holds how much of this process, for operators, who may end it. Looks at all sources; thread-safe. */
public final class SessionCensus {
    /**
     * What one source has.
     *
     * @param kind {@code address} or {@code principal}
     * @param limited whether its limits hold, or it is exempt
     */
    public record Count(String source, String kind, int connections, int sessions, boolean limited) {}

    private final SourceLimits limits;

    /** A census of these sources. */
    public SessionCensus(SourceLimits limits) {
        this.limits = limits;
    }

    /** The sources that have most sessions, and of those with as many the ones with most connections first. */
    public List<Count> heaviest(int most) {
        return limits.all().stream()
                .filter(source -> source.sessions() > 0 || source.connections() > 0)
                .sorted(Comparator.comparingInt(Source::sessions)
                        .thenComparingInt(Source::connections)
                        .reversed())
                .limit(most)
                .map(source -> new Count(
                        source.name(),
                        source.key().kind().name().toLowerCase(Locale.ROOT),
                        source.connections(),
                        source.sessions(),
                        source.isLimited()))
                .toList();
    }

    /** Whether this names an address as {@link #end} takes it. */
    public static boolean isSource(String text) {
        return text.equals(SourceLimits.OTHERS)
                || text.equals(SourceLimits.ADOPTED)
                || SourceKey.ofAddress(text) != null;
    }

    /**
     * Ends the sessions for which all of this holds, and returns how many were told to end.
     *
     * @param source an address, or one of the names in {@link Count#source}; null for all
     * @param principal the name of a principal, or what tells it apart; null for all
     * @param idleNanos how long they have been idle; 0 for all
     */
    public int end(@Nullable String source, @Nullable String principal, long idleNanos) {
        SourceKey key = source == null ? null : SourceKey.ofAddress(source);
        long now = System.nanoTime();
        return end(
                from -> source == null
                        || from.name().equals(source)
                        || from.key().equals(key),
                place -> isOf(place, principal) && Shedding.idleFor(place, now) >= idleNanos,
                idleNanos);
    }

    /** Ends the session of this id; returns how many there were. */
    public int end(String session) {
        return end(
                source -> true,
                place -> {
                    Occupant occupant = place.occupant();
                    return occupant != null && occupant.session().equals(session);
                },
                0);
    }

    private int end(Predicate<Source> of, Predicate<Place> which, long idleNanos) {
        int ended = 0;
        for (Source source : limits.of(SourceKey.Kind.ADDRESS)) {
            if (!of.test(source)) {
                continue;
            }
            for (Place place : source.places()) {
                Occupant occupant = place.occupant();
                if (occupant != null && which.test(place)) {
                    occupant.end(idleNanos);
                    ended++;
                }
            }
        }
        return ended;
    }

    private static boolean isOf(Place place, @Nullable String name) {
        Source principal = place.principal();
        return name == null
                || (principal != null
                        && (principal.name().equals(name)
                                || principal.key().text().equals(name)));
    }
}
