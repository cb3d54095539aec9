package io.trunkline.node.cluster;

import io.trunkline.protocol.control.ChangesAnnounced;
import io.trunkline.protocol.control.DescribeNode;
import io.trunkline.protocol.control.DeskCommand;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * Tells the other nodes what has changed on this one: every one that is in the membership, by its desk. Usable from any
 * thread; never waits.
 */
public final class OtherNodes implements Consumer<Collection<String>> {
    private final String role;
    private final Cluster cluster;
    private final ActorRefResolver refs;

    /** The other members of this role. */
    public OtherNodes(ActorSystem<?> system, String role) {
        this.role = role;
        this.cluster = Cluster.get(system);
        this.refs = ActorRefResolver.get(system);
    }

    @Override
    public void accept(Collection<String> changes) {
        tell(ChangesAnnounced.of(changes));
    }

    /** Tells all of them one thing. */
    public void tell(DeskCommand what) {
        tell(List.of(what));
    }

    private void tell(List<? extends DeskCommand> messages) {
        UniqueAddress self = cluster.selfMember().uniqueAddress();
        for (Member member : cluster.state().getMembers()) {
            if (member.hasRole(role)
                    && !member.uniqueAddress().equals(self)
                    && !member.status().equals(MemberStatus.down())) {
                messages.forEach(
                        refs.<DeskCommand>resolveActorRef(member.address() + "/system/" + DescribeNode.DESK)::tell);
            }
        }
    }
}
