package io.trunkline.protocol.member;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How one life of a member gets into a cluster.
 *
 * @param seeds members to join through; when it is this member itself that comes first, it founds a cluster if none of the
 *     others says that it is in one
 * @param silence how long a founder waits for the others to say anything; null: as configured, which is short, because
 *     when a process starts there may be nobody yet
 */
record Entry(List<HostPort> seeds, @Nullable Duration silence) {
    /**
     * A life after another one: the others are there, unless this side of the network has lost them. To found a cluster of
     * one's own then, only to have two when the network heals, is the last resort.
     */
    private static final Duration LATER = Duration.ofSeconds(60);

    private static final int MAX_SEEDS = 64;

    Entry {
        seeds = List.copyOf(seeds);
    }

    static Entry first(MemberSettings settings) {
        return new Entry(settings.seeds(), null);
    }

    /**
     * The next life of a member at this address.
     *
     * @param known other members as the life before knew them; more seeds than those of the settings, because these may
     *     name nobody but this member
     */
    static Entry later(MemberSettings settings, HostPort self, Collection<HostPort> known) {
        Set<HostPort> others = new LinkedHashSet<>(settings.seeds());
        others.addAll(known);
        others.remove(self);
        if (others.isEmpty()) {
            return first(settings);
        }
        List<HostPort> seeds = new ArrayList<>(others.stream().limit(MAX_SEEDS).toList());
        if (settings.seeds().isEmpty() || settings.seeds().get(0).equals(self)) {
            seeds.add(0, self);
        }
        return new Entry(seeds, LATER);
    }
}
