package io.trunkline.balancer.admin;

import io.trunkline.balancer.admin.ClusterView.InOut;
import io.trunkline.balancer.admin.ClusterView.LatencyMs;
import io.trunkline.balancer.admin.ClusterView.MemberView;
import io.trunkline.balancer.admin.ReportTrack.PerSecond;
import io.trunkline.balancer.cluster.SlotCounts;
import io.trunkline.protocol.control.LatencyHistogram;
import io.trunkline.protocol.control.MemberReport;
import io.trunkline.protocol.control.MemberReport.Traffic;
import io.trunkline.protocol.metrics.Readiness;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts membership and reports together into a {@link ClusterView}.
 *
 * <p>The membership decides who exists, so what is kept is bounded by it; reports of strangers are ignored. Not for
 * use by several threads.
 */
final class ClusterBook {

    private static final Comparator<String> BY_NAME = new NaturalOrder();

    private record Id(String address, long incarnation) {}

    private record Entry(Peer peer, ReportTrack track) {}

    private final AdminSettings settings;
    private final String self;
    private final Supplier<SlotCounts> slots;
    private final Map<Id, Entry> entries = new LinkedHashMap<>();
    private Traffic departed = Traffic.NONE;

    ClusterBook(AdminSettings settings, String self, Supplier<SlotCounts> slots) {
        this.settings = settings;
        this.self = self;
        this.slots = slots;
    }

    /** Takes over the membership; what departed balancers counted stays in the totals. */
    void membership(List<Peer> peers) {
        Map<Id, Entry> before = new LinkedHashMap<>(entries);
        entries.clear();
        for (Peer peer : peers) {
            Id id = new Id(peer.address(), peer.incarnation());
            Entry known = before.remove(id);
            entries.put(id, new Entry(peer, known == null ? new ReportTrack(settings.window()) : known.track));
        }
        before.values().forEach(entry -> departed = departed.plus(clientTraffic(entry)));
    }

    void report(MemberReport report, long now) {
        Entry entry = entries.get(new Id(report.address(), report.incarnation()));
        if (entry != null) {
            entry.track.add(report, now);
        }
    }

