package io.trunkline.multinode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.remote.testconductor.RoleName;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** A bare Pekko cluster of three: proves that the harness starts, cuts, heals, exits and shuts down its nodes. */
@MultiNodeTest(ClusterFormationIT.ThreeNodes.class)
final class ClusterFormationIT {

    private static final int EXIT_CODE = 7;

    static final class ThreeNodes extends Roles {
        final RoleName first = role("first");
        final RoleName second = role("second");
        final RoleName third = role("third");

        ThreeNodes() {
            settings("""
                    pekko.cluster {
                      failure-detector.heartbeat-interval = 300ms
                      failure-detector.acceptable-heartbeat-pause = 1s
                      gossip-interval = 200ms
                      leader-actions-interval = 200ms
                      unreachable-nodes-reaper-interval = 200ms
                    }
                    """);
        }
    }

    @Test
    @Order(1)
    void threeMembersFormOneCluster(MultiNode node, ThreeNodes roles) throws Exception {
        Cluster cluster = clusterOf(node);
        Address seed = node.addressOf(roles.first);
        node.runOn(roles.first, () -> cluster.manager().tell(new Join(seed)));
        node.barrier("seed-joined");
        node.runOn(List.of(roles.second, roles.third), () -> cluster.manager().tell(new Join(seed)));
        soon(() -> assertThat(upMembers(cluster)).hasSize(3));
        node.barrier("formed");
    }

    @Test
    @Order(2)
    void aCutIsSeenFromBothSidesAndHeals(MultiNode node, ThreeNodes roles) throws Exception {
        Cluster cluster = clusterOf(node);
        node.runOn(roles.first, () -> {
            node.blackhole(roles.first, roles.third);
            node.blackhole(roles.second, roles.third);
        });
        node.barrier("cut");
        int lost = node.myself().equals(roles.third) ? 2 : 1;
        soon(() -> assertThat(cluster.state().getUnreachable()).hasSize(lost));
        node.barrier("seen");
        node.runOn(roles.first, () -> {
            node.passThrough(roles.first, roles.third);
            node.passThrough(roles.second, roles.third);
        });
        node.barrier("healed");
        soon(() -> assertThat(cluster.state().getUnreachable()).isEmpty());
        node.barrier("reachable");
    }

    @Test
    @Order(3)
    void theExitOfANodeIsNoticed(MultiNode node, ThreeNodes roles) throws Exception {
        Cluster cluster = clusterOf(node);
        Address third = node.addressOf(roles.third);
        node.barrier("all-alive");
        node.runOn(roles.first, () -> node.exit(roles.third, EXIT_CODE));
        node.runOn(roles.third, ClusterFormationIT::waitForTheEnd);
        soon(() -> assertThat(cluster.state().getUnreachable()).hasSize(1));
        node.barrier("noticed");
        node.runOn(roles.first, () -> cluster.manager().tell(new Down(third)));
        soon(() -> assertThat(upMembers(cluster)).hasSize(2).doesNotContain(third));
        node.barrier("removed");
    }

    @Test
    @Order(4)
    void aNodeThatIsShutDownEndsInOrder(MultiNode node, ThreeNodes roles) throws Exception {
        Cluster cluster = clusterOf(node);
        node.barrier("two-alive");
        node.runOn(roles.first, () -> {
            node.shutdown(roles.second);
            soon(() -> assertThat(cluster.state().getUnreachable()).hasSize(1));
        });
        node.runOn(
                roles.second,
                () -> soon(() ->
                        assertThat(node.system().whenTerminated().isCompleted()).isTrue()));
    }

    @Test
    @Order(5)
    void onlyTheFirstIsLeftForTheLastStep(MultiNode node, ThreeNodes roles) {
        node.barrier("alone");
        assertThat(node.myself()).isEqualTo(roles.first);
    }

    private static Cluster clusterOf(MultiNode node) {
        return Cluster.get(Adapter.toTyped(node.system()));
    }

    private static List<Address> upMembers(Cluster cluster) {
        return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
                .filter(member -> member.status() == MemberStatus.up())
                .map(Member::address)
                .toList();
    }

    private static void soon(ThrowingRunnable assertion) {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(assertion);
    }

    private static void waitForTheEnd() throws InterruptedException {
        Thread.currentThread().join();
    }
}
