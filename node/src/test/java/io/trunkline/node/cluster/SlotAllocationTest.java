package io.trunkline.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorRefProvider;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.EmptyLocalActorRef;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.RootActorPath;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.cluster.ClusterEvent.CurrentClusterState;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.ClusterCommand;
import org.apache.pekko.cluster.typed.ClusterStateSubscription;
import org.apache.pekko.util.Version;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Map$;
import scala.collection.immutable.SortedSet;
import scala.collection.immutable.TreeSet;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.FutureConverters;

class SlotAllocationTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    private final FakeCluster cluster = new FakeCluster();
    private final DrainingNodes draining = new DrainingNodes(() -> Set.of(1L, 2L, 3L));
    private final SlotSettings settings =
            new SlotSettings(Duration.ofSeconds(1), 1, Duration.ofSeconds(1), Duration.ofSeconds(1), 8, 12);
    private final SlotAllocation allocation = new SlotAllocation(cluster, draining, 256, settings, most -> most);
    private final Map<ActorRef, IndexedSeq<String>> allocations = new LinkedHashMap<>();

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @Test
    void placesASlotWhereTheFewestAre() {
        cluster.member(1, MemberStatus.up());
        cluster.member(2, MemberStatus.up());
        hosts(region(1, 1), 0, 1, 2);
        hosts(region(2, 1), 3);

        assertThat(place(5)).isEqualTo(region(2, 1));
    }

    @Test
    void thisMembersOwnRegionIsKnownByItsLocalPath() {
        cluster.member(1, MemberStatus.up());
        cluster.member(2, MemberStatus.up());
        ActorRef own = new EmptyLocalActorRef(
                provider(), new RootActorPath(new Address("pekko", "trunkline"), "/").child("region"), null);
        hosts(own);
        hosts(region(2, 1), 3);

        assertThat(place(4)).isEqualTo(own);
    }

    @Test
    void placesNothingOnMembersThatComeOrGoOrAreNotReached() {
        cluster.member(1, MemberStatus.up());
        cluster.member(2, MemberStatus.leaving());
        cluster.member(3, MemberStatus.joining());
        cluster.member(4, MemberStatus.weaklyUp());
        cluster.unreachable.add(cluster.member(5, MemberStatus.up()));
        hosts(region(1, 1), 0, 1, 2);
        for (int node = 2; node <= 6; node++) {
            hosts(region(node, 1));
        }

        assertThat(place(4)).isEqualTo(region(1, 1));
    }

    @Test
    void placesASlotSomewhereWhenNobodyIsFit() {
        cluster.member(1, MemberStatus.leaving());
        hosts(region(1, 1), 0);
        hosts(region(2, 1));

        assertThat(place(5)).isEqualTo(region(2, 1));
    }

    @Test
    void theOrderOfTheRegionsDoesNotMatter() {
        for (int node = 1; node <= 4; node++) {
            cluster.member(node, MemberStatus.up());
        }
        for (int node = 4; node >= 1; node--) {
            hosts(region(node, 1));
        }
        assertThat(place(0)).isEqualTo(region(1, 1));
        Map<ActorRef, IndexedSeq<String>> shuffled = new HashMap<>(allocations);
        assertThat(result(allocation.allocateShard(region(4, 1), "0", shuffled)))
                .isEqualTo(region(1, 1));
    }

    @Test
    void movesAsManySlotsInARoundAsItMay() {
        cluster.member(1, MemberStatus.up());
        cluster.member(2, MemberStatus.up());
        hosts(region(1, 1), IntStream.range(0, 256).toArray());
        hosts(region(2, 1));

        assertThat(rebalance(Set.of())).hasSize(8).allMatch(slot -> Integer.parseInt(slot) < 256);
    }

    @Test
    void nothingIsEvenedOutWhileSlotsAreBeingPlaced() {
        cluster.member(1, MemberStatus.up());
        cluster.member(2, MemberStatus.up());
        cluster.member(3, MemberStatus.leaving());
        hosts(region(1, 1), IntStream.range(0, 243).toArray());
        hosts(region(2, 1));
        assertThat(rebalance(Set.of())).as("13 more than may be on the move").isEmpty();
        hosts(region(3, 1), 250, 251);
        hosts(region(1, 1), IntStream.range(0, 240).toArray());
        assertThat(rebalance(Set.of())).as("but a node that leaves is emptied").containsExactlyInAnyOrder("250", "251");
        hosts(region(1, 1), IntStream.range(0, 244).toArray());
        assertThat(rebalance(Set.of())).hasSize(8);
    }

    @Test
    void noMoreSlotsAreOnTheMoveThanMayBeAtATime() {
        cluster.member(1, MemberStatus.up());
        cluster.member(2, MemberStatus.up());
        hosts(region(1, 1), IntStream.range(0, 256).toArray());
        hosts(region(2, 1));

        Set<String> moving = rebalance(Set.of());
        assertThat(rebalance(moving)).hasSize(4).doesNotContainAnyElementsOf(moving);
        assertThat(rebalance(IntStream.range(0, 12).mapToObj(String::valueOf).collect(Collectors.toSet())))
                .isEmpty();
    }

    @Test
    void aRoundMovesARandomNumberOfSlotsUpToItsLimit() {
        cluster.member(1, MemberStatus.up());
        cluster.member(2, MemberStatus.up());
        hosts(region(1, 1), IntStream.range(0, 256).toArray());
        hosts(region(2, 1));
        SlotAllocation random = new SlotAllocation(cluster, draining, 256, settings);

        assertThat(IntStream.range(0, 200)
                        .map(round ->
                                result(random.rebalance(allocations, Set.of())).size())
                        .distinct())
                .contains(1, 8)
                .allMatch(moves -> moves >= 1 && moves <= 8);
    }

    @Test
    void aNodeThatDrainsGivesItsSlotsAwayAndGetsNone() {
        cluster.member(1, MemberStatus.up());
        cluster.member(2, MemberStatus.up());
        cluster.member(3, MemberStatus.up());
        hosts(region(1, 1), 0, 3);
        hosts(region(2, 1), 1, 4);
        hosts(region(3, 1), 2, 5);
        assertThat(rebalance(Set.of())).isEmpty();

        assertThat(draining.note(2)).isTrue();

        assertThat(rebalance(Set.of())).containsExactlyInAnyOrder("1", "4");
        assertThat(rebalance(Set.of("1"))).containsExactly("4");
        hosts(region(2, 1));
        for (int slot = 6; slot < 20; slot++) {
            assertThat(place(slot)).isNotEqualTo(region(2, 1));
        }
    }

    @Test
    void aNodeThatLeavesGivesItsSlotsAwayToo() {
        cluster.member(1, MemberStatus.up());
        cluster.member(2, MemberStatus.leaving());
        cluster.member(3, MemberStatus.exiting());
        hosts(region(1, 1), 0);
        hosts(region(2, 1), 1);
        hosts(region(3, 1), 2);

        assertThat(rebalance(Set.of())).containsExactlyInAnyOrder("1", "2");
    }

    @Test
    void whenAllDrainSlotsStayAndAreStillPlaced() {
        cluster.member(1, MemberStatus.up());
        cluster.member(2, MemberStatus.up());
        hosts(region(1, 1), 0, 1);
        hosts(region(2, 1));
        draining.note(1);
        draining.note(2);

        assertThat(rebalance(Set.of())).isEmpty();
        assertThat(place(3)).isEqualTo(region(2, 1));
    }

    @Test
    void onlyMembersAreNotedAsDraining() {
        assertThat(draining.note(99)).isFalse();
        assertThat(draining.contains(99)).isFalse();
    }

    @Test
    void movesNothingWhileAMemberJoins() {
        twoUnevenHosts();
        Member joining = cluster.member(3, MemberStatus.joining());
        assertThat(rebalance(Set.of())).isEmpty();
        cluster.members.remove(joining);
        Member weaklyUp = cluster.member(3, MemberStatus.weaklyUp());
        assertThat(rebalance(Set.of())).isEmpty();
        cluster.members.remove(weaklyUp);
        assertThat(rebalance(Set.of())).isNotEmpty();
    }

    @Test
    void movesNothingWhileAMemberIsNotReached() {
        twoUnevenHosts();
        cluster.unreachable.add(cluster.member(3, MemberStatus.up()));

        assertThat(rebalance(Set.of())).isEmpty();
    }

    @Test
    void movesNothingTowardsAMemberThatLeaves() {
        cluster.member(1, MemberStatus.up());
        cluster.member(2, MemberStatus.leaving());
        hosts(region(1, 1), 0, 1, 2, 3);
        hosts(region(2, 1));

        assertThat(rebalance(Set.of())).isEmpty();
    }

    @Test
    void theFormerLifeOfAMemberDoesNotHideTheNewOne() {
        cluster.member(1, MemberStatus.up());
        cluster.member(2, MemberStatus.up());
        hosts(region(1, 1), 0, 1, 2);
        // Restarted on the same address: the coordinator has not heard yet that the former region is gone.
        hosts(region(2, 8));
        hosts(region(2, 7), 3, 4, 5);

        assertThat(place(7)).isEqualTo(region(2, 8));
    }

    private void twoUnevenHosts() {
        cluster.member(1, MemberStatus.up());
        cluster.member(2, MemberStatus.up());
        hosts(region(1, 1), IntStream.range(0, 256).toArray());
        hosts(region(2, 1));
    }

    private ActorRef place(int slot) {
        return result(
                allocation.allocateShard(allocations.keySet().iterator().next(), String.valueOf(slot), allocations));
    }

    private Set<String> rebalance(Set<String> inProgress) {
        return result(allocation.rebalance(allocations, inProgress));
    }

    private void hosts(ActorRef region, int... slots) {
        allocations.put(
                region,
                CollectionConverters.asScala(
                                IntStream.of(slots).mapToObj(String::valueOf).toList())
                        .toIndexedSeq());
    }

    private static ActorRef region(int node, int uid) {
        return new EmptyLocalActorRef(
                provider(),
                new RootActorPath(address(node), "/")
                        .child("system")
                        .child("region")
                        .withUid(uid),
                null);
    }

    private static ActorRefProvider provider() {
        return ((ExtendedActorSystem) KIT.system().classicSystem()).provider();
    }

    private static Address address(int node) {
        return new Address("pekko", "trunkline", "127.0.0.1", 25530 + node);
    }

    private static <T> T result(Future<T> future) {
        return FutureConverters.asJava(future)
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    /** A membership as a test wants it; this member is the first. */
    private static final class FakeCluster extends Cluster {
        final Set<Member> members = new HashSet<>();
        final Set<Member> unreachable = new HashSet<>();

        Member member(int node, MemberStatus status) {
            Member member = new Member(
                    new UniqueAddress(address(node), (long) node),
                    node,
                    status,
                    CollectionConverters.asScala(Set.of("node", "dc-default")).toSet(),
                    new Version("0.1.0"));
            members.add(member);
            return member;
        }

        @Override
        public Member selfMember() {
            return members.stream()
                    .filter(member -> member.address().equals(address(1)))
                    .findFirst()
                    .orElseThrow();
        }

        @Override
        public CurrentClusterState state() {
            SortedSet<Member> sorted = new TreeSet<>(Member.ordering());
            for (Member member : members) {
                sorted = (SortedSet<Member>) sorted.incl(member);
            }
            return new CurrentClusterState(
                    sorted,
                    CollectionConverters.asScala(unreachable).toSet(),
                    CollectionConverters.asScala(Set.<Address>of()).toSet(),
                    Option.empty(),
                    Map$.MODULE$.empty(),
                    CollectionConverters.asScala(Set.<String>of()).toSet(),
                    CollectionConverters.asScala(Set.<UniqueAddress>of()).toSet());
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public org.apache.pekko.actor.typed.ActorRef<ClusterStateSubscription> subscriptions() {
            throw new UnsupportedOperationException();
        }

        @Override
        public org.apache.pekko.actor.typed.ActorRef<ClusterCommand> manager() {
            throw new UnsupportedOperationException();
        }
    }
}