    ClusterView view(long now, Instant time) {
        SlotCounts counts = slots.get();
        List<MemberView> backends = members(Peer.NODE, counts, now);
        List<MemberView> balancers = members(Peer.BALANCER, SlotCounts.NONE, now);
        Traffic traffic = departed;
        PerSecond rate = PerSecond.NONE;
        List<LatencyHistogram> latencies = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (entry.peer.role().equals(Peer.BALANCER)) {
                traffic = traffic.plus(clientTraffic(entry));
                rate = rate.plus(entry.track.messagesPerSecond(now));
                latencies.addAll(entry.track.latencies(now));
            }
        }
        return new ClusterView(
                cluster(backends, balancers),
                time.toString(),
                settings.window().toMillis() / 1e3,
                balancers.stream().mapToLong(MemberView::connections).sum(),
                connectionsPerBackend(backends, now),
                rounded(rate.in()),
                rounded(rate.out()),
                new InOut(traffic.messagesIn(), traffic.messagesOut()),
                new InOut(traffic.bytesIn(), traffic.bytesOut()),
                percentiles(LatencyHistogram.sum(latencies)),
                healthPerBackend(backends),
                new ClusterView.Slots(counts.total(), counts.placed()),
                backends,
                balancers);
    }

    private ClusterView.Cluster cluster(List<MemberView> backends, List<MemberView> balancers) {
        int total = entries.size();
        int healthy = healthy(backends) + healthy(balancers);
        int unreachable = (int) entries.values().stream()
                .filter(entry -> !entry.peer.reachable())
                .count();
        String status = healthy(backends) == 0
                ? ClusterView.DOWN
                : full(balancers)
                        ? ClusterView.FULL
                        : healthy == total && unreachable == 0 ? ClusterView.HEALTHY : ClusterView.DEGRADED;
        return new ClusterView.Cluster(
                io.trunkline.protocol.member.Member.SYSTEM,
                status,
                self,
                new ClusterView.Members(total, healthy, unreachable, backends.size(), balancers.size()));
    }

    /** Whether all balancers that can be heard refuse new clients because there are too many. */
    private static boolean full(List<MemberView> balancers) {
        return healthy(balancers) > 0
                && balancers.stream()
                        .filter(balancer -> balancer.health() == 1)
                        .allMatch(balancer -> balancer.readiness().equals(Readiness.FULL.label()));
    }

    private static int healthy(List<MemberView> members) {
        return members.stream().mapToInt(MemberView::health).sum();
    }

    private List<MemberView> members(String role, SlotCounts counts, long now) {
        return entries.values().stream()
                .filter(entry -> entry.peer.role().equals(role))
                .map(entry -> member(entry, counts, now))
                .sorted(Comparator.comparing(MemberView::name, BY_NAME).thenComparing(MemberView::address))
                .toList();
    }

    private MemberView member(Entry entry, SlotCounts counts, long now) {
        Peer peer = entry.peer;
        MemberReport report = entry.track.last();
        Duration age = entry.track.age(now);
        boolean fresh = isFresh(age);
        boolean healthy = peer.takesPart() && peer.reachable() && fresh;
        Traffic traffic = report == null ? Traffic.NONE : report.traffic();
        return new MemberView(
                peer.name(),
                peer.address(),
                report == null ? Map.of() : new TreeMap<>(report.endpoints()),
                status(peer, age, fresh),
                healthy ? 1 : 0,
                healthy && report != null && report.accepting(),
                healthy && report != null ? readiness(report) : MemberView.UNKNOWN,
                counts.of(peer.incarnation()),
                report == null || !fresh ? 0 : report.connections(),
                report == null ? 0 : report.limit(),
                rounded(entry.track.messagesPerSecond(now).in()),
                new InOut(traffic.messagesIn(), traffic.messagesOut()),
                new InOut(traffic.bytesIn(), traffic.bytesOut()),
                report == null ? 0 : report.uptimeMillis() / 1e3,
                peer.appVersion(),
                age == null ? null : rounded(age.toMillis() / 1e3));
    }

    private static String readiness(MemberReport report) {
        String said = report.readiness();
        Readiness other = report.accepting() ? Readiness.READY : Readiness.WAITING;
        return said == null ? other.label() : said;
    }

    private static String status(Peer peer, @Nullable Duration age, boolean fresh) {
        if (!peer.reachable()) {
            return "unreachable";
        }
        return peer.takesPart() && age != null && !fresh ? "silent" : peer.status();
    }

    private boolean isFresh(@Nullable Duration age) {
        return age != null && age.compareTo(settings.staleAfter()) <= 0;
    }

    private Map<String, Long> connectionsPerBackend(List<MemberView> backends, long now) {
        Map<String, Long> connections = new TreeMap<>(BY_NAME);
        backends.forEach(backend -> connections.put(backend.name(), 0L));
        for (Entry entry : entries.values()) {
            MemberReport report = entry.track.last();
            if (entry.peer.role().equals(Peer.BALANCER) && report != null && isFresh(entry.track.age(now))) {
                report.backends().forEach((node, count) -> connections.merge(node, count, Long::sum));
            }
        }
        return connections;
    }

    private static Map<String, Integer> healthPerBackend(List<MemberView> backends) {
        Map<String, Integer> health = new TreeMap<>(BY_NAME);
        backends.forEach(backend -> health.merge(backend.name(), backend.health(), Math::max));
        return health;
    }

    private static Traffic clientTraffic(Entry entry) {
        MemberReport report = entry.track.last();
        return report == null || !entry.peer.role().equals(Peer.BALANCER) ? Traffic.NONE : report.traffic();
    }

    private static LatencyMs percentiles(LatencyHistogram latency) {
        long samples = latency.total();
        return samples == 0
                ? new LatencyMs(null, null, null, 0)
                : new LatencyMs(
                        millis(latency.percentile(50)),
                        millis(latency.percentile(95)),
                        millis(latency.percentile(99)),
                        samples);
    }

    /** Milliseconds with three decimals: whole microseconds. */
    private static double millis(long nanos) {
        return Math.round(nanos / 1e3) / 1e3;
    }

    private static double rounded(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
