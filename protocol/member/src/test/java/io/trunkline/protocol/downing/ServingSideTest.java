package io.trunkline.protocol.downing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.sbr.DowningStrategy;
import org.apache.pekko.util.Version;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

/** What the split brain resolver tells the strategy reaches the decision, and its answer the resolver. */
class ServingSideTest {
    private static final String DATA_CENTER = "default";

    private final Member balancer = member(1, "balancer");
    private final Member first = member(2, "node");
    private final Member second = member(3, "node");
    private final ServingSide strategy = new ServingSide(DATA_CENTER, balancer.uniqueAddress(), "balancer");

    ServingSideTest() {
        strategy.add(balancer);
        strategy.add(first);
        strategy.add(second);
    }

    @Test
    void lostNodesAreDowned() {
        lose(first);
        lose(second);
        seenBy(balancer);

        // One balancer against two nodes: neither side can serve, and they are more.
        assertThat(strategy.decide()).isEqualTo(DowningStrategy.DownReachable$.MODULE$);
        assertThat(downed()).containsExactly(balancer.uniqueAddress());
    }

    @Test
    void oneLostNodeIsDownedByTheRest() {
        lose(second);
        seenBy(balancer, first);

        assertThat(strategy.decide()).isEqualTo(DowningStrategy.DownUnreachable$.MODULE$);
        assertThat(downed()).containsExactly(second.uniqueAddress());
    }

    @Test
    void aNodeThatOnlyTheBalancerCannotReachIsDownedAndTheBalancerIsNot() {
        lose(first);
        seenBy(balancer, first, second);

        assertThat(strategy.decide()).isEqualTo(DowningStrategy.DownIndirectlyConnected$.MODULE$);
        assertThat(downed()).containsExactly(first.uniqueAddress());
    }

    @Test
    void anUnstableViewIsDecidedUponAsItIs() {
        lose(second);
        seenBy(balancer, first);

        assertThat(asJava(strategy.nodesToDown(DowningStrategy.DownAll$.MODULE$)))
                .containsExactly(second.uniqueAddress());
    }

    @Test
    void whoIsShutOutByOthersDownsItself() {
        assertThat(asJava(strategy.nodesToDown(DowningStrategy.DownSelfQuarantinedByRemote$.MODULE$)))
                .containsExactly(balancer.uniqueAddress());
    }

    private void lose(Member member) {
        strategy.addUnreachable(member);
        strategy.setReachability(strategy.reachability().unreachable(balancer.uniqueAddress(), member.uniqueAddress()));
    }

    private void seenBy(Member... members) {
        Set<Address> addresses = Set.of(members).stream().map(Member::address).collect(Collectors.toSet());
        strategy.setSeenBy(CollectionConverters.asScala(addresses).toSet());
    }

    private Set<UniqueAddress> downed() {
        return asJava(strategy.nodesToDown(strategy.decide()));
    }

    private static Set<UniqueAddress> asJava(scala.collection.immutable.Set<UniqueAddress> members) {
        return CollectionConverters.asJava(members);
    }

    private static Member member(int port, String role) {
        return new Member(
                new UniqueAddress(new Address("pekko", "t", "127.0.0.1", port), (long) port),
                port,
                MemberStatus.up(),
                CollectionConverters.asScala(Set.of(role, "dc-" + DATA_CENTER)).toSet(),
                Version.Zero());
    }
}
