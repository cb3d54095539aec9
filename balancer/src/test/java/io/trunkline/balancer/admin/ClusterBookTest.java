package io.trunkline.balancer.admin;

import static io.trunkline.balancer.admin.Reports.balancer;
import static io.trunkline.balancer.admin.Reports.latency;
import static io.trunkline.balancer.admin.Reports.node;
import static io.trunkline.balancer.admin.Reports.report;
import static io.trunkline.balancer.admin.Reports.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.trunkline.balancer.admin.ClusterView.InOut;
import io.trunkline.balancer.admin.ClusterView.MemberView;
import io.trunkline.balancer.cluster.SlotCounts;
import io.trunkline.protocol.control.LatencyHistogram;
import io.trunkline.protocol.control.MemberReport.Traffic;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class ClusterBookTest {

    private final ClusterBook book = new ClusterBook(Reports.SETTINGS, "balancer-1", () -> SlotCounts.NONE);

    @Test
    void addsUpWhatTheBalancersCount() {
        book.membership(List.of(node(1), node(2), balancer(1), balancer(2)));
        book.report(report(node(1), 5), seconds(0));
        book.report(report(node(2), 4), seconds(0));
        book.report(
                report(
                        balancer(1),
                        6,
                        new Traffic(10, 20, 30, 40),
                        LatencyHistogram.EMPTY,
                        Map.of("node-1", 4L, "node-2", 2L)),
                seconds(0));
        book.report(
                report(
                        balancer(2),
                        3,
                        new Traffic(1, 2, 3, 4),
                        LatencyHistogram.EMPTY,
                        Map.of("node-1", 1L, "node-2", 2L)),
                seconds(0));

        ClusterView view = view(1);
        assertThat(view.cluster().status()).isEqualTo(ClusterView.HEALTHY);
        assertThat(view.activeConnections()).isEqualTo(9);
        assertThat(view.connectionsPerBackend()).containsExactly(entry("node-1", 5L), entry("node-2", 4L));
        assertThat(view.messagesTotal()).isEqualTo(new InOut(11, 22));
        assertThat(view.bytesTransferredTotal()).isEqualTo(new InOut(33, 44));
        assertThat(view.backendHealthStatus()).containsExactly(entry("node-1", 1), entry("node-2", 1));
        assertThat(view.backends()).extracting(MemberView::connections).containsExactly(5L, 4L);
    }

    @Test
    void aClusterIsFullWhenEveryBalancerRefusesNewClientsForThat() {
        book.membership(List.of(node(1), balancer(1), balancer(2)));
        book.report(Reports.refusing(node(1), "full"), seconds(0));
        book.report(Reports.refusing(balancer(1), "full"), seconds(0));
        book.report(report(balancer(2), 0), seconds(0));
        assertThat(view(1).cluster().status()).isEqualTo(ClusterView.HEALTHY);
        book.report(Reports.refusing(balancer(2), "full"), seconds(0));
        ClusterView view = view(1);
        assertThat(view.cluster().status()).isEqualTo(ClusterView.FULL);
        assertThat(view.backends()).extracting(MemberView::readiness).containsExactly("full");
        assertThat(view.backends()).extracting(MemberView::accepting).containsExactly(false);
        assertThat(view.balancers()).extracting(MemberView::readiness).containsExactly("full", "full");
        assertThat(ClusterTable.of(view)).contains("cluster   full, ").containsPattern("node-1 +up +1 +full ");
    }

    @Test
    void saysHowManySlotsEachNodeHosts() {
        ClusterBook told = new ClusterBook(
                Reports.SETTINGS,
                "balancer-1",
                () -> new SlotCounts(256, Map.of(node(1).incarnation(), 100, node(2).incarnation(), 99)));
        told.membership(List.of(node(1), node(2), node(3), balancer(1)));
        ClusterView view = told.view(seconds(1), Instant.EPOCH);
        assertThat(view.slots()).isEqualTo(new ClusterView.Slots(256, 199));
        assertThat(view.backends()).extracting(MemberView::slots).containsExactly(100, 99, 0);
        assertThat(view.balancers()).extracting(MemberView::slots).containsExactly(0);
    }

    @Test
    void ratesCoverTheWindowAndEndWithTheReports() {
        book.membership(List.of(balancer(1)));
        for (int second = 0; second <= 30; second++) {
            long messages = second < 20 ? 0 : (second - 20) * 500L;
            book.report(
                    report(balancer(1), 0, new Traffic(messages, 2 * messages, 0, 0), LatencyHistogram.EMPTY, Map.of()),
                    seconds(second));
        }
        assertThat(view(30).messagesPerSecond()).isEqualTo(500);
        assertThat(view(30).messagesOutPerSecond()).isEqualTo(1_000);
        assertThat(view(45).messagesPerSecond()).isZero();
    }

    @Test
    void percentilesMergeBalancersAndForgetWhatIsOlderThanTheWindow() {
        book.membership(List.of(balancer(1), balancer(2)));
        book.report(report(balancer(1), 0, Traffic.NONE, latency(900_000_000, 1_000), Map.of()), seconds(0));
        book.report(report(balancer(1), 0, Traffic.NONE, latency(1_000_000, 98), Map.of()), seconds(15));
        book.report(report(balancer(2), 0, Traffic.NONE, latency(50_000_000, 2), Map.of()), seconds(16));

        ClusterView.LatencyMs latency = view(17).latencyMs();
        assertThat(latency.samples()).isEqualTo(100);
        assertThat(latency.p50()).isCloseTo(1.0, Percentage.withPercentage(1));
        assertThat(latency.p95()).isCloseTo(1.0, Percentage.withPercentage(1));
        assertThat(latency.p99()).isCloseTo(50.0, Percentage.withPercentage(1));
    }

    @Test
    void withoutSamplesThereAreNoPercentiles() {
        assertThat(view(0).latencyMs()).isEqualTo(new ClusterView.LatencyMs(null, null, null, 0));
    }

    @Test
    void aSilentNodeIsUnhealthyAndItsConnectionsDoNotCount() {
        book.membership(List.of(node(1), node(2), balancer(1)));
        book.report(report(node(1), 5), seconds(0));
        book.report(report(node(2), 5), seconds(6));
        book.report(report(balancer(1), 5), seconds(6));

        ClusterView view = view(6);
        assertThat(view.cluster().status()).isEqualTo(ClusterView.DEGRADED);
        assertThat(view.backendHealthStatus()).containsExactly(entry("node-1", 0), entry("node-2", 1));
        assertThat(view.backends()).extracting(MemberView::status).containsExactly("silent", "up");
        assertThat(view.backends()).extracting(MemberView::connections).containsExactly(0L, 5L);
    }

    @Test
    void anUnreachableNodeIsUnhealthyAtOnce() {
        book.membership(List.of(with(node(1), "up", false), balancer(1)));
        book.report(report(node(1), 5), seconds(0));

        assertThat(view(0).cluster().status()).isEqualTo(ClusterView.DOWN);
        assertThat(view(0).cluster().members().unreachable()).isEqualTo(1);
        assertThat(view(0).backends()).extracting(MemberView::status).containsExactly("unreachable");
    }

    @Test
    void aLeavingNodeStaysHealthyAndAJoiningOneIsNotYet() {
        book.membership(List.of(with(node(1), "leaving", true), with(node(2), "joining", true)));
        book.report(report(node(1), 5), seconds(0));
        book.report(report(node(2), 0), seconds(0));

        assertThat(view(0).backendHealthStatus()).containsExactly(entry("node-1", 1), entry("node-2", 0));
        assertThat(view(0).backends()).extracting(MemberView::status).containsExactly("leaving", "joining");
    }

    @Test
    void totalsOutliveTheBalancerThatCountedThem() {
        book.membership(List.of(node(1), balancer(1), balancer(2)));
        book.report(report(balancer(1), 6, new Traffic(10, 10, 10, 10), LatencyHistogram.EMPTY, Map.of()), seconds(0));
        book.report(report(balancer(2), 6, new Traffic(5, 5, 5, 5), LatencyHistogram.EMPTY, Map.of()), seconds(0));
        book.membership(List.of(node(1), balancer(1)));

        assertThat(view(1).messagesTotal()).isEqualTo(new InOut(15, 15));
        assertThat(view(1).activeConnections()).isEqualTo(6);
        assertThat(view(1).balancers()).hasSize(1);
    }

    @Test
    void aRestartedProcessBeginsAnew() {
        book.membership(List.of(node(1)));
        book.report(report(node(1), 5), seconds(0));
        Peer restarted = new Peer(node(1).address(), 99, "node-1", Peer.NODE, "up", true, "0.2.0");
        book.membership(List.of(restarted));

        assertThat(view(1).backends())
                .extracting(MemberView::connections, MemberView::health, MemberView::reportAgeSeconds)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(0L, 0, null));
    }

    @Test
    void strangersAreIgnored() {
        book.membership(List.of(node(1)));
        book.report(report(node(2), 1_000), seconds(0));
        book.report(report(balancer(7), 1_000), seconds(0));

        assertThat(view(0).activeConnections()).isZero();
        assertThat(view(0).backends()).hasSize(1);
        assertThat(view(0).balancers()).isEmpty();
    }

    @Test
    void aMemberThatFloodsIsKeptWithinBounds() {
        book.membership(List.of(balancer(1)));
        for (int i = 0; i < 10_000; i++) {
            book.report(report(balancer(1), 0, new Traffic(i, i, 0, 0), latency(1_000, 1), Map.of()), seconds(1) + i);
        }
        assertThat(view(1).latencyMs().samples()).isLessThanOrEqualTo(ReportTrack.MAX_REPORTS);
    }

    @Test
    void membersComeInTheOrderOfTheirNumbers() {
        book.membership(List.of(node(10), node(2), node(1)));
        assertThat(view(0).backends()).extracting(MemberView::name).containsExactly("node-1", "node-2", "node-10");
        assertThat(view(0).connectionsPerBackend().keySet()).containsExactly("node-1", "node-2", "node-10");
    }

    private ClusterView view(long second) {
        return book.view(seconds(second), Instant.EPOCH);
    }

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }
}
