package io.trunkline.local;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * What one member is to be: its name, its role and where it listens.
 *
 * @param host address that it binds and that others reach it at
 * @param ports by kind
 */
record MemberPlan(String name, Role role, String host, Map<Port, Integer> ports) {

    /** The two programs a cluster is made of. */
    enum Role {
        NODE("node", "io.trunkline.node.NodeMain"),
        BALANCER("balancer", "io.trunkline.balancer.BalancerMain");

        /** The directory of its module and the first part of its members' names. */
        final String label;

        final String mainClass;

        Role(String label, String mainClass) {
            this.label = label;
            this.mainClass = mainClass;
        }
    }

    /** What a member listens for; the environment variable {@code TRUNKLINE_<kind>_PORT} carries it. */
    enum Port {
        ARTERY,
        MANAGEMENT,
        PROMETHEUS,
        TRUNK,
        TCP,
        HTTP,
        PEER,
        STATS,
        HEALTH
    }

    /** A plan with fresh ports; variables that a role does not know do no harm. */
    static MemberPlan of(Role role, int number, String host, Ports ports) {
        Map<Port, Integer> chosen = new EnumMap<>(Port.class);
        for (Port port : Port.values()) {
            chosen.put(port, ports.next());
        }
        return new MemberPlan(role.label + "-" + number, role, host, chosen);
    }

    /** The same plan, sharing the port for clients with another balancer. */
    MemberPlan withPort(Port port, int number) {
        Map<Port, Integer> changed = new EnumMap<>(ports);
        changed.put(port, number);
        return new MemberPlan(name, role, host, changed);
    }

    int port(Port port) {
        return ports.getOrDefault(port, 0);
    }

    /** Where the other members reach it. */
    String artery() {
        return host + ":" + port(Port.ARTERY);
    }

    /** Its part of the environment. */
    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("TRUNKLINE_MEMBER_NAME", name);
        environment.put("TRUNKLINE_HOST", host);
        environment.put("TRUNKLINE_ADMIN_HOST", host);
        ports.forEach((port, number) -> environment.put("TRUNKLINE_" + port + "_PORT", Integer.toString(number)));
        return environment;
    }
}
