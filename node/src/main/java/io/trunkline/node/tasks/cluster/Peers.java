package io.trunkline.node.tasks.cluster;

import io.trunkline.node.cluster.DrainingNodes;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;
import org.jspecify.annotations.Nullable;

/** The nodes of the cluster as this one sees them, by their incarnations. Thread-safe. */
final class Peers {
    private final Cluster cluster;
    private final ActorRefResolver resolver;
    private final String role;

    /**
     * @param role of nodes
     */
    Peers(ActorSystem<?> system, String role) {
        this.cluster = Cluster.get(system);
        this.resolver = ActorRefResolver.get(system);
        this.role = role;
    }

    /** This node. */
    long self() {
        return cluster.selfMember().uniqueAddress().longUid();
    }

    /** The other nodes that may hold tasks: all that the cluster has not given up. */
    List<Long> others() {
        List<Long> others = new ArrayList<>();
        for (Member member : cluster.state().getMembers()) {
            long incarnation = member.uniqueAddress().longUid();
            if (isNode(member) && incarnation != self()) {
                others.add(incarnation);
            }
        }
        return others;
    }

    /** Whether there is another node to which slots can go. */
    boolean canTakeSlots(DrainingNodes draining) {
        for (Member member : cluster.state().getMembers()) {
            long incarnation = member.uniqueAddress().longUid();
            if (isNode(member)
                    && incarnation != self()
                    && member.status() == MemberStatus.up()
                    && !draining.contains(incarnation)) {
                return true;
            }
        }
        return false;
    }

    private boolean isNode(Member member) {
        return member.hasRole(role)
                && member.status() != MemberStatus.down()
                && member.status() != MemberStatus.removed();
    }

    /** The desk of a node; null when it is no member any more. */
    @Nullable
    ActorRef<TaskDesk.Command> desk(long incarnation) {
        for (Member member : cluster.state().getMembers()) {
            UniqueAddress address = member.uniqueAddress();
            if (address.longUid() == incarnation) {
                return resolver.resolveActorRef(address.address() + "/system/" + TaskDesk.NAME);
            }
        }
        return null;
    }
}
