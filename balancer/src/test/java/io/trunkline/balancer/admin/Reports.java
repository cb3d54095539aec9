package io.trunkline.balancer.admin;

import io.trunkline.protocol.control.LatencyHistogram;
import io.trunkline.protocol.control.MemberReport;
import io.trunkline.protocol.control.MemberReport.Traffic;
import io.trunkline.protocol.member.HostPort;
import java.time.Duration;
import java.util.Map;

/** Peers and reports for tests; a peer's port is its incarnation too. */
final class Reports {

    static final AdminSettings SETTINGS = new AdminSettings(
            new HostPort("127.0.0.1", 0), new HostPort("127.0.0.1", 0), Duration.ofSeconds(5), Duration.ofSeconds(10));

    private Reports() {}

    static Peer node(int number) {
        return peer("node-" + number, Peer.NODE, number);
    }

    static Peer balancer(int number) {
        return peer("balancer-" + number, Peer.BALANCER, 100 + number);
    }

    static Peer with(Peer peer, String status, boolean reachable) {
        return new Peer(
                peer.address(), peer.incarnation(), peer.name(), peer.role(), status, reachable, peer.appVersion());
    }

    private static Peer peer(String name, String role, int port) {
        return new Peer("127.0.0.1:" + port, port, name, role, "up", true, "0.1.0");
    }

    /** A report of a member that takes nobody, for this reason. */
    static MemberReport refusing(Peer peer, String readiness) {
        return report(peer, 5, false, readiness, Traffic.NONE, LatencyHistogram.EMPTY, Map.of());
    }

    static MemberReport report(Peer peer, long connections) {
        return report(peer, connections, Traffic.NONE, LatencyHistogram.EMPTY, Map.of());
    }

    static MemberReport report(
            Peer peer, long connections, Traffic traffic, LatencyHistogram latency, Map<String, Long> backends) {
        return report(peer, connections, true, "ready", traffic, latency, backends);
    }

    private static MemberReport report(
            Peer peer,
            long connections,
            boolean accepting,
            String readiness,
            Traffic traffic,
            LatencyHistogram latency,
            Map<String, Long> backends) {
        return new MemberReport(
                peer.name(),
                peer.role(),
                peer.address(),
                peer.incarnation(),
                peer.appVersion(),
                65_000,
                Map.of("trunk", "127.0.0.1:9001"),
                accepting,
                readiness,
                connections,
                25_000,
                traffic,
                latency,
                backends);
    }

    /** {@code count} requests that took {@code nanos}. */
    static LatencyHistogram latency(long nanos, int count) {
        long[] dense = new long[LatencyHistogram.BUCKETS];
        dense[LatencyHistogram.bucketOf(nanos)] = count;
        return LatencyHistogram.ofDense(dense);
    }
}
