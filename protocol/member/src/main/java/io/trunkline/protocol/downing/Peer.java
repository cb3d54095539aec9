package io.trunkline.protocol.downing;

import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;

/**
 * A member of the cluster, as far as the decision needs to know it.
 *
 * @param age the number with which it came up: the higher, the younger
 */
record Peer(UniqueAddress id, Kind kind, Stage stage, int age) {
    /** What it does for clients. */
    enum Kind {
        NODE,
        BALANCER
    }

    /** How far it is in its life. */
    enum Stage {
        /** Joining or weakly up: the other side of a partition may have made it up meanwhile. */
        JOINING,
        UP,
        /** The other side of a partition may have let it go meanwhile. */
        LEAVING,
        /** Down or exiting: decided already. */
        GONE
    }

    static Peer of(Member member, String balancerRole) {
        return new Peer(
                member.uniqueAddress(),
                member.hasRole(balancerRole) ? Kind.BALANCER : Kind.NODE,
                stage(member.status()),
                member.upNumber());
    }

    private static Stage stage(MemberStatus status) {
        if (status.equals(MemberStatus.joining()) || status.equals(MemberStatus.weaklyUp())) {
            return Stage.JOINING;
        }
        if (status.equals(MemberStatus.leaving())) {
            return Stage.LEAVING;
        }
        return status.equals(MemberStatus.down())
                        || status.equals(MemberStatus.exiting())
                        || status.equals(MemberStatus.removed())
                ? Stage.GONE
                : Stage.UP;
    }

    boolean isNode() {
        return kind == Kind.NODE;
    }

    boolean isBalancer() {
        return kind == Kind.BALANCER;
    }
}
