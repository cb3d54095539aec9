package io.trunkline.multinode.product;

import io.trunkline.balancer.Balancer;
import io.trunkline.multinode.Roles;
import io.trunkline.node.Node;
import io.trunkline.protocol.member.Member;
import java.util.List;
import org.apache.pekko.remote.testconductor.RoleName;

/**
 * Roles that are members of a Trunkline cluster, named like them, on the configuration of production.
 *
 * <p>What differs from production: ports are the system's choice, nobody joins by itself, and the actor system outlives
 * the member, because the test speaks through it.
 */
abstract class TrunklineRoles extends Roles {

    private static final String PRODUCTION = """
            include classpath("trunkline-system.conf")
            pekko.coordinated-shutdown {
              run-by-jvm-shutdown-hook = off
              terminate-actor-system = off
            }
            trunkline {
              member {
                artery-port = 0
                management-port = 0
                prometheus-port = 0
                seeds = ""
              }
              node.trunk.port = 0
              balancer { edge.port = 0, http.port = 0, peer.port = 0 }
            }
            """;

    /**
     * Production with some keys changed.
     *
     * @param firstNodes nodes that the first slots wait for, as the command line tells a cluster that it starts
     * @param changes in HOCON
     */
    TrunklineRoles(int firstNodes, String changes) {
        settings(PRODUCTION + "trunkline.node.cluster.expected-nodes = " + firstNodes + "\n" + changes);
    }

    final RoleName node(String name) {
        return member(name, Node.ROLE, "");
    }

    /** A balancer that assigns new clients by this policy. */
    final RoleName balancer(String name, String policy) {
        return member(name, Balancer.ROLE, "trunkline.balancer.assign.policy = " + policy);
    }

    private RoleName member(String name, String clusterRole, String more) {
        RoleName role = role(name);
        settingsOf(
                List.of(role),
                "pekko.cluster.roles = [\"%s\", \"%s%s\"]\ntrunkline.member.name = \"%s\"\n%s"
                        .formatted(clusterRole, Member.NAME_ROLE, name, name, more));
        return role;
    }
}
