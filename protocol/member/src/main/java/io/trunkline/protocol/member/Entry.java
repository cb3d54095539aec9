package io.trunkline.protocol.member;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * How one life of a member gets into a cluster.
 *
 * @param seeds members to join through; the one that comes first founds a cluster if none of the others says that it is
 *     in one
 * @param silence how long this member waits for an answer: as the founder before it founds the cluster, otherwise
 *     before it asks again
 */
record Entry(List<HostPort> seeds, Duration silence) {
    /** A founder that starts with its process, and before all others. */
    private static final Duration FOUNDER = Duration.ofSeconds(3);

    /**
     * A founder that has others to ask: they run, unless this side of the network has lost them, and may pause. To
     * found a second cluster then, which stays apart when the network heals, is the last resort.
     */
    private static final Duration FOUNDER_LATER = Duration.ofSeconds(60);

    /**
     * Any other member: its question is lost when a seed does not listen yet, and a seed without a cluster is of no
     * use.
     */
    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

    private static final Duration CONNECT = Duration.ofSeconds(1);

    private static final int MAX_SEEDS = 64;

    Entry {
        seeds = List.copyOf(seeds);
    }

    /** The first life of a process. Blocks for a second or two when it is a founder's. */
    static Entry first(MemberSettings settings) {
        return first(settings, seed -> Listening.at(seed, CONNECT));
    }

    /**
     * The same. A founder cannot know whether there is a cluster already, for a supervisor may have started it again: a
     * seed that refuses connections is in none, any other one has to say so.
     *
     * @param ask whether anybody listens at a seed's address; may block
     */
    static Entry first(MemberSettings settings, Function<HostPort, Listening.Answer> ask) {
        MemberSettings.Network network = settings.network();
        HostPort self = new HostPort(network.advertisedHost(), network.arteryPort());
        if (!founds(settings, self)) {
            return new Entry(settings.seeds(), ASK_AGAIN);
        }
        List<HostPort> there = settings.seeds().parallelStream()
                .filter(seed -> seed.equals(self) || ask.apply(seed) != Listening.Answer.REFUSED)
                .toList();
        return there.size() < 2 ? new Entry(settings.seeds(), FOUNDER) : new Entry(there, FOUNDER_LATER);
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

    /** Whether this member founds a cluster only if others stay silent for long. */
    boolean waitsForOthers() {
        return silence.equals(FOUNDER_LATER);
    }
}
