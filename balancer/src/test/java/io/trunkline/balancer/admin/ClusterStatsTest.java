package io.trunkline.balancer.admin;

import static io.trunkline.balancer.admin.Reports.balancer;
import static io.trunkline.balancer.admin.Reports.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.balancer.cluster.SlotCounts;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

class ClusterStatsTest {

    private final AtomicLong now = new AtomicLong();
    private List<Peer> membership = List.of(node(1), balancer(1));
    private final BehaviorTestKit<Object> stats = BehaviorTestKit.create(
            ClusterStats.create(Reports.SETTINGS, "balancer-1", () -> SlotCounts.NONE, () -> membership, now::get));

    @Test
    void answersWithWhatWasReported() {
        stats.run(Reports.report(node(1), 3));
        assertThat(ask().backends().get(0).connections()).isEqualTo(3);
    }

    @Test
    void askingOftenDoesNotComputeOften() {
        ClusterView first = ask();
        membership = List.of(node(1), node(2), balancer(1));
        assertThat(ask()).isSameAs(first);

        now.addAndGet(ClusterStats.FRESH.toNanos());
        assertThat(ask().backends()).hasSize(2);
    }

    @Test
    void messagesOfAnotherKindAreIgnored() {
        stats.run("a string");
        assertThat(stats.isAlive()).isTrue();
        assertThat(ask().backends()).hasSize(1);
    }

    private ClusterView ask() {
        TestInbox<ClusterView> inbox = TestInbox.create();
        stats.run(new ClusterStats.GetView(inbox.getRef()));
        return inbox.receiveMessage();
    }
}
