package io.trunkline.protocol.downing;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.protocol.downing.Partition.Link;
import io.trunkline.protocol.downing.Peer.Kind;
import io.trunkline.protocol.downing.Peer.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.UniqueAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Members are written {@code b1} (balancer) and {@code n1} (node); {@code j3} is node 3 while it joins, {@code l2} node
 * 2 while it leaves, {@code d2} node 2 when it is down. Balancers have the lower addresses; the higher the number, the
 * younger.
 */
class PartitionTest {

    /** Both sides of a clean cut: what each downs. */
    @ParameterizedTest
    @CsvSource({
        // One node is dead or cut off.
        "b1 n1 n2 n3, n4, n4, n4",
        // The only balancer is dead or cut off: the nodes go on as a cluster, it joins again.
        "n1 n2 n3 n4, b1, b1, b1",
        // Half and half: the half with the balancer.
        "b1 n1 n2, n3 n4, n3 n4, n3 n4",
        "b1 n1, n2 n3 n4, n2 n3 n4, n2 n3 n4",
        "b1 n4, n1 n2 n3, n1 n2 n3, n1 n2 n3",
        // Two balancers: both sides can serve, the larger one does; of two equal ones that with the lowest address.
        "b1 n1 n2 n3, b2 n4, b2 n4, b2 n4",
        "b1 n1, b2 n2 n3 n4, b1 n1, b1 n1",
        "b1 n3 n4, b2 n1 n2, b2 n1 n2, b2 n1 n2",
        "b2 n1 n2 n3 n4, b1, b1, b1",
        "b1 b2, n1 n2 n3 n4, b1 b2, b1 b2",
        "b1 b2 n1, n2 n3 n4, n2 n3 n4, n2 n3 n4",
        // The smallest cluster.
        "b1, n1, n1, n1",
        // What is down already counts for nobody and is not downed again.
        "b1 n1, n2 d3 d4, n2, n2",
        // Who joins or leaves counts for the other side only.
        "b1 n1 n2, n3 j4, n3 n4, n3 n4",
    })
    void bothSidesOfACleanCutAgree(String here, String there, String downHere, String downThere) {
        assertThat(cut(here, there)).isEqualTo(names(downHere));
        assertThat(cut(there, here)).isEqualTo(names(downThere));
    }

    @Test
    void aSideThatMayBeTheSmallerOneAfterAllEndsItself() {
        // Nodes 3, 4 and 5 may have come up on the other side: 3 against 2 then, and neither has a balancer.
        assertThat(cut("n1 n2", "j3 j4 j5")).isEqualTo(names("n1 n2"));
        // Node 2 may have left on the other side.
        assertThat(cut("n1 l2", "n3 n4")).isEqualTo(names("n1 n2"));
    }

    /** Members that follow the gossip and cannot reach each other: the links, what is downed. */
    @ParameterizedTest
    @CsvSource({
        // A balancer and a node: the node.
        "b1 n1 n2 n3 n4, b1-n2, n2",
        "b1 n1 n2 n3 n4, b1-n2 b1-n4, n2 n4",
        // Two nodes: the younger.
        "b1 n1 n2 n3 n4, n1-n3, n3",
        // One node and several others: that one.
        "b1 n1 n2 n3 n4, n1-n3 n1-n4, n1",
        "b1 n1 n2 n3 n4, b1-n1 n1-n2 n1-n3, n1",
        "b1 n1 n2 n3 n4, b1-n4 n1-n2, n2 n4",
        // A balancer that reaches no node is of no use, and must not take all of them with it.
        "b1 n1 n2, b1-n1 b1-n2, b1",
        "b1 b2 n1 n2, b1-n1 b1-n2, b1",
        "b1 b2 n1 n2, b1-n1 b1-n2 b2-n2, b1 n2",
        // Two balancers: the younger.
        "b1 b2 n1 n2, b1-b2, b2",
    })
    void asFewAsPossibleOfThoseThatAreBlindToEachOtherGo(String members, String links, String down) {
        List<Peer> peers = peers(members);
        Set<Link> oneWay = links(links);
        Set<Link> bothWays = new HashSet<>(oneWay);
        bothWays.addAll(links(links.replaceAll("(\\w+)-(\\w+)", "$2-$1")));
        for (Set<Link> seen : List.of(oneWay, bothWays)) {
            Verdict verdict = new Partition(peers, subjects(seen), seen, member -> true).verdict();
            assertThat(namesOf(peers, verdict)).isEqualTo(names(down));
            assertThat(verdict.survives()).isTrue();
        }
    }

