package io.trunkline.protocol.downing;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.Reachability;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.sbr.DowningStrategy;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * {@link Partition} as Pekko's split brain resolver asks for it: the resolver gathers who reaches whom, waits until
 * that has come to rest, asks on the member that is responsible, and downs.
 */
public final class ServingSide extends DowningStrategy {
    private final String balancerRole;

    /**
     * The strategy of one member.
     *
     * @param balancerRole the role of the members that hold clients; all others are nodes
     */
    public ServingSide(String dataCenter, UniqueAddress self, String balancerRole) {
        super(dataCenter, self);
        this.balancerRole = balancerRole;
    }

    @Override
    public Option<String> role() {
        return Option.empty();
    }

    /** The name of the decision for the log. */
    @Override
    public Decision decide() {
        if (!partition().verdict().survives()) {
            return DowningStrategy.DownReachable$.MODULE$;
        }
        return hasIndirectlyConnected()
                ? DowningStrategy.DownIndirectlyConnected$.MODULE$
                : DowningStrategy.DownUnreachable$.MODULE$;
    }

    /**
     * The same members whatever the decision is called, also when the resolver wants to down all because the view does
     * not come to rest: then it is decided upon as it is. Only a member that others have shut out downs itself alone.
     */
    @Override
    public scala.collection.immutable.Set<UniqueAddress> nodesToDown(Decision decision) {
        if (decision.equals(DowningStrategy.DownSelfQuarantinedByRemote$.MODULE$)) {
            return super.nodesToDown(decision);
        }
        return CollectionConverters.asScala(partition().verdict().down()).toSet();
    }

    private Partition partition() {
        List<Peer> members = CollectionConverters.asJavaCollection(allMembersInDC()).stream()
                .map(member -> Peer.of(member, balancerRole))
                .toList();
        Set<Partition.Link> links = CollectionConverters.asJavaCollection(
                        reachability().records())
                .stream()
                .map(ServingSide::link)
                .collect(Collectors.toSet());
        Set<Address> seen = Set.copyOf(CollectionConverters.asJavaCollection(seenBy()));
        return new Partition(
                members,
                Set.copyOf(CollectionConverters.asJavaCollection(unreachable())),
                links,
                member -> seen.contains(member.address()));
    }

    private static Partition.Link link(Reachability.Record record) {
        return new Partition.Link(record.observer(), record.subject());
    }
}
