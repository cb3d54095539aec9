package io.trunkline.balancer.admin;

import io.trunkline.protocol.member.HostPort;
import java.util.Locale;
import org.apache.pekko.cluster.Member;

/**
 * One process as the cluster's membership knows it.
 *
 * @param address host and port of its Artery listener
 * @param incarnation tells a restarted process from its predecessor at the same address
 * @param name from its role {@code name-<name>}; its address if it has none
 * @param role {@code node}, {@code balancer} or {@code other}
 * @param status of the membership: joining, weaklyup, up, leaving, exiting or down
 * @param reachable whether nobody in the cluster misses its heartbeats
 */
record Peer(
        String address,
        long incarnation,
        String name,
        String role,
        String status,
        boolean reachable,
        String appVersion) {

    static final String NODE = "node";
    static final String BALANCER = "balancer";

    static Peer of(Member member, boolean reachable) {
        String address = HostPort.of(member.address()).toString();
        return new Peer(
                address,
                member.uniqueAddress().longUid(),
                member.getRoles().stream()
                        .filter(role -> role.startsWith(io.trunkline.protocol.member.Member.NAME_ROLE))
                        .map(role -> role.substring(io.trunkline.protocol.member.Member.NAME_ROLE.length()))
                        .findFirst()
                        .orElse(address),
                member.hasRole(NODE) ? NODE : member.hasRole(BALANCER) ? BALANCER : "other",
                member.status().toString().toLowerCase(Locale.ROOT),
                reachable,
                member.appVersion().version());
    }

    /** Whether it takes part in the cluster, be it on its way out. */
    boolean takesPart() {
        return switch (status) {
            case "up", "weaklyup", "leaving" -> true;
            default -> false;
        };
    }
}
