package io.trunkline.protocol.downing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.UniqueAddress;

/**
 * A cluster some of whose members cannot reach others, seen from one side, and what that side decides. Both sides of a
 * clean cut come to opposite decisions without asking each other, because they know the same members.
 *
 * <p>Members that nobody hears from are <em>lost</em>: dead, frozen, or on the other side. This side and the lost ones
 * are compared: the side that can serve clients survives, that is, has a balancer and a node; of two equal ones the
 * side with more members; of two equal ones the side with the lowest address.
 *
 * <p>Members that are out of somebody's reach, but follow the cluster's gossip by way of others, are <em>blind</em> to
 * each other. As few of them as possible are given up: nodes rather than balancers as long as any node is left, then
 * the one with the most such links, then the youngest.
 *
 * @param members all members that are known
 * @param unreachable members that at least one member cannot reach
 * @param links which member cannot reach which
 * @param heard members that have seen the state of the cluster in which this is so
 */
record Partition(
        Collection<Peer> members, Set<UniqueAddress> unreachable, Set<Link> links, Predicate<UniqueAddress> heard) {

    /** One member cannot reach another. */
    record Link(UniqueAddress observer, UniqueAddress subject) {}

    /** Two members that are both there and do not see each other. */
    private record Blind(Peer one, Peer other) {
        boolean touches(Peer peer) {
            return one.equals(peer) || other.equals(peer);
        }

        boolean isMixed() {
            return one.kind() != other.kind();
        }
    }

    private static final Comparator<Peer> YOUNGEST_LAST =
            Comparator.comparingInt(Peer::age).thenComparing(Partition::byAddress);

    /** What the side of the member that asks has to do. */
    Verdict verdict() {
        List<Peer> present =
                members.stream().filter(peer -> peer.stage() != Peer.Stage.GONE).toList();
        List<Peer> lost = present.stream().filter(this::isLost).toList();
        Set<Peer> givenUp = giveUp(present);
        List<Peer> here = present.stream()
                .filter(peer -> !lost.contains(peer) && !givenUp.contains(peer))
                .toList();
        if (!lost.isEmpty() && !survives(here, lost)) {
            return new Verdict(false, ids(present.stream().filter(peer -> !lost.contains(peer))));
        }
        return new Verdict(true, ids(Stream.concat(lost.stream(), givenUp.stream())));
    }

    private boolean isLost(Peer peer) {
        return unreachable.contains(peer.id()) && !heard.test(peer.id());
    }

    private static Set<UniqueAddress> ids(Stream<Peer> peers) {
        return peers.map(Peer::id).collect(Collectors.toSet());
    }

    // --- two sides

    /**
     * Whether this side wins also if the other one knows of changes that this one does not: members that joined there
     * have come up, members that leave here have left.
     */
    private static boolean survives(List<Peer> here, List<Peer> lost) {
        return wins(
                        only(here, Set.of(Peer.Stage.UP, Peer.Stage.LEAVING)),
                        only(lost, Set.of(Peer.Stage.UP, Peer.Stage.LEAVING)))
                && wins(only(here, Set.of(Peer.Stage.UP)), lost);
    }

    private static List<Peer> only(List<Peer> peers, Set<Peer.Stage> stages) {
        return peers.stream().filter(peer -> stages.contains(peer.stage())).toList();
    }

    private static boolean wins(List<Peer> here, List<Peer> there) {
        if (canServe(here) != canServe(there)) {
            return canServe(here);
        }
        if (here.size() != there.size()) {
            return here.size() > there.size();
        }
        Optional<Peer> lowest = Stream.concat(here.stream(), there.stream()).min(Partition::byAddress);
        return lowest.isPresent() && here.contains(lowest.get());
    }

    private static boolean canServe(Collection<Peer> side) {
        return side.stream().anyMatch(Peer::isBalancer) && side.stream().anyMatch(Peer::isNode);
    }

    private static int byAddress(Peer left, Peer right) {
        return Member.addressOrdering().compare(left.id().address(), right.id().address());
    }

    // --- members that are there and blind to each other

    private Set<Peer> giveUp(List<Peer> present) {
        Set<Blind> blind = blind(present);
        Set<Peer> givenUp = new HashSet<>();
        if (blind.isEmpty()) {
            return givenUp;
        }
        List<Peer> here = present.stream().filter(peer -> !isLost(peer)).toList();
        // Balancers only when every node would have to go otherwise.
        while (true) {
            Set<Peer> nodes = endsOf(blind, Blind::isMixed, Peer::isNode);
            boolean anyNodeLeft = here.stream().anyMatch(peer -> peer.isNode() && !nodes.contains(peer));
            if (nodes.isEmpty() || anyNodeLeft) {
                nodes.forEach(node -> drop(node, blind, givenUp));
                break;
            }
            drop(blindest(blind, endsOf(blind, Blind::isMixed, Peer::isBalancer)), blind, givenUp);
        }
        while (!blind.isEmpty()) {
            drop(blindest(blind, endsOf(blind, link -> true, peer -> true)), blind, givenUp);
        }
        return givenUp;
    }

    private Set<Blind> blind(List<Peer> present) {
        Map<UniqueAddress, Peer> here =
                present.stream().filter(peer -> !isLost(peer)).collect(Collectors.toMap(Peer::id, Function.identity()));
        Set<Blind> blind = new HashSet<>();
        for (Link link : links) {
            Peer observer = here.get(link.observer());
            Peer subject = here.get(link.subject());
            if (observer != null && subject != null) {
                boolean ordered = YOUNGEST_LAST.compare(observer, subject) < 0;
                blind.add(ordered ? new Blind(observer, subject) : new Blind(subject, observer));
            }
        }
        return blind;
    }

    private static Set<Peer> endsOf(Set<Blind> blind, Predicate<Blind> which, Predicate<Peer> whom) {
        return blind.stream()
                .filter(which)
                .flatMap(link -> Stream.of(link.one, link.other))
                .filter(whom)
                .collect(Collectors.toSet());
    }

    private static Peer blindest(Set<Blind> blind, Set<Peer> candidates) {
        List<Peer> ordered = new ArrayList<>(candidates);
        ordered.sort(Comparator.<Peer>comparingLong(peer ->
                        blind.stream().filter(link -> link.touches(peer)).count())
                .thenComparing(YOUNGEST_LAST));
        return ordered.get(ordered.size() - 1);
    }

    private static void drop(Peer peer, Set<Blind> blind, Set<Peer> givenUp) {
        givenUp.add(peer);
        blind.removeIf(link -> link.touches(peer));
    }
}
