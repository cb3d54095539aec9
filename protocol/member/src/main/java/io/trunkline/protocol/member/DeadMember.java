package io.trunkline.protocol.member;

import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.remote.artery.QuarantinedEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the cluster that one life of a member is over, as somebody has proved, so that nobody waits for it any more.
 */
public final class DeadMember {
    private static final Logger LOG = LoggerFactory.getLogger(DeadMember.class);

    private DeadMember() {}

    /**
     * Makes this member report that life as terminated, for good and without its failure detector's consent, and downs
     * it. Both travel by gossip; the leader removes the member as soon as all others have seen them. Does nothing when
     * that life is no member, or is down already. From any thread.
     *
     * @param address of its Artery listener, as the membership has it
     * @param incarnation the uid of its unique address
     * @return whether it has been declared
     */
    public static boolean declare(ActorSystem<?> system, HostPort address, long incarnation) {
        Cluster cluster = Cluster.get(system);
        for (Member member : cluster.state().getMembers()) {
            UniqueAddress id = member.uniqueAddress();
            if (id.longUid() == incarnation && HostPort.of(id.address()).equals(address)) {
                return declare(system, cluster, member);
            }
        }
        return false;
    }

    private static boolean declare(ActorSystem<?> system, Cluster cluster, Member member) {
        UniqueAddress id = member.uniqueAddress();
        if (member.status().equals(MemberStatus.down())
                || id.equals(cluster.selfMember().uniqueAddress())) {
            return false;
        }
        LOG.warn("member.dead address={} incarnation={}", HostPort.of(id.address()), Long.toHexString(id.longUid()));
        // The membership takes this event as "terminated", which unlike "unreachable" is never taken back.
        system.classicSystem()
                .eventStream()
                .publish(new QuarantinedEvent(new org.apache.pekko.remote.UniqueAddress(id.address(), id.longUid())));
        cluster.manager().tell(new Down(id.address()));
        return true;
    }
}
