package io.trunkline.protocol.member;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How one life of a member gets into a cluster.
 *
 * @param seeds members to join through; the one that comes first founds a cluster if none of the others says that it is in
 *     one
 * @param silence how long this member waits for an answer: as the founder before it founds the cluster, otherwise before
 *     it asks again
 */
record Entry(List<HostPort> seeds, Duration silence) {
    /** A founder that starts with its process: the others may not run yet. */
    private static final Duration FOUNDER = Duration.ofSeconds(3);

    /**
     * A founder's life after another one: the others run, unless this side of the network has lost them. To found a second
     * cluster then, which stays apart when the network heals, is the last resort.
     */
    private static final Duration FOUNDER_LATER = Duration.ofSeconds(60);

    /** Any other member: its question is lost when a seed does not listen yet, and a seed without a cluster is of no use. */
    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

    private static final int MAX_SEEDS = 64;

    Entry {
        seeds = List.copyOf(seeds);
    }

    static Entry first(MemberSettings settings) {
        MemberSettings.Network network = settings.network();
        boolean founder = founds(settings, new HostPort(network.advertisedHost(), network.arteryPort()));
        return new Entry(settings.seeds(), founder ? FOUNDER : ASK_AGAIN);
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
        boolean founder = founds(settings, self);
        if (founder) {
            seeds.add(0, self);
        }
        return new Entry(seeds, founder ? FOUNDER_LATER : ASK_AGAIN);
    }

    private static boolean founds(MemberSettings settings, HostPort self) {
        return settings.seeds().isEmpty() || settings.seeds().get(0).equals(self);
    }
}
