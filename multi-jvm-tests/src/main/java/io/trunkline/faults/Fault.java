package io.trunkline.faults;

import java.util.Locale;

/** What is done to the cluster. */
public enum Fault {
    /** SIGKILL of a node, any but the oldest; then it is started again. */
    KILL,
    /** SIGKILL of the oldest node, which hosts the coordinator of the slots; then it is started again. */
    KILL_OLDEST,
    /** SIGKILL of two nodes at once; then they are started again. */
    KILL_TWO,
    /** SIGKILL of all nodes at once, which are started again right away. */
    KILL_ALL,
    /** SIGSTOP of a node for some seconds, then SIGCONT. */
    FREEZE,
    /** SIGTERM of a node, which drains and leaves; then it is started again. */
    DRAIN,
    /** The same with each node in turn. */
    ROLLING,
    /** No packet passes between the balancer and a node for some seconds; the nodes reach each other. */
    CUT_BALANCER(true),
    /** No packet passes between two nodes; the balancer reaches both. */
    CUT_PAIR(true),
    /** No packet passes between one half of the nodes with the balancer and the other half. */
    CUT_HALF(true);

    private final boolean needsNamespaces;

    Fault() {
        this(false);
    }

    Fault(boolean needsNamespaces) {
        this.needsNamespaces = needsNamespaces;
    }

    /** Whether the members have to be in network namespaces of their own. */
    boolean needsNamespaces() {
        return needsNamespaces;
    }

    /** As it is written on the command line. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String toString() {
        return label();
    }
}
