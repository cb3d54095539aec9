package io.trunkline.balancer;

import io.trunkline.balancer.cluster.BalancerDesk;
import io.trunkline.balancer.cluster.Membership;
import io.trunkline.balancer.peer.PeerListener;
import io.trunkline.balancer.trunk.Trunks;
import io.trunkline.protocol.control.DescribeNode;
import io.trunkline.protocol.control.NodeDescription;
import io.trunkline.protocol.member.MemberAddresses;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;

/** The actors by which a balancer knows the other members, and they know it; new ones in each life of the process. */
final class ClusterActors {
    /** The role of the members that balancers look for. */
    private static final String NODE_ROLE = "node";

    private final Trunks nodes;
    private final Trunks balancers;
    private final PeerListener peers;
    private final Map<Long, NodeDescription> describedNodes = new ConcurrentHashMap<>();
    private final Map<Long, NodeDescription> describedBalancers = new ConcurrentHashMap<>();

    /**
     * @param nodes is told of the nodes
     * @param balancers is told of the other balancers
     * @param peers is told of the addresses of members
     */
    ClusterActors(Trunks nodes, Trunks balancers, PeerListener peers) {
        this.nodes = nodes;
        this.balancers = balancers;
        this.peers = peers;
    }

    /** @param own what other balancers are told of this one */
    void start(ActorSystem<?> life, NodeDescription own) {
        life.systemActorOf(
                Membership.create(NODE_ROLE, describedNodes, nodes::update), "trunkline-membership", Props.empty());
        life.systemActorOf(
                Membership.create(
                        Balancer.ROLE, describedBalancers, all -> balancers.update(all.without(own.incarnation()))),
                "trunkline-peers",
                Props.empty());
        life.systemActorOf(MemberAddresses.create(peers::members), "trunkline-member-addresses", Props.empty());
        life.systemActorOf(BalancerDesk.create(own), DescribeNode.DESK, Props.empty());
    }
}