    @Test
    void aDeadNodeAndABlindPairAtOnce() {
        List<Peer> peers = peers("b1 n1 n2 n3 n4");
        Set<Link> links = links("b1-n2 b1-n4 n1-n4 n2-n4 n3-n4");
        UniqueAddress dead = peers.get(4).id();
        Verdict verdict = new Partition(peers, subjects(links), links, member -> !member.equals(dead)).verdict();
        assertThat(namesOf(peers, verdict)).isEqualTo(names("n2 n4"));
    }

    /**
     * A frozen node finds everybody unreachable for a moment when it thaws; freezes again, and it alone is to blame.
     */
    @Test
    void aNodeThatAccusedAllOthersBeforeItDiedGoesAlone() {
        List<Peer> peers = peers("b1 n1 n2 n3 n4");
        Set<Link> links = links("n4-b1 n4-n1 n4-n2 n4-n3 b1-n4 n1-n4 n2-n4 n3-n4");
        UniqueAddress dead = peers.get(4).id();
        Verdict verdict = new Partition(peers, subjects(links), links, member -> !member.equals(dead)).verdict();
        assertThat(namesOf(peers, verdict)).isEqualTo(names("n4"));
    }

    @Test
    void nothingIsDownedWhenAllIsWell() {
        Verdict verdict = new Partition(peers("b1 n1 n2"), Set.of(), Set.of(), member -> true).verdict();
        assertThat(verdict).isEqualTo(new Verdict(true, Set.of()));
    }

    private static Set<String> cut(String here, String there) {
        List<Peer> peers = peers(here + " " + there);
        Set<UniqueAddress> near = ids(peers(here));
        Set<Link> links = new HashSet<>();
        for (UniqueAddress observer : near) {
            for (UniqueAddress subject : ids(peers(there))) {
                links.add(new Link(observer, subject));
            }
        }
        Verdict verdict = new Partition(peers, subjects(links), links, near::contains).verdict();
        assertThat(near.containsAll(verdict.down())).isNotEqualTo(verdict.survives());
        return namesOf(peers, verdict);
    }

    private static List<Peer> peers(String text) {
        return Arrays.stream(text.split(" ", -1)).map(PartitionTest::peer).toList();
    }

    private static Peer peer(String name) {
        int number = Integer.parseInt(name.substring(1));
        Kind kind = name.charAt(0) == 'b' ? Kind.BALANCER : Kind.NODE;
        Stage stage = switch (name.charAt(0)) {
            case 'j' -> Stage.JOINING;
            case 'l' -> Stage.LEAVING;
            case 'd' -> Stage.GONE;
            default -> Stage.UP;
        };
        int port = kind == Kind.BALANCER ? number : 100 + number;
        return new Peer(
                new UniqueAddress(new Address("pekko", "t", "127.0.0.1", port), (long) port), kind, stage, port);
    }

    private static Set<Link> links(String text) {
        return Arrays.stream(text.split(" ", -1))
                .map(link -> link.split("-", -1))
                .map(ends -> new Link(peer(ends[0]).id(), peer(ends[1]).id()))
                .collect(Collectors.toSet());
    }

    private static Set<UniqueAddress> subjects(Set<Link> links) {
        return links.stream().map(Link::subject).collect(Collectors.toSet());
    }

    private static Set<UniqueAddress> ids(List<Peer> peers) {
        return peers.stream().map(Peer::id).collect(Collectors.toSet());
    }

    private static Set<String> names(String text) {
        return new TreeSet<>(List.of(text.split(" ", -1)));
    }

    private static Set<String> namesOf(List<Peer> peers, Verdict verdict) {
        List<String> names = new ArrayList<>();
        for (Peer peer : peers) {
            if (verdict.down().contains(peer.id())) {
                int port = peer.id().address().getPort().orElseThrow();
                names.add(peer.isBalancer() ? "b" + port : "n" + (port - 100));
            }
        }
        return new TreeSet<>(names);
    }
}
